import { mediaPacket } from "./media-packet.js";

/** Bytes of one chunk (R53). */
export const CHUNK = 64 * 1024;

/**
 * Sends chunks of an upload as long as its window is open and it is still the same round of it.
 * @param {object} upload as `uploads.js` says; `next` moves on with each chunk, `reached` as the service tells it
 * @param {(packet: Uint8Array) => boolean} send false if there is no connection, and the next one will go on
 */
export async function sendChunks(upload, send) {
  const { round, conversationId, mimeType, fileId, key, size } = upload;
  const totalChunks = Math.max(1, Math.ceil(size / CHUNK));
  while (upload.next < totalChunks && upload.next - upload.reached < upload.window) {
    const chunkIndex = upload.next;
    const bytes = await upload.file.slice(chunkIndex * CHUNK, (chunkIndex + 1) * CHUNK).arrayBuffer();
    if (upload.round !== round) return;
    const place = { conversationId, chunkIndex, totalChunks, mimeType, fileId, id: `${key}:${round}:${chunkIndex}` };
    if (!send(mediaPacket({ type: "file_chunk", ...place }, bytes))) return;
    upload.next += 1;
  }
}
