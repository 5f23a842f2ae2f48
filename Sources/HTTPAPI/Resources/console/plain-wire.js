/** How long the close that follows a refused sign-in is waited for, in milliseconds. */
const CLOSE_AFTER = 1_000;

/** Close codes by the error of a refused sign-in (R12), for a close that does not come. */
const CODES = { AUTH_REQUIRED: 4401, AUTH_INVALID: 4402, FORBIDDEN: 4403 };

/**
 * The wire that `caas.js` uses unless it is given another: each frame is one text message of a WebSocket.
 *
 * A wire is an object with a `name` and `open(how)`, which connects and signs in once and returns
 * `{send(text), sendBytes(buffer), close(code)}`. `how` says where and as whom, and what the wire has to call:
 *
 * - `url`, `WebSocket` (the class), `auth` (the `session:auth` frame: its `data` are the credentials)
 * - `frame(frame)` for each frame that arrives; every answer is given as an `ack` frame with `replyTo`
 * - `bytes(buffer)` for each media packet that arrives
 * - `extensions(text)` once the socket is open: what was agreed on for it, such as `permessage-deflate`, or ""
 * - `refused(error)` where the sign-in is refused; `closed` follows
 * - `closed({code, reason, final})` at the end, once, and nothing after it; `final`: the service wants no more attempts
 * - `crossed(direction, data)` for each message of the socket as it is, text or ArrayBuffer, "in" or "out"
 *
 * After `close` nothing is called any more: a browser may take long to report the end of a dead connection.
 */
export const plainWire = {
  name: "websocket",

  open({ url, WebSocket, auth, frame, bytes, extensions, refused, closed, crossed }) {
    const socket = new WebSocket(url, ["caas.v1"]);
    let patience;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      extensions(socket.extensions);
      send(JSON.stringify(auth));
    };
    socket.onmessage = ({ data }) => {
      crossed("in", data);
      if (typeof data !== "string") return bytes(data);
      const received = JSON.parse(data);
      if (received.type === "ack" && received.replyTo === auth.id) answered(received.data);
      else frame(received);
    };
    socket.onclose = ({ code, reason }) => {
      clearTimeout(patience);
      closed({ code, reason });
    };

    function send(text) {
      socket.send(text);
      crossed("out", text);
    }

    function sendBytes(buffer) {
      socket.send(buffer);
      crossed("out", buffer);
    }

    function answered({ success, error }) {
      if (success) return;
      refused(error);
      // The close that follows says what to do; without one the code does.
      patience = setTimeout(() => {
        close();
        closed({ code: CODES[error.code] });
      }, CLOSE_AFTER);
    }

    function close(code) {
      clearTimeout(patience);
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(code);
    }

    return { send, sendBytes, close };
  },
};
