/** The roles, from the lowest to the highest (R30). */
export const ROLES = ["readonly", "member", "moderator", "owner"];

/** What a role is called in a sentence. */
export const roleName = (role) => (role === "readonly" ? "read only" : role);

/** What a role is called where it stands alone. */
export const roleTitle = (role) => roleName(role).replace(/^./, (letter) => letter.toUpperCase());

const rank = (role) => ROLES.indexOf(role);

/** Whether a conversation lets its user invite, and up to which role. */
export function rolesToInvite({ kind, visibility, role } = {}) {
  const may = rank(role) >= rank("moderator") || (visibility === "public" && rank(role) >= rank("member"));
  return kind !== "direct" && may ? ROLES.slice(0, rank(role) + 1) : [];
}

/** Whether a user with the role `mine` may remove or ban a member with the role `other`. */
export function mayRemove(conversation, other) {
  const { kind, role } = conversation;
  return kind !== "direct" && rank(role) >= rank("moderator") && rank(other) < rank(role);
}

/** Whether its user may change roles. */
export function mayChangeRoles({ kind, role }) {
  return kind !== "direct" && role === "owner";
}
