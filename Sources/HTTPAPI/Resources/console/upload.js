import { makeId } from "./caas.js";
import { CHUNK } from "./chunk-sender.js";
import { goesWell } from "./upload-retries.js";

/** Chunks that may be under way where the service does not say. */
const WINDOW = 32;

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

/** What is said where something else was chosen after a reload. */
export function anotherFile({ name }) {
  return new Error(`This is another file: choose the same “${name}”, unchanged.`);
}

/** Begins where the service is, as it says; gives the bytes that it has. */
export function setOut(upload, { nextIndex = 0, offset = nextIndex * CHUNK, window = WINDOW }) {
  if (offset > (upload.safe ?? 0)) goesWell(upload);
  Object.assign(upload, { window, reached: nextIndex, next: nextIndex, safe: offset });
  return offset;
}

/** Makes another attempt of it: with the key of this one (R2) the service would answer with the old one again. */
export function startAnew(upload) {
  Object.assign(upload, { fileId: undefined, onSocket: false, arrived: 0, safe: 0, key: makeId() });
}

/** Notes how many chunks are safe; false if that is nothing new. */
export function reach(upload, nextIndex) {
  if (nextIndex <= (upload.reached ?? -1)) return false;
  upload.reached = nextIndex;
  goesWell(upload);
  arrive(upload, nextIndex * CHUNK);
  return true;
}

/** Whether a refusal is about an upload under way: about one of its chunks, or the whole where nothing was asked. */
export function concerns({ key, round, fileId, phase }, error, replyTo) {
  if (phase !== "sending") return false;
  if (!replyTo) return fileId !== undefined && error.details?.fileId === fileId;
  const [chunkOf, chunkRound] = replyTo.split(":");
  return chunkOf === key && Number(chunkRound) === round;
}

/** Notes how many bytes are safe. */
export function arrive(upload, bytes) {
  upload.arrived = Math.min(upload.size, bytes);
}
