import { makeId } from "./caas.js";

const NAME = "device";

// A duplicated tab gets a copy of the storage: the name lies there only while no living page goes by it.
const id = sessionStorage.getItem(NAME) ?? `page-${makeId()}`;
sessionStorage.removeItem(NAME);
addEventListener("pagehide", () => sessionStorage.setItem(NAME, id));
addEventListener("pageshow", () => sessionStorage.removeItem(NAME)); // kept by the browser, and shown again

/** What this tab is called as a device: it comes back into its call by this name after a lost connection (R48). */
export function deviceId() {
  return id;
}
