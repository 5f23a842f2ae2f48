import { callEntryText } from "./call-words.js";

/** What stands for a message where there is one line: its text, or what it carries. */
export function messageLine(message, me) {
  if (message.deleted) return "Message deleted";
  if (message.type === "call") return callEntryText(message, me);
  if (message.content) return message.content;
  const [first, ...others] = message.attachments ?? [];
  if (!first) return "";
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `📎 ${first.name ?? "a file"}${more}`;
}
