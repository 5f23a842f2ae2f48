/** Bytes before the JSON header of a media packet (design §5): four numbers of 32 bits, big-endian. */
const PREFIX = 16;
/** What the numbers of the kinds are (R50). */
const KINDS = { audio: 1, video: 2, file_chunk: 3 };

/**
 * Makes a media packet (R50).
 * @param {{type: "audio" | "video" | "file_chunk", conversationId: string, chunkIndex: number, totalChunks: number,
 *   mimeType: string}} header more fields may stand in it, such as `fileId`
 * @param {ArrayBuffer} payload
 * @param {number} [sequence] for a file the number of the chunk
 * @returns {ArrayBuffer}
 */
export function mediaPacket(header, payload, sequence = header.chunkIndex) {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const total = PREFIX + json.length + payload.byteLength;
  const packet = new Uint8Array(total);
  const view = new DataView(packet.buffer);
  [total, json.length, KINDS[header.type], sequence].forEach((number, at) => view.setUint32(at * 4, number));
  packet.set(json, PREFIX);
  packet.set(new Uint8Array(payload), PREFIX + json.length);
  return packet.buffer;
}

/**
 * Takes a media packet apart.
 * @returns {{total: number, type: number, sequence: number, header?: object, payload: ArrayBuffer} | undefined}
 *   `header` is undefined where it is no JSON; all of it where the numbers do not fit the packet
 */
export function readMediaPacket(buffer) {
  if (buffer.byteLength < PREFIX) return undefined;
  const view = new DataView(buffer);
  const [total, length, type, sequence] = [0, 4, 8, 12].map((at) => view.getUint32(at));
  const body = PREFIX + length;
  if (total !== buffer.byteLength || body > total) return undefined;
  let header;
  try {
    header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, PREFIX, length)));
  } catch {
    header = undefined;
  }
  return { total, type, sequence, header, payload: buffer.slice(body) };
}
