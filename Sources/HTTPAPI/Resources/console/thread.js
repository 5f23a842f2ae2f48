/** Changes of unknown messages that are kept, at most; older ones concern pages that nobody is loading. */
const MOST_EARLY = 200;

/**
 * The messages of one conversation: each once, ascending by `seq`, with what is still being sent behind them.
 *
 * Knows nothing of the network or the page, so it is the one place where order and repeats are decided.
 */
export class Thread {
  messages = [];
  /** Written here, not yet acknowledged: `{clientId, content, createdAt, status: "sending" | "failed", error?}`. */
  pending = [];
  loaded = false;
  /** Whether it is being joined and loaded just now. */
  opening = false;
  hasOlder = false;
  /** The refusal to show in place of the messages. */
  error;
  /** userId → when the sign of typing ends, Unix ms of this machine. */
  typing = new Map();
  #byId = new Map();
  /** Edits and deletions of messages that are still on their way here: messageId → the newest. */
  #early = new Map();

  get firstSeq() {
    return this.messages[0]?.seq;
  }

  get lastSeq() {
    return this.messages.at(-1)?.seq ?? 0;
  }

  get(messageId) {
    return this.#byId.get(messageId);
  }

  /** Takes in messages from history, events or acks, in any order and as often as they come. */
  merge(messages, me) {
    for (const message of messages) {
      const known = this.#byId.get(message.messageId);
      if (known) this.#replace(known, message);
      else this.#insert(message);
      if (message.senderId === me && message.clientId) this.settle(message.clientId);
    }
  }

  /** An edit; older ones than what is shown are dropped. */
  update(change) {
    const { messageId, content, editVersion, editedAt } = change;
    const known = this.#byId.get(messageId);
    if (known) this.#replace(known, { ...known, content, editVersion, editedAt });
    else this.#keep(messageId, editVersion, () => this.update(change));
  }

  /** A deletion, which leaves a tombstone in the message's place. */
  remove(change) {
    const { messageId, deletedAt, deletedBy, reason } = change;
    const known = this.#byId.get(messageId);
    if (!known) this.#keep(messageId, Infinity, () => this.remove(change));
    if (known) this.#replace(known, { ...known, content: "", deleted: true, deletedAt, deletedBy, reason });
  }

  /** Takes a pending message away: it is stored or given up. */
  settle(clientId) {
    this.pending = this.pending.filter((message) => message.clientId !== clientId);
  }

  /** Forgets everything before this place; it is loaded again when somebody scrolls there. */
  dropBefore(seq) {
    const kept = this.messages.filter((message) => message.seq >= seq);
    if (kept.length === this.messages.length) return;
    this.messages = kept;
    this.#byId = new Map(kept.map((message) => [message.messageId, message]));
    this.hasOlder = true;
  }

  /** Forgets what the server said, and keeps what it has not heard yet. */
  reset() {
    this.messages = [];
    this.#byId.clear();
    this.loaded = false;
    this.hasOlder = false;
  }

  #insert(message) {
    let index = this.messages.length;
    while (index > 0 && this.messages[index - 1].seq > message.seq) index -= 1;
    this.messages.splice(index, 0, message);
    this.#byId.set(message.messageId, message);
    const early = this.#early.get(message.messageId);
    this.#early.delete(message.messageId);
    early?.apply();
  }

  /** A page of history may have been read before a change that overtook it. */
  #keep(messageId, version, apply) {
    if (version < this.#early.get(messageId)?.version) return;
    if (this.#early.size >= MOST_EARLY) this.#early.clear();
    this.#early.set(messageId, { version, apply });
  }

  #replace(known, message) {
    if (known.deleted || (!message.deleted && (message.editVersion ?? 1) <= (known.editVersion ?? 1))) return;
    const newer = { ...known, ...message };
    this.messages[this.messages.indexOf(known)] = newer;
    this.#byId.set(newer.messageId, newer);
  }
}
