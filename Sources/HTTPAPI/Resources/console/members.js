import { quietly } from "./quietly.js";

/** Members of one page of the list. */
const PAGE = 100;
/** How long changes are gathered before the list is loaded again, in milliseconds. */
const PAUSE = 300;
/** A ban that ended in the past is lifted (R31). */
const PAST = 1;

/** Who belongs to the open conversation, and what one may do about it. */
export class Members {
  #store;
  #caas;
  #soon;
  #wanted = PAGE;

  constructor(store, caas) {
    this.#store = store;
    this.#caas = caas;
  }

  /** Loads the list from its beginning, as far as it was asked for. */
  async load() {
    const store = this.#store;
    const conversationId = store.openId;
    if (store.members === undefined) this.#wanted = PAGE;
    const found = [];
    let cursor;
    do {
      const page = await this.#send("members", conversationId, { limit: PAGE, cursor });
      if (store.openId !== conversationId) return;
      found.push(...page.members);
      cursor = page.cursor;
    } while (cursor && found.length < this.#wanted);
    store.members = found;
    store.moreMembers = cursor !== undefined;
    const me = found.find(({ userId }) => userId === store.user.userId);
    if (me) store.know({ conversationId, role: me.role });
    store.changed("members");
  }

  /** Loads the next page, too. */
  async more() {
    this.#wanted = this.#store.members.length + PAGE;
    await this.load();
  }

  /** Takes in an event about a member. */
  changed({ conversationId, userId, role }) {
    const store = this.#store;
    if (userId === store.user.userId && role) store.know({ conversationId, role });
    if (conversationId !== store.openId) return;
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => store.openConversation && quietly(this.load()), PAUSE);
  }

  /** Rejects with the refusal, as all of the following do; else gives the users who were no members before. */
  async invite(userIds, role) {
    const { added } = await this.#send("invite", this.#store.openId, { userIds, role });
    await this.load();
    return added;
  }

  async setRole(userId, role) {
    await this.#send("role", this.#store.openId, { userId, role });
    await this.load();
  }

  async remove(userId) {
    await this.#send("remove", this.#store.openId, { userId });
    await this.load();
  }

  /** Removes a user and keeps them out, for some milliseconds or for good. */
  async ban(userId, lasting) {
    const until = lasting > 0 ? Date.now() + lasting : undefined;
    await this.#send("remove", this.#store.openId, { userId, ban: true, until });
    await this.load();
  }

  /** Brings back who was removed or banned, with the role they had. */
  async bringBack(userId, role, banned) {
    if (banned) await this.#send("remove", this.#store.openId, { userId, ban: true, until: PAST });
    await this.invite([userId], role);
  }

  #send(what, conversationId, data) {
    return this.#caas.send(`conversation:${what}`, { conversationId, data });
  }
}
