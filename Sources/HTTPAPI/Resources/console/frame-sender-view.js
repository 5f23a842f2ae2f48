import { makeId } from "./caas.js";
import { h, part, setText } from "./dom.js";
import { took } from "./frame-row.js";
import { jsonNodes } from "./json-view.js";
import { literal } from "./literal.js";
import { reasonOf } from "./refusal.js";

/** How long an answer is waited for (R11), in milliseconds. */
const PATIENCE = 10_000;

/** What the box offers to start from: `data` of a frame, and whether it belongs to a conversation. */
const TEMPLATES = {
  ping: [false, {}],
  "message:send": [true, { content: "Hello!" }],
  "message:edit": [true, { messageId: "…", content: "Hello again!" }],
  "message:history": [true, { limit: 10 }],
  "typing:start": [true, {}],
  "conversation:create": [false, { kind: "group", memberIds: ["bob"], name: "Team" }],
  "conversation:join": [true, {}],
  "conversation:members": [true, { limit: 10 }],
  "conversation:invite": [true, { userIds: ["carol"], role: "member" }],
  "conversation:role": [true, { userId: "bob", role: "moderator" }],
};

/**
 * A box that sends a hand-written frame, and shows what the service answers.
 * @param {{opened: () => void, show: (entry: object) => void}} tell
 */
export function mountFrameSender(store, chat, tell) {
  const view = part("sender");
  const text = part("sender-text");
  const problem = part("sender-problem");
  const template = part("sender-template");
  const status = part("sender-status");
  const answer = part("sender-answer");
  let sent; // {entry, until}
  let shown; // the answer in the box
  let timer;

  template.append(...Object.keys(TEMPLATES).map((type) => h("option", { value: type }, type)));
  template.addEventListener("change", () => write(frameOf(template.value)));
  part("sender-close").addEventListener("click", close);
  text.addEventListener("input", () => refuse(""));
  view.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
  });
  view.addEventListener("submit", send);
  part("sender-show").addEventListener("click", () => tell.show(sent.entry.answer ?? sent.entry));

  function frameOf(type) {
    const [inConversation, data] = TEMPLATES[type];
    const conversationId = inConversation ? (store.openId ?? "general") : undefined;
    return { type, conversationId, data, ack: true };
  }

  function write(frame) {
    text.value = literal({ id: makeId(), ...frame, ...(frame.id === undefined && { id: makeId() }) });
    refuse("");
  }

  function open(frame) {
    if (frame) write(frame);
    else if (text.value === "") write(frameOf((template.value = store.openId === undefined ? "ping" : "message:send")));
    view.hidden = false;
    tell.opened();
    text.focus();
  }

  function close() {
    if (view.hidden) return;
    const focused = view.contains(document.activeElement);
    view.hidden = true;
    if (focused) part("sender-open").focus();
  }

  function send(event) {
    event.preventDefault();
    let frame;
    try {
      frame = JSON.parse(text.value);
    } catch (error) {
      return refuse(`This is no JSON: ${error.message}.`, Number(/position (\d+)/.exec(error.message)?.[1]));
    }
    if (frame === null || typeof frame !== "object" || Array.isArray(frame)) {
      return refuse("A frame is a JSON object: { … }.");
    }
    const entry = chat.sendText(text.value);
    if (!entry) return refuse("There is no connection now.");
    refuse("");
    sent = { entry, until: performance.now() + PATIENCE };
    clearTimeout(timer);
    timer = setTimeout(draw, PATIENCE + 50);
    draw();
  }

  function refuse(message, position) {
    problem.hidden = message === "";
    text.setAttribute("aria-invalid", message !== "");
    setText(problem, message);
    if (message === "") return;
    text.focus();
    if (Number.isFinite(position)) text.setSelectionRange(position, position + 1);
  }

  /** The answer of the frame that was sent; one without a good id is answered by an error that names none. */
  function answerTo({ key, answer: found }) {
    if (found) return found;
    return store.frames.entries.find((entry) => entry.key > key && entry.error && entry.answers === undefined);
  }

  function draw() {
    part("sender-show").hidden = !sent;
    part("sender-hint").hidden = !!sent;
    if (!sent) {
      answer.hidden = true;
      return setText(status, "");
    }
    const found = answerTo(sent.entry);
    answer.hidden = !found;
    const took_ = found?.roundTrip === undefined ? "" : ` after ${took(found.roundTrip)}`;
    status.classList.toggle("problem", !!found?.error);
    if (found?.error) setText(status, `Refused${took_}: ${reasonOf(found.error)}`);
    else if (found) setText(status, `Answered${took_}`);
    else if (sent.entry.frame.ack !== true) setText(status, "Sent. It asks for no ack, so a success is silent.");
    else setText(status, performance.now() < sent.until ? "Sent, waiting for the answer…" : "No answer within 10 s.");
    if (found && found !== shown) {
      answer.replaceChildren(...jsonNodes(found.frame));
      answer.scrollTop = 0;
      view.scrollTop = view.scrollHeight; // where the box is low, what was sent makes room for the answer
    }
    shown = found;
  }

  store.subscribe(["frames"], () => {
    if (sent && store.frames.entries.length === 0) sent = undefined;
    draw();
  });

  return { open, close };
}
