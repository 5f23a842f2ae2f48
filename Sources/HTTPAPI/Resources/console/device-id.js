import { makeId } from "./caas.js";

/** What this tab is called as a device: it comes back into its call by this name after a lost connection (R48). */
export function deviceId() {
  let id = sessionStorage.getItem("device");
  if (!id) sessionStorage.setItem("device", (id = `page-${makeId()}`));
  return id;
}
