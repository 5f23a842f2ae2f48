import { part, setText } from "./dom.js";

/** Bytes of a message's text, at most (R9). */
const MAX_CONTENT_BYTES = 16 * 1024;

/** Where messages are written. Each conversation keeps its draft while the window lives. */
export function mountComposer(store, chat, messages) {
  const form = part("composer-form");
  const input = part("composer");
  const hint = part("composer-hint");
  const usual = hint.textContent.replace(/\s+/g, " ");
  const drafts = new Map();
  let shown;

  input.addEventListener("input", () => {
    drafts.set(store.openId, input.value);
    chat.typed(input.value);
    check();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "ArrowUp" && input.value === "" && messages.editLast()) {
      event.preventDefault();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const content = input.value.trim();
    if (content === "" || !check()) return;
    input.value = "";
    drafts.delete(store.openId);
    chat.send(content);
    input.focus();
  });

  function check() {
    const size = new TextEncoder().encode(input.value.trim()).length;
    const fits = size <= MAX_CONTENT_BYTES;
    setText(hint, fits ? usual : `Too long by ${size - MAX_CONTENT_BYTES} bytes.`);
    hint.classList.toggle("problem", !fits);
    return fits;
  }

  store.subscribe(["open", "conversations"], () => {
    const refused = !!store.openThread?.error;
    const readOnly = store.openConversation?.role === "readonly";
    form.hidden = refused || store.openId === undefined;
    input.disabled = part("send").disabled = part("attach").disabled = readOnly;
    input.placeholder = readOnly ? "You may read here, not write" : "Write a message";
    if (shown === store.openId) return;
    shown = store.openId;
    input.value = drafts.get(shown) ?? "";
    if (shown !== undefined && matchMedia("(hover: hover)").matches) input.focus();
  });
}
