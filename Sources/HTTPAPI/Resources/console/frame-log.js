import { deflatedSize, reasonAgainst } from "./compression.js";
import { readCrossing } from "./crossing.js";
import { WIRES } from "./wires.js";

/** Frames that are kept; with more the oldest fall out. */
const MOST = 500;

const encoder = new TextEncoder();

/**
 * What went over the wire, oldest first: frames and packets, and marks where the connection changed.
 *
 * An entry is `{key, direction: "out" | "in" | "mark", at, type}`. What crossed has, besides what `readCrossing` finds
 * in it: `wire` (its name), `extensions` (of the socket), `payload` (bytes as they are), `size` (bytes on the wire, the
 * WebSocket's header among them; undefined until known), `deflated` (bytes of the payload on the wire, where it crossed
 * compressed: an estimate, and so is `size` then), `roundTrip` (milliseconds to its answer, on both), `request` or
 * `answer` (the other entry of the two). `version` changes with what becomes known later.
 */
export class FrameLog {
  entries = [];
  /** How many frames were seen, those that fell out among them. */
  count = 0;
  /** From how many bytes on the service compresses a text, as it said when the socket was opened. */
  compressesFrom;
  #key = 0;
  #sent = new Map(); // the name by which an answer names it → entry

  get last() {
    return this.entries.at(-1);
  }

  /**
   * Takes what crossed the socket, as `caas.js` publishes it; `now` are milliseconds that only go forward.
   * @returns {Promise<void>} resolved when its size is known
   */
  add(crossing, now = performance.now()) {
    const { wire, direction, data, extensions } = crossing;
    const { compressesFrom } = this;
    const payload = typeof data === "string" ? encoder.encode(data).length : data.byteLength;
    const entry = { wire, extensions, compressesFrom, direction, ...readCrossing(crossing), payload, now };
    for (const name of entry.asks ?? []) if (name !== undefined) this.#sent.set(name, entry);
    if (entry.answers !== undefined) this.#answer(entry);
    this.count += 1;
    this.#keep(entry);
    return this.#measure(entry, data);
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
    renew(request);
  }

  /** By the bytes themselves: the entry's text has no token, which counts most where there is one. */
  async #measure(entry, data) {
    const { direction, payload } = entry;
    const withHeader = (bytes) => bytes + headerBytes(bytes, direction === "out");
    if (reasonAgainst(entry)) {
      entry.size = withHeader(payload);
      return;
    }
    const deflated = await deflatedSize(data);
    if (deflated < payload) entry.deflated = deflated; // else both ends let it be
    entry.size = withHeader(entry.deflated ?? payload);
    renew(entry);
  }

  #forget(entry) {
    for (const name of entry.asks ?? []) if (this.#sent.get(name) === entry) this.#sent.delete(name);
  }

  #keep(entry) {
    this.entries.push(Object.assign(entry, { key: ++this.#key, at: Date.now() }));
    if (this.entries.length > MOST) this.#forget(this.entries.shift());
  }
}

/** What shows an entry draws it again. */
function renew(entry) {
  entry.version = (entry.version ?? 0) + 1;
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
