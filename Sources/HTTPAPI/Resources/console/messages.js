import { makeId } from "./caas.js";
import { quietly } from "./quietly.js";

/** Messages of one page of history. */
const PAGE = 100;

/** Loads, sends, edits and deletes messages, and takes in those of others. */
export class Messages {
  #store;
  #caas;
  #unknown;

  /** @param {() => void} unknown called when a message comes from a conversation that is not in the list */
  constructor(store, caas, unknown) {
    this.#store = store;
    this.#caas = caas;
    this.#unknown = unknown;
  }

  /** Loads the page above the first message that is here. */
  async loadOlder() {
    const thread = this.#store.openThread;
    if (!thread?.loaded || !thread.hasOlder || thread.loadingOlder) return;
    thread.loadingOlder = true;
    try {
      await this.load(this.#store.openId, { beforeSeq: thread.firstSeq });
    } finally {
      thread.loadingOlder = false;
    }
  }

  /** Loads the page before `beforeSeq`, all after `afterSeq`, or the latest page. */
  async load(conversationId, cursor) {
    const store = this.#store;
    const thread = store.thread(conversationId);
    let { afterSeq } = cursor;
    for (;;) {
      const place = afterSeq === undefined ? cursor : { afterSeq };
      const page = await this.#caas.send("message:history", { conversationId, data: { ...place, limit: PAGE } });
      thread.merge(page.messages, store.user.userId);
      if (afterSeq === undefined) thread.hasOlder = page.hasMore;
      thread.loaded = true;
      store.changed("thread");
      afterSeq = page.messages.at(-1)?.seq;
      if (cursor.afterSeq === undefined || !page.hasMore || afterSeq === undefined) return;
    }
  }

  /**
   * Sends a message, to the open conversation unless another is given; `clientId` repeats one that failed under its own
   * id.
   */
  async send(content, { clientId = makeId(), attachments = [], conversationId = this.#store.openId } = {}) {
    const store = this.#store;
    const me = store.user.userId;
    const thread = store.thread(conversationId);
    let pending = thread.pending.find((message) => message.clientId === clientId);
    if (!pending) {
      pending = { clientId, senderId: me, content, attachments, createdAt: Date.now() };
      thread.pending.push(pending);
    }
    Object.assign(pending, { status: "sending", error: undefined });
    store.changed("thread");
    try {
      const type = typeFor(attachments);
      const data = { content, type, ...(attachments.length > 0 && { attachments }) };
      const ack = await this.#caas.send("message:send", { id: clientId, conversationId, data });
      const { messageId, seq, timestamp: createdAt } = ack;
      const message = { messageId, conversationId, seq, clientId, senderId: me, type, content, attachments, createdAt };
      this.arrived({ ...message, editVersion: 1 });
    } catch (error) {
      Object.assign(pending, { status: "failed", error });
    }
    store.changed("thread");
  }

  /** Gives up a message that failed. */
  discard(clientId) {
    this.#store.openThread.settle(clientId);
    this.#store.changed("thread");
  }

  /** Rejects with the refusal; the acting connection gets no event (R16), so the ack changes the message. */
  async edit(messageId, content) {
    const conversationId = this.#store.openId;
    const data = { messageId, content };
    const { editVersion, timestamp } = await this.#caas.send("message:edit", { conversationId, data });
    this.changed({ conversationId, messageId, content, editVersion, editedAt: timestamp }, "update");
  }

  async remove(messageId) {
    const conversationId = this.#store.openId;
    const { timestamp } = await this.#caas.send("message:delete", { conversationId, data: { messageId } });
    const deletedBy = this.#store.user.userId;
    this.changed({ conversationId, messageId, deletedAt: timestamp, deletedBy }, "remove");
  }

  /** Takes in a message that an event or an ack brought. */
  arrived(message) {
    const store = this.#store;
    const { conversationId, senderId, seq } = message;
    const thread = store.thread(conversationId);
    const hole = thread.loaded && seq > thread.lastSeq + 1;
    const from = thread.lastSeq;
    // A thread that nobody has opened takes nothing: its first page will hold the message.
    if (thread.loaded || thread.opening) thread.merge([message], store.user.userId);
    else if (senderId === store.user.userId) thread.settle(message.clientId);
    if (hole) quietly(this.load(conversationId, { afterSeq: from }));
    thread.typing.delete(senderId);
    const known = store.conversations.get(conversationId);
    if (!known) this.#unknown();
    else if (seq > (known.lastMessage?.seq ?? 0)) {
      const seen = conversationId === store.openId || senderId === store.user.userId;
      store.know({ conversationId, latestSeq: seq, lastMessage: message, unseen: known.unseen || !seen });
    }
    store.changed("thread");
  }

  /** Takes in an edit or a deletion; `how` is the method of the thread. */
  changed(change, how) {
    const store = this.#store;
    const thread = store.thread(change.conversationId);
    thread[how](change);
    const { lastMessage } = store.conversations.get(change.conversationId) ?? {};
    if (lastMessage?.messageId === change.messageId) {
      const shown = how === "update" ? { content: change.content } : { content: "", deleted: true };
      store.know({ conversationId: change.conversationId, lastMessage: { ...lastMessage, ...shown } });
    }
    store.changed("thread");
  }
}

/** What a message is, by what it carries. */
function typeFor(attachments) {
  if (attachments.length === 0) return "text";
  return attachments.every(({ mimeType }) => mimeType?.startsWith("image/")) ? "image" : "file";
}
