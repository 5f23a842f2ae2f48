import { plainWire } from "./plain-wire.js";

/**
 * A client for the CAAS socket service: this file and `plain-wire.js` beside it, no dependencies, any browser.
 *
 *     import { CaasClient } from "./caas.js";
 *     const caas = new CaasClient({ url: "wss://chat.example.com/v1/socket", token: async () => fetchToken() });
 *     caas.on("message:new", (message) => console.log(message.senderId, message.content));
 *     caas.on("state", (state) => console.log(state.name));
 *     await caas.connect();
 *     await caas.send("conversation:join", { conversationId: "general" });
 *     const sent = await caas.send("message:send", { conversationId: "general", data: { content: "Hello!" } });
 *     console.log("stored as", sent.messageId, "in place", sent.seq);
 *
 * What it takes care of: sign-in, heartbeat, reconnecting with backoff, joining again, and an outbox that
 * resends with the same id until the server answers, so that every frame counts once. What it leaves to the
 * app: after a reconnect, load what was missed (`message:history` with `afterSeq`) and drop known messageIds.
 * How frames cross the network is a wire's: plain WebSocket unless another is given, such as `socketio-wire.js`.
 */

/** Longest wait for an acknowledgement, in milliseconds (R11). */
const ACK_TIMEOUT = 10_000;
/** Pauses before the second, third, … try, in milliseconds (R11). */
const RESEND_AFTER = [1_000, 2_000, 4_000, 8_000];
/** How often one frame is sent at most (R11). */
const MAX_TRIES = 5;
/** Frames sent and not yet answered, at most (R11). */
const MAX_IN_FLIGHT = 32;
/** Frames kept while they cannot be sent; more are refused. */
const MAX_QUEUED = 256;
/** Bytes of one frame, at most (R9). */
const MAX_FRAME_BYTES = 64 * 1024;
/** A browser sees no WebSocket pings, so the client sends its own, in milliseconds (R67). */
const PING_EVERY = 25_000;
/** Silence after a ping that counts as a dead connection, in milliseconds (R67). */
const PING_TIMEOUT = 20_000;
/** Token, handshake and sign-in together, in milliseconds (R55 gives the sign-in 10 s). */
const OPEN_TIMEOUT = 15_000;
/** The first pause of the backoff and the longest one, in milliseconds. */
const BACKOFF = { first: 1_000, longest: 30_000 };
/** A session that lasted this long starts the backoff afresh, in milliseconds. */
const STABLE_AFTER = 5_000;
/** A rate limit that ends later than this is the caller's to wait for, in milliseconds. */
const LONGEST_PAUSE = 30_000;

/** A refusal: `code` is one of the protocol's twelve, `details.reason` its sub-cause, `retryAfter` milliseconds. */
export class CaasError extends Error {
  /** @param {{code: string, message?: string, details?: object, retryAfter?: number}} error as in an ack or `error` */
  constructor({ code, message, details = {}, retryAfter }) {
    super(message || code);
    this.name = "CaasError";
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  /** Whether the same frame may succeed later. */
  get retryable() {
    return this.details.retryable ?? ["UNAVAILABLE", "RATE_LIMITED", "TOKEN_EXPIRED"].includes(this.code);
  }
}

/** A random UUID; pages outside a secure context have no `crypto.randomUUID`. */
export function makeId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
}

/** One user's connection to the service, kept up until `close()`. */
export class CaasClient {
  /** `{name: "closed" | "connecting" | "connected" | "offline" | "refused", …}`, see the `state` event of `on`. */
  state = { name: "closed" };
  /** Milliseconds the last ping took, or undefined before the first. */
  roundTrip;

  #url;
  #token;
  #wire;
  #WebSocket;
  #handlers = new Map();
  #outbox = new Map(); // frame id → entry, in the order of sending
  #joined = new Set(); // conversations this connection listens to, joined again after a reconnect
  #connection; // what the wire has opened
  #opening; // the promise of connect(), until it is settled
  #generation = 0; // a late answer to an older attempt finds a newer number here and is dropped
  #failures = 0;
  #readyAt = 0;
  #pausedUntil = 0;
  #lastError; // of an `error` event, which says why the close that follows it comes
  #drainDelay;
  #extensions = "";
  #ping;
  #timers = {};

  /**
   * @param {object} options
   * @param {string} options.url where the socket is, `ws:` or `wss:`, for the wire in use
   * @param {() => string | Promise<string>} options.token asked for a fresh token before every connection; a
   *   `CaasError` it throws ends the attempts unless it is `retryable`, any other error is tried again
   * @param {typeof plainWire} [options.wire] how frames cross the network; `plain-wire.js` says what that is
   * @param {typeof WebSocket} [options.WebSocket] another implementation, for runtimes without one
   */
  constructor({ url, token, wire = plainWire, WebSocket = globalThis.WebSocket }) {
    this.#url = url;
    this.#token = token;
    this.#wire = wire;
    this.#WebSocket = WebSocket;
  }

  /**
   * Calls `handler(data, frame)` for every server event of this type.
   *
   * Four types are the client's own. `state`: `{name}` with, when connected, `session` (the data of `session:ready`)
   * and `extensions` (what the socket agreed on, such as `permessage-deflate`, or ""); when offline, `retryAt` (Unix
   * ms), `attempt`, `code` and `error`; when refused, `code` (R12) and `error`.
   * `roundtrip`: the milliseconds of the last ping. `binary`: an ArrayBuffer, each media packet as it comes (R50).
   * `wire`: `{wire, direction: "out" | "in", data, extensions}`, every message as it crosses the socket, text or
   * ArrayBuffer, the sign-in with its token among them; `wire` is the wire's name.
   * @returns {() => void} what ends the subscription
   */
  on(type, handler) {
    if (!this.#handlers.has(type)) this.#handlers.set(type, new Set());
    this.#handlers.get(type).add(handler);
    return () => this.#handlers.get(type)?.delete(handler);
  }

  /** Connects, and keeps trying. Resolves with the session once it stands, rejects if the service refuses it. */
  connect() {
    if (this.state.name === "connected") return Promise.resolve(this.state.session);
    if (this.#opening) return this.#opening.promise;
    this.#opening = {};
    this.#opening.promise = new Promise((resolve, reject) => Object.assign(this.#opening, { resolve, reject }));
    this.#opening.promise.catch(() => {}); // a caller that watches `state` need not handle it twice
    globalThis.addEventListener?.("online", this.retryNow);
    const { promise } = this.#opening;
    if (this.state.name !== "offline") this.#open();
    return promise;
  }

  /** Goes on over another wire: the connection is opened anew, and what was not answered is sent again there. */
  use({ url, wire }) {
    this.#url = url;
    this.#wire = wire;
    if (this.state.name === "closed" || this.state.name === "refused") return;
    for (const entry of this.#outbox.values()) requeue(entry);
    this.#failures = this.#readyAt = 0;
    this.#open();
  }

  /** Ends the pause before the next attempt; does nothing in any other state. */
  retryNow = () => {
    if (this.state.name === "offline") this.#open();
  };

  /**
   * Sends one event and waits for its ack, across reconnects if need be.
   * @param {string} type such as `message:send`
   * @param {{conversationId?: string, data?: object, replyTo?: string, id?: string}} [frame] `id` is the idempotency
   *   key (R2): give the one of a failed try to repeat it safely
   * @returns {Promise<object>} the ack's data; rejects with a `CaasError`
   */
  send(type, { conversationId, data = {}, replyTo, id = makeId() } = {}) {
    const timestamp = Date.now();
    const text = JSON.stringify({ id, type, version: 1, timestamp, conversationId, replyTo, data, ack: true });
    const waiting = this.#outbox.get(id);
    if (waiting) return waiting.promise;
    if (new TextEncoder().encode(text).length > MAX_FRAME_BYTES) {
      return Promise.reject(localError("INVALID_PAYLOAD", "too_large", "The frame is larger than 64 KiB."));
    }
    if (this.#outbox.size >= MAX_QUEUED) {
      return Promise.reject(localError("UNAVAILABLE", "queue_full", "Too many frames are waiting to be sent."));
    }
    if (this.state.name === "closed" || this.state.name === "refused") {
      return Promise.reject(this.state.error ?? localError("UNAVAILABLE", "closed", "There is no connection."));
    }
    const entry = { id, type, text, conversationId: conversationId ?? data.conversationId, tries: 0, status: "queued" };
    entry.promise = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
    this.#outbox.set(id, entry);
    this.#pump();
    return entry.promise;
  }

  /**
   * Sends one event without an ack, or drops it if there is no connection: for typing and the like.
   * @returns {boolean} whether it was sent
   */
  emit(type, { conversationId, data = {} } = {}) {
    if (this.state.name !== "connected") return false;
    this.#write({ id: makeId(), type, version: 1, timestamp: Date.now(), conversationId, data });
    return true;
  }

  /**
   * Sends the text of a frame as it stands, without the outbox: what comes back is seen by handlers of `wire` alone.
   * For tools.
   * @returns {boolean} whether it was sent
   */
  sendText(text) {
    if (this.state.name !== "connected") return false;
    this.#connection.send(text);
    return true;
  }

  /**
   * Sends a media packet (R50), without the outbox: what became of it is told by events alone.
   * @returns {boolean} whether it was sent
   */
  sendBytes(buffer) {
    if (this.state.name !== "connected") return false;
    this.#connection.sendBytes(buffer);
    return true;
  }

  /** Ends the connection for good; what was not acknowledged is rejected. */
  close() {
    this.#drop(1000);
    this.#settle({ name: "closed" }, localError("UNAVAILABLE", "closed", "The client was closed."));
  }

  // Connecting

  async #open() {
    this.#drop();
    const generation = this.#generation;
    this.#lastError = this.#drainDelay = undefined;
    this.#setState({ name: "connecting", attempt: this.#failures });
    this.#timers.open = setTimeout(() => this.#lost(), OPEN_TIMEOUT);
    let token;
    try {
      token = await this.#token();
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#lastError = error;
      if (error instanceof CaasError && !error.retryable) this.#refuse(undefined);
      else this.#lost();
      return;
    }
    if (generation !== this.#generation) return;
    const { name } = this.#wire;
    this.#connection = this.#wire.open({
      url: this.#url,
      WebSocket: this.#WebSocket,
      auth: { id: makeId(), type: "session:auth", data: { token }, ack: true },
      frame: (frame) => this.#receive(frame),
      bytes: (buffer) => this.#publish("binary", buffer),
      extensions: (agreed) => (this.#extensions = agreed ?? ""),
      refused: (error) => (this.#lastError = new CaasError(error)),
      closed: (how) => this.#lost(how),
      crossed: (direction, data) => {
        if (direction === "in") clearTimeout(this.#timers.dead); // anything is a sign of life
        this.#publish("wire", { wire: name, direction, data, extensions: this.#extensions });
      },
    });
  }

  /** Forgets the connection at once. */
  #drop(code) {
    this.#generation += 1;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#timers = {};
    this.#ping = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close(code);
  }

  /** The range of the close code is the instruction (R12): 41xx at once, 44xx never, anything else with backoff. */
  #lost({ code, reason, final = code >= 4400 && code < 4500 } = {}) {
    if (final) return this.#refuse(code);
    if (this.#readyAt && Date.now() - this.#readyAt >= STABLE_AFTER) this.#failures = 0;
    this.#readyAt = 0;
    const atOnce = code >= 4100 && code < 4200 && this.#failures === 0;
    const ceiling = Math.min(BACKOFF.longest, BACKOFF.first * 2 ** this.#failures);
    const backoff = atOnce ? 0 : ceiling / 2 + (Math.random() * ceiling) / 2;
    const delay = Math.max(this.#drainDelay ?? backoff, retryAfterOf(reason), this.#lastError?.retryAfter ?? 0);
    const error = this.#lastError;
    this.#failures += 1;
    this.#drop();
    this.#timers.retry = setTimeout(this.retryNow, delay);
    this.#setState({ name: "offline", code, error, attempt: this.#failures, retryAt: Date.now() + delay });
    for (const entry of this.#outbox.values()) {
      requeue(entry);
      if (entry.tries >= MAX_TRIES) this.#refused(entry, noAnswer());
    }
  }

  #refuse(code) {
    const error =
      this.#lastError instanceof CaasError
        ? this.#lastError
        : localError("FORBIDDEN", "refused", "The service refused the connection.");
    this.#drop();
    this.#settle({ name: "refused", code, error }, error);
  }

  #settle(state, error) {
    globalThis.removeEventListener?.("online", this.retryNow);
    const entries = [...this.#outbox.values()];
    this.#outbox.clear();
    this.#joined.clear();
    this.#failures = this.#readyAt = this.#pausedUntil = 0;
    this.#setState(state);
    for (const entry of entries) {
      clearTimeout(entry.timer);
      entry.reject(error);
    }
    this.#opening?.reject(error);
    this.#opening = undefined;
  }

  // Receiving

  #receive(frame) {
    const { type, data = {} } = frame;
    if (type === "ack") return this.#acknowledge(frame.replyTo, data);
    if (type === "session:ready") this.#welcome(data);
    if (type === "server:drain") this.#drainDelay = data.reconnectInMs ?? 0;
    if (type === "conversation:removed") this.#joined.delete(data.conversationId);
    if (type === "error" && !frame.replyTo) this.#lastError = new CaasError(data);
    this.#publish(type, data, frame);
  }

  #welcome(session) {
    clearTimeout(this.#timers.open);
    this.#readyAt = Date.now();
    this.#pausedUntil = 0;
    this.#rejoin();
    this.#setState({ name: "connected", session, extensions: this.#extensions });
    this.#opening?.resolve(session);
    this.#opening = undefined;
    this.#beat();
    this.#pump();
  }

  /** Joins stand before everything else that waits: what is sent after them finds the connection listening. */
  #rejoin() {
    const waiting = [...this.#outbox.values()];
    const joining = waiting.filter((entry) => entry.type === "conversation:join").map((entry) => entry.conversationId);
    this.#outbox.clear();
    for (const conversationId of this.#joined) {
      if (joining.includes(conversationId)) continue;
      const refused = (error) => error.retryable || this.#joined.delete(conversationId);
      const id = makeId();
      const text = JSON.stringify({ id, type: "conversation:join", version: 1, conversationId, data: {}, ack: true });
      const entry = { id, type: "conversation:join", text, conversationId, tries: 0, status: "queued" };
      this.#outbox.set(id, Object.assign(entry, { resolve() {}, reject: refused }));
    }
    for (const entry of waiting) this.#outbox.set(entry.id, entry);
  }

  #acknowledge(id, { success, error, ...data }) {
    if (id === this.#ping?.id) {
      this.roundTrip = Math.round(performance.now() - this.#ping.at);
      return this.#publish("roundtrip", this.roundTrip);
    }
    const entry = this.#outbox.get(id);
    if (!entry) return;
    clearTimeout(entry.timer);
    if (success) {
      if (entry.type === "conversation:join") this.#joined.add(entry.conversationId);
      if (entry.type === "conversation:leave") this.#joined.delete(entry.conversationId);
      this.#outbox.delete(id);
      entry.resolve(data);
    } else {
      this.#refused(entry, new CaasError(error));
    }
    this.#pump();
  }

  // The outbox

  #pump() {
    if (this.state.name !== "connected" || Date.now() < this.#pausedUntil) return;
    let inFlight = 0;
    for (const entry of this.#outbox.values()) inFlight += entry.status === "sent" ? 1 : 0;
    for (const entry of this.#outbox.values()) {
      if (inFlight >= MAX_IN_FLIGHT) return;
      if (entry.status !== "queued") continue;
      entry.tries += 1;
      entry.status = "sent";
      inFlight += 1;
      entry.timer = setTimeout(() => this.#refused(entry, noAnswer()), ACK_TIMEOUT);
      this.#connection.send(entry.text);
    }
  }

  #refused(entry, error) {
    const limited = error.code === "RATE_LIMITED" && error.retryable && (error.retryAfter ?? Infinity) <= LONGEST_PAUSE;
    const again = limited || (error.code === "UNAVAILABLE" && error.retryable);
    if (!again || entry.tries >= MAX_TRIES) {
      this.#outbox.delete(entry.id);
      entry.reject(error);
      return this.#pump();
    }
    const delay = limited ? error.retryAfter : Math.max(RESEND_AFTER[entry.tries - 1], error.retryAfter ?? 0);
    // A rate limit holds back everything behind the refused frame too, which keeps the order.
    if (limited) this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + delay);
    entry.status = "waiting";
    entry.timer = setTimeout(() => {
      requeue(entry);
      this.#pump();
    }, delay + 1);
  }

  #write(frame) {
    this.#connection.send(JSON.stringify(frame));
  }

  // Heartbeat

  #beat() {
    this.#ping = { id: makeId(), at: performance.now() };
    this.#write({ id: this.#ping.id, type: "ping", version: 1, timestamp: Date.now(), data: {}, ack: true });
    this.#timers.dead = setTimeout(() => this.#lost(), PING_TIMEOUT);
    this.#timers.ping = setTimeout(() => this.#beat(), PING_EVERY);
  }

  #setState(state) {
    this.state = state;
    this.#publish("state", state);
  }

  #publish(type, data, frame) {
    for (const handler of this.#handlers.get(type) ?? []) {
      try {
        handler(data, frame);
      } catch (error) {
        globalThis.reportError?.(error); // an app's mistake must not stop the client
      }
    }
  }
}

function localError(code, reason, message) {
  return new CaasError({ code, message, details: { reason, retryable: code === "UNAVAILABLE" } });
}

function noAnswer() {
  return localError("UNAVAILABLE", "timeout", "No answer; sending again with the same id is safe.");
}

function requeue(entry) {
  clearTimeout(entry.timer);
  entry.status = "queued";
}

/** The pause that a close reason `{"c":code,"ra":ms}` asks for (R12), in milliseconds. */
function retryAfterOf(reason) {
  try {
    return Number(JSON.parse(reason).ra) || 0;
  } catch {
    return 0;
  }
}
