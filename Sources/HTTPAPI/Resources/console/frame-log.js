/** Frames that are kept; with more the oldest fall out. */
const MOST = 500;

const encoder = new TextEncoder();

/**
 * What went over the wire, oldest first: frames, and marks where the connection changed.
 *
 * An entry is `{key, direction: "out" | "in" | "mark", at, type}`. A frame has besides: `frame` (parsed, without the
 * token of a sign-in), `payload` and `size` (bytes, without and with the WebSocket's header), `roundTrip`
 * (milliseconds to its answer, on both), `request` or `answer` (the other entry of the two), `error` (of an answer).
 */
export class FrameLog {
  entries = [];
  /** How many frames were seen, those that fell out among them. */
  count = 0;
  #key = 0;
  #sent = new Map(); // frame id → entry that may still be answered

  get last() {
    return this.entries.at(-1);
  }

  /** Takes a frame as it crossed the socket; `now` is a clock of milliseconds that only goes forward. */
  add(direction, text, now = performance.now()) {
    const frame = JSON.parse(text);
    const payload = encoder.encode(text).length;
    const type = String(frame.type ?? "no type");
    const entry = { direction, type, frame, payload, size: payload + headerBytes(payload, direction === "out"), now };
    if (direction === "out") this.#send(entry);
    else this.#receive(entry);
    this.count += 1;
    this.#keep(entry);
  }

  /** Takes a change of the connection, as `caas.js` gives it. */
  mark({ name, code, error }) {
    if (name === "offline" || name === "refused") this.#sent.clear();
    const reason = error && [error.code, error.details?.reason].filter(Boolean).join(" · ");
    const close = code === undefined ? undefined : `close code ${code}`;
    this.#keep({ direction: "mark", type: name, note: [close, reason].filter(Boolean).join(", ") });
  }

  clear() {
    this.entries = [];
    this.count = 0;
    this.#sent.clear();
  }

  #send(entry) {
    const { frame, type } = entry;
    if (type === "session:auth" && typeof frame.data?.token === "string") {
      frame.data.token = `${frame.data.token.slice(0, 8)}…`;
    }
    if (frame.id !== undefined) this.#sent.set(frame.id, entry);
  }

  #receive(entry) {
    const { frame, type } = entry;
    if (type === "error") entry.error = frame.data;
    if (type === "ack" && frame.data?.success === false) entry.error = frame.data.error;
    const request = this.#sent.get(frame.replyTo);
    if (!request) return;
    this.#sent.delete(frame.replyTo);
    entry.request = request;
    request.answer = entry;
    request.roundTrip = entry.roundTrip = entry.now - request.now;
    request.version = 1; // what shows it draws it again
  }

  #keep(entry) {
    this.entries.push(Object.assign(entry, { key: ++this.#key, at: Date.now() }));
    if (this.entries.length <= MOST) return;
    const oldest = this.entries.shift();
    if (this.#sent.get(oldest.frame?.id) === oldest) this.#sent.delete(oldest.frame.id);
  }
}

/** Bytes before the payload of an unfragmented message (RFC 6455 §5.2); what clients send is masked. */
function headerBytes(payload, masked) {
  const length = payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
  return length + (masked ? 4 : 0);
}
