import { h, part } from "./dom.js";

/** Whether this is a keyboard of Apple's, which has other names for its keys. */
const APPLE = /Mac|iP(hone|ad)/.test(navigator.platform);
const ALT = APPLE ? "⌥" : "Alt";
const CTRL = APPLE ? "⌘" : "Ctrl";

/** Keys that are held with Alt, by their place on the keyboard: with Alt some keyboards write other letters. */
const PLACES = [
  ["KeyL", "L", "the list of conversations"],
  ["KeyC", "C", "the box for a message"],
  ["KeyN", "N", "a new conversation"],
  ["KeyM", "M", "members"],
  ["KeyI", "I", "the inspector"],
  ["KeyU", "U", "health"],
];

/** What holds in one place only. */
const ELSEWHERE = [
  ["In the list of conversations", [
    ["↑ ↓", "go through it"], ["Home End", "the first, the last"], ["Enter", "open one"],
  ]],
  ["In the box for a message", [["Enter", "send"], ["Shift Enter", "a new line"], ["↑", "edit your last message"]]],
  ["In the inspector", [
    ["↑ ↓", "go through the frames"], ["Home End", "the first, the last"], ["Enter", "open one"], ["P", "pause"],
    ["/", "filter"], [`${CTRL} Enter`, "send the frame you write"], ["Esc", "close what is open"],
  ]],
];

/** Keys for those who do not use a mouse, and the dialog that lists them. */
export function mountShortcuts(panels) {
  const go = {
    KeyL: () => {
      press("back"); // where the list has no room beside the conversation
      setTimeout(() => part("conversation-list").querySelector('[tabindex="0"]')?.focus());
    },
    KeyC: () => part("composer").focus(),
    KeyN: () => press("new-conversation"),
    KeyM: () => press("members-open"),
    KeyI: () => panels.toggle("inspector"),
    KeyU: () => panels.toggle("health"),
  };
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const about = { class: "shortcut-list", "aria-labelledby": "shortcuts-title", data: { testid: "shortcuts-dialog" } };
  const dialog = h("dialog", about,
    h("h2", { id: "shortcuts-title" }, "Keyboard shortcuts"),
    h("div", { class: "shortcuts", tabindex: 0, role: "region", "aria-labelledby": "shortcuts-title" },
      h("div", { class: "key-columns" },
        section("Everywhere", [...PLACES.map(([, letter, what]) => [`${ALT} ${letter}`, what]),
          [`${CTRL} /`, "this list"]]),
        ...ELSEWHERE.map(([where, keys]) => section(where, keys)))),
    h("div", { class: "buttons" }, close));
  document.body.append(dialog);

  part("shortcuts-open").addEventListener("click", () => {
    part("menu").hidePopover();
    dialog.showModal();
  });
  addEventListener("keydown", (event) => {
    const { altKey, ctrlKey, metaKey, shiftKey, key, code } = event;
    if (part("shell").hidden || document.querySelector("dialog[open]")) return;
    if ((ctrlKey || metaKey) && key === "/") dialog.showModal();
    else if (altKey && !ctrlKey && !metaKey && !shiftKey && Object.hasOwn(go, code)) go[code]();
    else return;
    event.preventDefault();
  });
}

/** Presses a button that is in sight. */
function press(name) {
  if (part(name).checkVisibility()) part(name).click();
}

function section(title, keys) {
  return h("section", {},
    h("h3", {}, title),
    h("dl", {}, ...keys.map(([names, what]) => h("div", {},
      h("dt", {}, ...names.split(" ").map((name) => h("kbd", {}, name))), h("dd", {}, what)))));
}
