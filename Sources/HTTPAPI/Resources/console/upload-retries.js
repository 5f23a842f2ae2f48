import { CaasError } from "./caas.js";

/** The pause before the first try again, in milliseconds; each one after it is twice as long. */
const PAUSE = 1_000;
/** The longest pause, in milliseconds. */
const LONGEST = 30_000;
/** Failures in a row, with nothing sent in between, after which the user is asked: about two minutes. */
const MOST = 8;

/**
 * Whether an error says only that something was lost on its way, or is not to be had at present.
 *
 * A file is somebody else's where a question that had been given up came late: whoever asks again gets it back.
 */
export function isPassing(error) {
  if (error.details?.reason === "resumed_elsewhere") return true;
  return error.retryable ?? !(error instanceof CaasError);
}

/**
 * When an upload is to go on after an error.
 * @returns {number | undefined} milliseconds from now; undefined where that would not help, or has not helped
 */
export function pauseAfter(error, upload) {
  if (!isPassing(error)) return undefined;
  // Who says when to come back is there, and takes up the file in time.
  if (error.retryAfter !== undefined) return error.retryAfter;
  const before = upload.failures ?? 0;
  upload.failures = before < MOST ? before + 1 : 0; // whoever tries again begins anew
  return before < MOST ? Math.min(LONGEST, PAUSE * 2 ** before) : undefined;
}

/** It goes on: what failed before counts no more. */
export function goesWell(upload) {
  upload.failures = 0;
}
