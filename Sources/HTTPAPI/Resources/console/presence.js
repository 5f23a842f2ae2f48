import { quietly } from "./quietly.js";

/** Users whose presence one connection may follow (R37). */
const MOST = 200;
/** How long wishes are gathered into one event, in milliseconds. */
const PAUSE = 300;

/** Who is there: follows those whom the page shows, and tells the others what this user chose. */
export class Presence {
  #store;
  #caas;
  #followed = new Set();
  #soon;
  #expiry;

  constructor(store, caas) {
    this.#store = store;
    this.#caas = caas;
  }

  /** Starts afresh on a new connection: what the last one told may be old. */
  restart() {
    this.#followed.clear();
    this.#store.presences.clear();
    this.#store.changed("presence");
    this.follow();
  }

  /** Follows whom the page shows now; to be called when that may have changed. */
  follow() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => quietly(this.#follow()), PAUSE);
  }

  async #follow() {
    const store = this.#store;
    if (store.link.name !== "connected") return;
    const wanted = this.#wanted();
    const added = wanted.filter((userId) => !this.#followed.has(userId));
    if (added.length === 0) return;
    const kept = new Set(wanted);
    const dropped = [...this.#followed].filter((userId) => !kept.has(userId));
    // As long as there is room, those who were shown before are followed on: they may be shown again.
    if (this.#followed.size + added.length > MOST && dropped.length > 0) {
      for (const userId of dropped) this.#followed.delete(userId);
      await this.#caas.send("presence:unsubscribe", { data: { userIds: dropped } });
    }
    for (const userId of added) this.#followed.add(userId);
    try {
      const { presences = [] } = await this.#caas.send("presence:subscribe", { data: { userIds: added } });
      for (const presence of presences) this.told(presence);
      store.changed("presence");
    } catch (error) {
      for (const userId of added) this.#followed.delete(userId);
      throw error;
    }
  }

  /** Oneself, the other people of direct conversations, and the members of what is open. */
  #wanted() {
    const { user, conversations, members } = this.#store;
    const partners = [...conversations.values()].map(({ peerId }) => peerId).filter(Boolean);
    const shown = (members ?? []).map(({ userId }) => userId);
    return [...new Set([user.userId, ...partners, ...shown])].slice(0, MOST);
  }

  /** Takes in what the service says of a user; what is older than known is dropped (R37). */
  told(presence) {
    const { presences } = this.#store;
    if (presence.v < (presences.get(presence.userId)?.v ?? 0)) return;
    presences.set(presence.userId, presence);
    this.#store.changed("presence");
    this.#expire();
  }

  /**
   * How this user is now, having touched the page: the question is a frame, so that who is away in its answer has
   * chosen that (R35).
   */
  async here() {
    const { userId } = this.#store.user;
    const { presences } = await this.#caas.send("presence:subscribe", { data: { userIds: [userId] } });
    for (const presence of presences) this.told(presence);
  }

  /** Chooses how others see this user; rejects with the refusal. */
  async choose({ status, customMessage, customMessageUntil }) {
    await this.#caas.send("presence:update", { data: { status, customMessage, customMessageUntil } });
    // Only the user's other connections are told (R37).
    const { presences, user } = this.#store;
    const known = presences.get(user.userId) ?? { userId: user.userId, v: 0 };
    const seen = status === "invisible" ? "offline" : status;
    this.told({ ...known, status: seen, customMessage: customMessage || undefined, customMessageUntil });
  }

  /** A line that has had its time is no longer shown, whether the service has said so yet or not. */
  #expire() {
    clearTimeout(this.#expiry);
    const ends = [...this.#store.presences.values()].map(({ customMessageUntil }) => customMessageUntil)
      .filter((until) => until > Date.now());
    if (ends.length === 0) return;
    const next = Math.min(Math.min(...ends) - Date.now() + 50, 2 ** 31 - 1);
    this.#expiry = setTimeout(() => {
      this.#store.changed("presence");
      this.#expire();
    }, next);
  }
}
