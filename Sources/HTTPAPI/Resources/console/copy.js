import { part, setText } from "./dom.js";

/** How long a button says what it has done, in milliseconds. */
const SAID_FOR = 1_600;

/** Copies a text and says so on the button; where the clipboard is closed to the page, selects `source` instead. */
export async function copy(text, button, source) {
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection().selectAllChildren(source);
    said = "Selected: press Ctrl+C";
  }
  setText(part("announcer"), said);
  const label = button.textContent;
  if (button.dataset.saying) return;
  button.dataset.saying = "yes";
  button.textContent = said;
  setTimeout(() => {
    button.textContent = label;
    delete button.dataset.saying;
  }, SAID_FOR);
}
