// Sockets of the standard client that remember what happened to them, for tests that are written in Python.
// Loaded behind the client into a browser page or into Node; `call` is all that is used from outside.

const sockets = new Map();

/** Bytes cross to Python and back as `{"bytes": [...]}`. */
const toPlain = (value) => {
  if (value instanceof ArrayBuffer) return { bytes: [...new Uint8Array(value)] };
  if (ArrayBuffer.isView(value)) return toPlain(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
  if (Array.isArray(value)) return value.map(toPlain);
  return value;
};
const fromPlain = (value) => (Array.isArray(value?.bytes) ? Uint8Array.from(value.bytes).buffer : value);

/** What happened to one socket, in its order, each taken once. */
class Happenings {
  #waiting = [];
  #wake = () => {};

  note(name, ...values) {
    this.#waiting.push([name, ...values.map(toPlain)]);
    this.#wake();
  }

  /** The first one that is so named, there or to come; what is there if none comes within so many milliseconds. */
  async take(name, patience) {
    const end = Date.now() + patience;
    for (;;) {
      const place = this.#waiting.findIndex((happening) => happening[0] === name);
      if (place >= 0) return { taken: this.#waiting.splice(place, 1)[0] };
      if (Date.now() >= end) return { waiting: this.#waiting };
      await new Promise((wake) => {
        this.#wake = wake;
        setTimeout(wake, end - Date.now());
      });
    }
  }

  /** The names of what waits, in their order. */
  names() {
    return this.#waiting.map(([name]) => name);
  }
}

/** Follows a socket from its making on: events are named `event`, what the client itself tells has other names. */
const follow = (name, socket, happenings = new Happenings()) => {
  const manager = socket.io;
  const followEngine = () => {
    const engine = manager.engine;
    engine.on("upgrade", (transport) => happenings.note("upgrade", transport.name));
    happenings.note("open", engine.transport.name);
  };
  socket.on("connect", () => happenings.note("connect", socket.id));
  socket.on("connect_error", (error) => happenings.note("connect_error", error.message, error.data ?? null));
  socket.on("disconnect", (reason, details) =>
    happenings.note("disconnect", reason, details?.context?.code ?? null),
  );
  socket.onAny((event, ...values) => happenings.note(`event ${event}`, ...values));
  manager.on("open", followEngine);
  manager.on("reconnect_attempt", (number) => happenings.note("reconnect_attempt", number));
  manager.on("reconnect", (number) => happenings.note("reconnect", number));
  sockets.set(name, { socket, happenings });
};

const calls = {
  open: (name, url, options) => follow(name, io(url, options)),
  /** What a test wrote as JavaScript: it has `io`, `note(name, ...values)` and what is named, and returns a socket. */
  run: (name, code, names, values) => {
    const happenings = new Happenings();
    const note = (...happening) => happenings.note(...happening);
    follow(name, new Function("io", "note", ...names, code)(io, note, ...values), happenings);
  },
  take: (name, what, patience) => sockets.get(name).happenings.take(what, patience),
  names: (name) => sockets.get(name).happenings.names(),
  emit: (name, event, values) => void sockets.get(name).socket.emit(event, ...values.map(fromPlain)),
  ask: async (name, patience, event, values) =>
    toPlain(await sockets.get(name).socket.timeout(patience).emitWithAck(event, ...values.map(fromPlain))),
  transport: (name) => sockets.get(name).socket.io.engine.transport.name,
  state: (name) => {
    const { socket } = sockets.get(name);
    return { connected: socket.connected, active: socket.active };
  },
  /** With another `auth` than before, if one is given. */
  connect: (name, auth) => {
    const { socket } = sockets.get(name);
    socket.auth = auth ?? socket.auth;
    socket.connect();
  },
  /** Ends the transport, as a network that goes away does. */
  drop: (name) => void sockets.get(name).socket.io.engine.close(),
  disconnect: (name) => void sockets.get(name).socket.disconnect(),
  forget: () => {
    for (const { socket } of sockets.values()) socket.disconnect();
    sockets.clear();
  },
};

globalThis.call = async (what, ...values) => (await calls[what](...values)) ?? null;
