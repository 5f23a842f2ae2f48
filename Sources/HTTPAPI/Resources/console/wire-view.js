import { goesOn } from "./call.js";
import { h, part } from "./dom.js";
import { WIRES } from "./wires.js";

/** Between which wires one can choose; the address keeps what is not the first. */
export function mountWire(store, chat) {
  const choice = part("wire");
  const names = Object.keys(WIRES);
  choice.append(...names.map((name) => h("option", { value: name }, WIRES[name].title)));
  const wanted = new URL(location.href).searchParams.get("wire");
  if (names.includes(wanted)) store.wire = wanted;

  function keep() {
    const address = new URL(location.href);
    if (store.wire === names[0]) address.searchParams.delete("wire");
    else address.searchParams.set("wire", store.wire);
    if (address.href !== location.href) history.replaceState(null, "", address);
  }

  choice.addEventListener("change", () => chat.useWire(choice.value));
  addEventListener("popstate", keep); // an older address may have another one
  store.subscribe(["wire", "call"], () => {
    choice.value = store.wire;
    // To change it is to leave, and that ends a call (R48).
    choice.disabled = goesOn(store.call);
    keep();
  });
}
