import { CaasError } from "./caas.js";

/**
 * What stands in place of a conversation that was taken from the user, as `conversation:removed` says why.
 *
 * @param {string} [by] who did it; where one has blocked somebody, oneself
 * @param {string} [peerId] the other person of a direct conversation
 */
export function removal(reason, by, peerId) {
  if (reason === "blocked") {
    const message = `You have blocked ${peerId ?? "this person"}.`;
    return new CaasError({ code: "FORBIDDEN", message, details: { reason } });
  }
  const did = reason === "deleted" ? "deleted" : "removed you from";
  const message = by ? `${by} ${did} this conversation.` : "This conversation is no longer yours.";
  return new CaasError({ code: "NOT_MEMBER", message, details: { reason } });
}
