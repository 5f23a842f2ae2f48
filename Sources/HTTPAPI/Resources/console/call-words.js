/** Why a call ended, as its two sides say it: who called, who was called. */
const REASONS = {
  rejected: ["declined the call", "You declined the call"],
  cancelled: ["You gave up", "gave up"],
  missed: ["did not answer", "You missed the call"],
  busy: ["is in another call", "You were in another call"],
};
const OTHER_REASONS = {
  answered_elsewhere: "Answered on another device",
  failed: "It could not ring",
  connection_lost: "The connection was lost",
  server_error: "The service lost the call",
  max_duration: "It lasted as long as a call may",
};

/** Such as "bob declined the call", "You hung up · 2 min 5 s". */
export function endingText({ reason, outgoing, peerId, name, duration, endedBy }, me) {
  const who = name ?? peerId;
  const lasted = duration > 0 && durationText(duration);
  if (reason === "hangup") {
    const by = endedBy === undefined ? "The call has ended" : endedBy === me ? "You hung up" : `${who} hung up`;
    return [by, lasted].filter(Boolean).join(" · ");
  }
  const [said, own] = REASONS[reason] ?? [];
  const text = said === undefined ? OTHER_REASONS[reason] : outgoing ? said : own;
  const whole = text === undefined ? "The call has ended" : /^[A-Z]/.test(text) ? text : `${who} ${text}`;
  return [whole, lasted].filter(Boolean).join(" · ");
}

/** Milliseconds as "2 min 5 s". */
export function durationText(milliseconds) {
  const seconds = Math.round(milliseconds / 1_000);
  const parts = [[Math.floor(seconds / 3_600), "h"], [Math.floor(seconds / 60) % 60, "min"], [seconds % 60, "s"]];
  return parts.filter(([count], index) => count > 0 || (index === 2 && seconds === 0))
    .map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** Seconds of a call as a clock: "2:05". */
export function clockOf(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  return hours > 0 ? `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
    : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

/** A call in the history of its conversation, such as "Video call · 2 min 5 s" or "Missed call". */
export function callEntryText({ metadata = {}, senderId }, me) {
  const { callType, callerId = senderId, reason, duration } = metadata;
  const call = callType === "video" ? "video call" : "call";
  const outgoing = callerId === me;
  if (duration > 0) return capital(`${call} · ${durationText(duration)}`);
  if (reason === "rejected") return `${capital(call)}, declined`;
  if (reason === "busy") return outgoing ? `${capital(call)}, busy` : `Missed ${call}, you were in another`;
  if (reason === "missed" || reason === "cancelled") {
    if (!outgoing) return `Missed ${call}`;
    return `${capital(call)}, ${reason === "missed" ? "not answered" : "given up"}`;
  }
  if (reason === "failed") return `${capital(call)}, could not ring`;
  return `${capital(call)}, ended`;
}

const capital = (text) => text.replace(/^./, (letter) => letter.toUpperCase());
