import { h } from "./dom.js";
import { wordsFor } from "./frame-log.js";
import { icon } from "./icons.js";
import { reasonOf } from "./refusal.js";

const MARKS = {
  connecting: "Connecting",
  connected: "Connected",
  offline: "Connection lost",
  refused: "Connection refused",
  closed: "Connection closed",
};

/** Pixels of a row; what has an error takes a second line. */
export const heightOf = (entry) => (entry.error ? 46 : 28);

/** The content of one row of the inspector. */
export function drawFrame(entry, row) {
  const { direction, packet, type, error, roundTrip, answer, request } = entry;
  row.className = `frame ${direction}`;
  row.classList.toggle("failed", !!error);
  row.dataset.type = [wordsFor(entry), request?.type].filter(Boolean).join(" ");
  if (direction === "mark") return [h("span", { class: "mark-text" }, markText(entry))];
  const refused = answer?.error !== undefined;
  const kind = packet && h("span", { class: type ? "of" : "" }, packet);
  return [
    h("span", { class: "way" }, icon(direction === "out" ? "up" : "down"),
      h("span", { class: "unseen" }, direction === "out" ? "sent " : "received ")),
    h("span", { class: "frame-type" }, kind, kind && type && " ", type,
      request?.type && h("span", { class: "of" }, ` ${request.type}`)),
    h("span", { class: "size" }, sizeWords(entry)),
    h("span", { class: refused ? "took refused" : "took" }, refused && h("span", { class: "unseen" }, "refused after "),
      took(roundTrip)),
    ...(error ? [h("span", { class: "why" }, reasonOf(error))] : []),
  ];
}

/** Bytes on the wire as text, with a sign where that is an estimate; nothing while they are not known. */
function sizeWords({ size, deflated }) {
  if (size === undefined) return "";
  return `${deflated === undefined ? "" : "≈ "}${size.toLocaleString()} B`;
}

/** A round trip as text; nothing while there is none. */
export function took(milliseconds) {
  if (milliseconds === undefined) return "";
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds).toLocaleString()} ms`;
}

function markText({ type, note }) {
  return note ? `${MARKS[type]} · ${note}` : MARKS[type];
}
