import { compressionWords } from "./compression.js";
import { copy } from "./copy.js";
import { h, part, setText } from "./dom.js";
import { wordsFor } from "./frame-log.js";
import { took } from "./frame-row.js";
import { jsonNodes } from "./json-view.js";
import { reasonOf } from "./refusal.js";
import { snippets } from "./snippets.js";
import { mountTabs } from "./tabs.js";
import { exactTime } from "./times.js";

/**
 * One frame of the inspector: as JSON, as the packet that it came in, and as code for an app.
 * @param {{jump: (entry: object) => void, resend: (frame: object) => void, closed: () => void}} tell
 */
export function mountFrameDetail(store, tell) {
  const view = part("frame-detail");
  const code = part("frame-code");
  const button = part("frame-copy");
  const other = part("frame-other");
  const again = part("frame-again");
  let entry;
  let drawn; // the version of the entry that is shown
  let tab = "json";

  button.addEventListener("click", () => copy(code.textContent, button, code));
  other.addEventListener("click", () => {
    show(entry.request ?? entry.answer);
    tell.jump(entry);
  });
  again.addEventListener("click", () => tell.resend(entry.frame));
  part("frame-close").addEventListener("click", close);
  view.addEventListener("keydown", (event) => event.key === "Escape" && close());
  const tabs = mountTabs(part("frame-tabs"), (name) => {
    tab = name;
    draw();
  });

  function show(next) {
    if (next.direction === "mark") return close();
    if (entry !== next) code.scrollTop = 0;
    entry = next;
    draw();
  }

  function draw() {
    view.hidden = !entry;
    if (!entry) return;
    const { direction, packet, type, at, roundTrip, error, frame, text, answer, request } = entry;
    drawn = entry.version;
    tabs.offer("packet", packet !== undefined);
    setText(part("frame-title"), `${direction === "out" ? "Sent" : "Received"} ${wordsFor(entry)}`);
    const trip = roundTrip !== undefined && `${request ? "answers" : "answered"} after ${took(roundTrip)}`;
    setText(part("frame-facts"), [exactTime(at), bytesWords(entry), trip].filter(Boolean).join(" · "));
    setText(part("frame-compression"), compressionWords(entry));
    const refusal = error ?? answer?.error;
    const problem = part("frame-problem");
    problem.hidden = !refusal;
    if (refusal) problem.replaceChildren(h("strong", {}, reasonOf(refusal)), ` ${refusal.message ?? ""}`);
    other.hidden = !(request ?? answer);
    setText(other, request ? "Show the request" : "Show the answer");
    again.hidden = direction !== "out" || type === undefined || type === "session:auth";
    // What is pasted elsewhere has its own lines.
    code.classList.toggle("unwrapped", tab !== "json" && tab !== "packet");
    if (tab === "packet") setText(code, text);
    else if (tab === "json" && frame === undefined) setText(code, "This packet has nothing in it.");
    else if (tab === "json") code.replaceChildren(...jsonNodes(frame));
    else setText(code, snippets(entry, { origin: location.origin, user: store.user?.userId })[tab]);
  }

  function close() {
    if (!entry) return;
    const focused = view.contains(document.activeElement);
    entry = undefined;
    draw();
    if (focused) tell.closed();
  }

  store.subscribe(["frames", "session"], () => {
    // The answer may arrive while its request is shown, and the size be known; signing out clears the log.
    if (entry && store.frames.entries.length === 0) close();
    else if (entry && entry.version !== drawn) draw();
  });

  return {
    show,
    close,
    get isOpen() {
      return entry !== undefined;
    },
  };
}

/** What crossed, in bytes, without and with what was compressed; nothing while that is not known. */
function bytesWords({ payload, size, deflated }) {
  if (size === undefined) return "";
  const header = `${size - (deflated ?? payload)} B header`;
  if (deflated === undefined) return `${payload.toLocaleString()} B + ${header}`;
  return `${payload.toLocaleString()} B as ≈ ${deflated.toLocaleString()} B + ${header}`;
}
