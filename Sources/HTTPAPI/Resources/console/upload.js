import { makeId } from "./caas.js";
import { CHUNK } from "./chunk-sender.js";

/**
 * A file on its way to the service, as the store holds it.
 *
 * `{key, conversationId, name, size, mimeType, sha256?, picture?, file?, fileId?, arrived, phase, error?}`. `arrived`:
 * bytes that are safe. `phase`: "waiting" (for its turn or a connection), "reading" (to know its hash), "sending",
 * "interrupted" (by a reload: the page has lost the file itself), "sharing", "failed".
 */
export function uploadOf(file, conversationId) {
  const { name, size } = file;
  const mimeType = file.type || "application/octet-stream";
  return { key: makeId(), conversationId, name, size, mimeType, file, arrived: 0, phase: "waiting", round: 0 };
}

/** One that an earlier life of the page has begun. */
export function interruptedUpload(known) {
  return { ...known, arrived: 0, phase: "interrupted", round: 0 };
}

/** Notes how many chunks are safe; false if that is nothing new. */
export function reach(upload, nextIndex) {
  if (nextIndex <= (upload.reached ?? -1)) return false;
  upload.reached = nextIndex;
  arrive(upload, nextIndex * CHUNK);
  return true;
}

/** Notes how many bytes are safe. */
export function arrive(upload, bytes) {
  upload.arrived = Math.min(upload.size, bytes);
}
