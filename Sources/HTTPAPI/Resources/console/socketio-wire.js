/** How long the close that follows a DISCONNECT is waited for, in milliseconds. */
const CLOSE_AFTER = 1_000;

/** What the types of packets are called: one digit is Engine.IO's, two are Socket.IO's inside its messages. */
const NAMES = {
  0: "open",
  1: "close",
  2: "ping",
  3: "pong",
  5: "upgrade",
  6: "noop",
  40: "connect",
  41: "disconnect",
  42: "event",
  43: "ack",
  44: "connect error",
  45: "binary event",
  46: "binary ack",
};

/** `<type>[<attachments>-][<namespace>,][<ack id>]`, which stand before the JSON. */
const HEAD = /^(?:4([0-6])(?:\d+-)?(?:\/[^,]*,?)?(\d+)?|([0-356]))/;

/**
 * Reads a text packet of Engine.IO 4 with Socket.IO 5 in it.
 * @returns {{code: string, name: string, id?: number, content: any}} `code` such as "2" or "42"; `content` is the JSON
 *   behind the head, undefined where there is none
 */
export function readPacket(text) {
  const [head, type, id, transport] = HEAD.exec(text) ?? ["", "?"];
  const code = transport ?? `4${type}`;
  const rest = text.slice(head.length);
  const isJSON = rest !== "" && (code === "0" || code.length === 2);
  return {
    code,
    name: NAMES[code] ?? "unknown",
    id: id === undefined ? undefined : Number(id),
    content: isJSON ? JSON.parse(rest) : rest || undefined,
  };
}

/**
 * Frames as events of Socket.IO, by its websocket transport alone: another wire for `caas.js` (see `plain-wire.js`).
 *
 *     const caas = new CaasClient({ url: "wss://chat.example.com/socket.io/", wire: socketIOWire, token });
 *
 * An event is called like its frame's type and has the frame as its argument. A frame that wants an ack gets an
 * acknowledgement id, and the ACK packet with that id is passed on as the `ack` frame of a plain WebSocket.
 */
export const socketIOWire = {
  name: "socketio",

  open({ url, WebSocket, auth, frame, bytes, extensions, refused, closed, crossed }) {
    const address = new URL(url);
    address.searchParams.set("EIO", "4");
    address.searchParams.set("transport", "websocket");
    const socket = new WebSocket(address.href);
    const asked = new Map(); // acknowledgement id → id of the frame
    let next = 0; // acknowledgement id
    let awaited; // the name of a binary event whose bytes have not come yet
    let isJoined = false;
    let final; // true once the service does not want this session back, else the close code decides
    let silence; // milliseconds without a packet that mean a dead connection
    let patience;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => extensions(socket.extensions);
    socket.onmessage = ({ data }) => {
      crossed("in", data);
      if (!final) wait(silence); // after a DISCONNECT nothing puts the end off
      if (typeof data === "string") return receive(readPacket(data));
      if (awaited === "binary") bytes(data);
      awaited = undefined;
    };
    socket.onclose = ({ code, reason }) => {
      clearTimeout(patience);
      closed({ code, reason, final });
    };

    function receive({ code, id, content }) {
      switch (code) {
        case "0":
          wait((silence = content.pingInterval + content.pingTimeout));
          return put(`40${JSON.stringify(auth.data)}`);
        case "1":
          return end({});
        case "2":
          return put("3");
        case "40":
          isJoined = true;
          return;
        case "41": // the close that follows has the code that says why
          isJoined = false;
          final = true;
          return wait(CLOSE_AFTER);
        case "42":
          return frame({ type: content[0], ...content[1] });
        case "43":
          frame({ type: "ack", replyTo: asked.get(id), data: content[0] });
          return asked.delete(id);
        case "44":
          refused(content.data ?? { code: "FORBIDDEN", message: content.message });
          // The connection would stay, for another attempt; only an expired token is worth one.
          return end({ final: content.data?.code !== "TOKEN_EXPIRED" });
        case "45":
          awaited = content[0];
      }
    }

    /** Ends the connection unless a packet comes before. */
    function wait(milliseconds) {
      clearTimeout(patience);
      if (milliseconds) patience = setTimeout(() => end({ final }), milliseconds);
    }

    function end(how) {
      close();
      closed(how);
    }

    function put(packet) {
      socket.send(packet);
      crossed("out", packet);
    }

    function send(text) {
      const { id, type, ack } = JSON.parse(text);
      const number = ack === true ? next++ : "";
      if (ack === true) asked.set(number, id);
      put(`42${number}[${JSON.stringify(String(type ?? ""))},${text}]`);
    }

    /** A binary event: its packet has a place-holder where the bytes belong, which follow on their own. */
    function sendBytes(buffer) {
      put('451-["binary",{"_placeholder":true,"num":0}]');
      put(buffer);
    }

    function close(code) {
      clearTimeout(patience);
      if (isJoined && socket.readyState === WebSocket.OPEN) put("41");
      isJoined = false;
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(code);
    }

    return { send, sendBytes, close };
  },
};
