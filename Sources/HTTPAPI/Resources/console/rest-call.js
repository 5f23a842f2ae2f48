/**
 * The REST call that does what a frame does, for backends (R70).
 *
 * Each gets what the frame says, `{id, data, replyTo}`, and the path of its conversation.
 */
const CALLS = {
  "message:send": ({ data, replyTo }, at) => ["POST", `${at}/messages`, {}, { ...data, replyTo }],
  "message:edit": ({ data: { messageId, ...body } }, at) => ["PATCH", `${at}/messages/${part(messageId)}`, {}, body],
  "message:delete": ({ data: { messageId, reason } }, at) => [
    "DELETE", `${at}/messages/${part(messageId)}`, { reason },
  ],
  "message:history": ({ data: { beforeSeq, afterSeq, limit } }, at) => [
    "GET", `${at}/messages`, { beforeSeq, afterSeq, limit },
  ],
  "conversation:create": ({ data }) => ["POST", "/v1/conversations", {}, data],
  "conversation:list": ({ data: { limit, cursor } }) => ["GET", "/v1/conversations", { limit, cursor }],
  "conversation:update": ({ data }, at) => ["PATCH", at, {}, data],
  "conversation:members": ({ data: { limit, cursor } }, at) => ["GET", `${at}/members`, { limit, cursor }],
  "conversation:invite": ({ data }, at) => ["POST", `${at}/members`, {}, data],
  "conversation:role": ({ data: { userId, ...body } }, at) => ["PATCH", `${at}/members/${part(userId)}`, {}, body],
  "file:begin": ({ conversationId, data }) => ["POST", "/v1/files", {}, { conversationId, ...data }],
  "conversation:remove": ({ data: { userId, ban, until, reason } }, at) => [
    "DELETE", `${at}/members/${part(userId)}`, { ban, until, reason },
  ],
};

/** Reads are safe to repeat without a key. */
const CHANGES = ["POST", "PATCH", "DELETE"];

const part = (text) => encodeURIComponent(text ?? "…");

/**
 * The call for a frame that a client sent, or undefined where no REST call does the same.
 * @returns {{method: string, path: string, body?: object, idempotencyKey?: string} | undefined}
 */
export function restCallFor(frame, asUser) {
  const make = Object.hasOwn(CALLS, frame.type) ? CALLS[frame.type] : undefined;
  if (!make) return undefined;
  const { conversationId, ...data } = frame.data ?? {};
  const own = frame.type === "conversation:create" ? { ...data, conversationId } : data;
  const at = `/v1/conversations/${part(frame.conversationId ?? conversationId)}`;
  const [method, path, query, body] = make({ ...frame, data: own }, at);
  const parameters = Object.entries({ ...query, asUser }).filter(([, value]) => value !== undefined);
  const text = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  const key = CHANGES.includes(method) ? frame.id : undefined;
  return { method, path: `${path}?${text}`, body, idempotencyKey: key };
}
