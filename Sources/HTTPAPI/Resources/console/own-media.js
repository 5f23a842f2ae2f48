/** What a refusal of the browser means, and what to do about it. */
const REFUSALS = {
  NotAllowedError: "The browser does not let this page use your KIND. Allow it beside the address, then try again.",
  NotFoundError: "This machine has no KIND that the browser can use.",
  NotReadableError: "Another program uses your KIND, or it does not work.",
  SecurityError: "The browser lets no page use your KIND here.",
};

/**
 * The user's microphone and, where wanted, camera.
 * @returns {Promise<MediaStream>} rejects with an `Error` that says what to do
 */
export async function ownMedia({ audio = true, video = false }) {
  const kind = audio && video ? "microphone and camera" : video ? "camera" : "microphone";
  // A page that did not come over https, or from this machine, has no devices at all.
  if (!navigator.mediaDevices) throw new Error(`Only a page over https may use your ${kind}.`);
  try {
    return await navigator.mediaDevices.getUserMedia({ audio, video });
  } catch (error) {
    const text = REFUSALS[error.name] ?? `The browser gave no KIND: ${error.message}`;
    throw new Error(text.replace("KIND", kind), { cause: error });
  }
}
