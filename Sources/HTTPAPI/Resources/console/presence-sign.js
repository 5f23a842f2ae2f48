import { h } from "./dom.js";
import { relativeTime } from "./times.js";

/** What a status is called; invisible is how one sees oneself alone. */
const NAMES = { online: "Online", away: "Away", busy: "Busy", offline: "Offline", invisible: "Invisible" };

/** An avatar with the sign of how its user is, where that is known; the sign has a shape of its own, too. */
export function withPresence(avatar, presence) {
  if (!presence) return avatar;
  return h("span", { class: "with-presence" }, avatar, presenceDot(presence));
}

/** The sign alone; `silent` where the status is said beside it. */
export function presenceDot({ status }, silent = false) {
  return h("span", { class: "presence", title: NAMES[status], data: { testid: "presence", status } },
    !silent && h("span", { class: "unseen" }, `(${NAMES[status]})`));
}

/** The line that a user chose to show, while it lasts. */
export function customMessageOf({ customMessage, customMessageUntil } = {}) {
  return customMessageUntil !== undefined && customMessageUntil <= Date.now() ? undefined : customMessage || undefined;
}

/** Such as "Busy · in a meeting" or "offline · last seen 5 minutes ago". */
export function describePresence(presence) {
  const { status, lastSeen } = presence;
  const seen = status === "offline" && lastSeen !== undefined && `last seen ${relativeTime(lastSeen)}`;
  return [NAMES[status], customMessageOf(presence), seen].filter(Boolean).join(" · ");
}
