/**
 * A call of this window, as the store holds it.
 *
 * `{callId?, conversationId?, peerId, name?, type: "audio" | "video", outgoing, phase, peer?, local?, problem?, …}`.
 * `phase`: "asking" (for the microphone, then the service), "ringing" and "incoming", "answering", "connecting",
 * "connected", "repairing" (looking for another way), "waiting" (the other side was lost and may come back), "ending",
 * "ended" with `reason` and `duration`.
 */
export function outgoingCall(peerId, type) {
  return { peerId, type, outgoing: true, phase: "asking", microphone: true, camera: type === "video" };
}

/** Whether there is a call that is not over. */
export const goesOn = (call) => call !== undefined && call.phase !== "ended";

/** Whether it waits for the microphone, and nobody has hung up meanwhile. */
export const asksForDevices = ({ phase }) => phase === "asking" || phase === "answering";

/** The call that this one was refused for: of the same user, on another device or not known here; undefined if none. */
export const otherCall = ({ error }) => (error?.details?.reason === "in_call" ? error.details.callId : undefined);

/** One that rings here, as `call:incoming` tells it. */
export function incomingCall({ callId, conversationId, callerId, name, type, iceServers }) {
  const who = { callId, conversationId, peerId: callerId, name, type, iceServers };
  return { ...who, outgoing: false, phase: "incoming", microphone: true, camera: type === "video" };
}
