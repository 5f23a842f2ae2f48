import { readMediaPacket } from "./media-packet.js";
import { readPacket } from "./socketio-wire.js";

/**
 * Takes apart what crossed the socket: a frame, a packet of Engine.IO or Socket.IO, or bytes.
 *
 * @param {{wire: string, direction: string, data: string | ArrayBuffer}} crossing as `caas.js` publishes it
 * @returns {object} `type` of the frame, `packet` (such as "42 event"), `frame` (the JSON inside), `text` (the whole of
 *   it; neither has a token), `error`, `asks` (names by which an answer may name it) and `answers` (the name of what it
 *   answers)
 */
export function readCrossing({ wire, direction, data }) {
  if (typeof data !== "string") return { type: "binary", ...readMedia(direction, data) };
  return wire === "socketio" ? readSocketIO(direction, data) : readFrame(direction, data);
}

function readFrame(direction, text) {
  const frame = JSON.parse(text);
  const { id, replyTo, data } = frame;
  const type = String(frame.type ?? "no type");
  const secret = type === "session:auth" ? data?.token : undefined;
  if (direction === "out") return { type, asks: [id], ...hidden(frame, text, secret) };
  return { type, answers: replyTo, error: errorIn(type, data), frame, text };
}

function readSocketIO(direction, text) {
  const { code, name, id, content } = readPacket(text);
  const packet = `${code} ${name}`;
  switch (code) {
    case "0":
      return { packet, ...hidden(content, text, content.sid) }; // whoever has it has the session
    case "40":
      if (direction === "out") return { packet, asks: ["connect"], ...hidden(content, text, content?.token) };
      return { packet, answers: "connect", frame: content, text };
    case "44":
      return { packet, answers: "connect", error: content.data ?? { code: content.message }, frame: content, text };
    case "43":
      return { packet, answers: ackName(id), error: errorIn("ack", content[0]), frame: inside(content), text };
    case "42":
    case "45": {
      const frame = inside(content.slice(1));
      const type = String(content[0]);
      if (direction === "out") return { packet, type, asks: [ackName(id), frame?.id], frame, text };
      return { packet, type, answers: frame?.replyTo, error: errorIn(type, frame?.data), frame, text };
    }
    default:
      return { packet, frame: content, text };
  }
}

/** A name that no id of a frame has (R1). */
const ackName = (id) => (id === undefined ? undefined : `ack ${id}`);

/** What an event or an acknowledgement carries: here that is one value. */
const inside = (values) => (values.length > 1 ? values : values[0]);

function errorIn(type, data) {
  if (type === "error") return data;
  return type === "ack" && data?.success === false ? data.error : undefined;
}

/** A frame and its text with the secret cut short. */
function hidden(frame, text, secret) {
  if (typeof secret !== "string" || secret === "") return { frame, text };
  const short = `${secret.slice(0, 8)}…`;
  const shown = text.replaceAll(secret, short);
  return { frame: JSON.parse(JSON.stringify(frame).replaceAll(secret, short)), text: shown };
}

/** What stands in a media packet, with the number of bytes in place of the bytes. */
function readMedia(direction, buffer) {
  const { payload, ...rest } = readMediaPacket(buffer) ?? {};
  const frame = { ...rest, bytes: payload?.byteLength ?? buffer.byteLength };
  return direction === "out" ? { frame, asks: [frame.header?.id] } : { frame };
}
