import { readCrossing } from "./crossing.js";
import { WIRES } from "./wires.js";

/** Frames that are kept; with more the oldest fall out. */
const MOST = 500;

const encoder = new TextEncoder();

/**
 * What went over the wire, oldest first: frames and packets, and marks where the connection changed.
 *
 * An entry is `{key, direction: "out" | "in" | "mark", at, type}`. What crossed has, besides what `readCrossing` finds
 * in it: `wire` (its name), `extensions` (of the socket), `payload` and `size` (bytes, without and with the WebSocket's
 * header), `roundTrip` (milliseconds to its answer, on both), `request` or `answer` (the other entry of the two).
 */
export class FrameLog {
  entries = [];
  /** How many frames were seen, those that fell out among them. */
  count = 0;
  #key = 0;
  #sent = new Map(); // the name by which an answer names it → entry

  get last() {
    return this.entries.at(-1);
  }

  /** Takes what crossed the socket, as `caas.js` publishes it; `now` are milliseconds that only go forward. */
  add(crossing, now = performance.now()) {
    const { wire, direction, data, extensions } = crossing;
    const payload = typeof data === "string" ? encoder.encode(data).length : data.byteLength;
    const size = payload + headerBytes(payload, direction === "out");
    const entry = { wire, extensions, direction, ...readCrossing(crossing), payload, size, now };
    for (const name of entry.asks ?? []) if (name !== undefined) this.#sent.set(name, entry);
    if (entry.answers !== undefined) this.#answer(entry);
    this.count += 1;
    this.#keep(entry);
  }

  /** Takes a change of the connection, as `caas.js` gives it. */
  mark({ name, code, error }, wire) {
    if (name !== "connected") this.#sent.clear();
    const reason = error && [error.code, error.details?.reason].filter(Boolean).join(" · ");
    const close = code === undefined ? undefined : `close code ${code}`;
    const by = name === "connecting" ? WIRES[wire].title : undefined;
    this.#keep({ direction: "mark", type: name, note: [by, close, reason].filter(Boolean).join(", ") });
  }

  clear() {
    this.entries = [];
    this.count = 0;
    this.#sent.clear();
  }

  #answer(entry) {
    const request = this.#sent.get(entry.answers);
    if (!request) return;
    this.#forget(request);
    entry.request = request;
    request.answer = entry;
    request.roundTrip = entry.roundTrip = entry.now - request.now;
    request.version = 1; // what shows it draws it again
  }

  #forget(entry) {
    for (const name of entry.asks ?? []) if (this.#sent.get(name) === entry) this.#sent.delete(name);
  }

  #keep(entry) {
    this.entries.push(Object.assign(entry, { key: ++this.#key, at: Date.now() }));
    if (this.entries.length > MOST) this.#forget(this.entries.shift());
  }
}

/** Words for an entry: what kind of packet it is, and the type of the frame in it. */
export function wordsFor({ packet, type }) {
  return [packet, type].filter(Boolean).join(" ");
}

/** Bytes before the payload of an unfragmented message (RFC 6455 §5.2); what clients send is masked. */
function headerBytes(payload, masked) {
  const length = payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
  return length + (masked ? 4 : 0);
}
