import { readPacket } from "./socketio-wire.js";

/** Bytes before the JSON header of a media packet (design §5): four numbers of 32 bits. */
const MEDIA_HEADER = 16;

/**
 * Takes apart what crossed the socket: a frame, a packet of Engine.IO or Socket.IO, or bytes.
 *
 * @param {{wire: string, direction: string, data: string | ArrayBuffer}} crossing as `caas.js` publishes it
 * @returns {object} `type` of the frame, `packet` (such as "42 event"), `frame` (the JSON inside), `text` (the whole of
 *   it; neither has a token), `error`, `asks` (names by which an answer may name it) and `answers` (the name of what it
 *   answers)
 */
export function readCrossing({ wire, direction, data }) {
  if (typeof data !== "string") return { type: "binary", frame: readMedia(data) };
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

/** A media packet's own header, and how many bytes follow it. */
function readMedia(buffer) {
  if (buffer.byteLength < MEDIA_HEADER) return { bytes: buffer.byteLength };
  const view = new DataView(buffer);
  const [total, length, type, sequence] = [0, 4, 8, 12].map((at) => view.getUint32(at));
  const body = MEDIA_HEADER + length;
  if (total !== buffer.byteLength || body > total) return { bytes: buffer.byteLength };
  try {
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, MEDIA_HEADER, length)));
    return { total, type, sequence, header, bytes: total - body };
  } catch {
    return { total, type, sequence, bytes: total - body };
  }
}
