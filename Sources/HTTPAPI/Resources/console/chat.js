import { CaasClient } from "./caas.js";
import { Calls } from "./calls.js";
import { developmentToken } from "./development-token.js";
import { deviceId } from "./device-id.js";
import { FileAccess } from "./file-access.js";
import { Members } from "./members.js";
import { Messages } from "./messages.js";
import { Presence } from "./presence.js";
import { quietly } from "./quietly.js";
import { removal } from "./removal.js";
import { TypingSign } from "./typing-sign.js";
import { Uploads } from "./uploads.js";
import { wireCalled } from "./wires.js";

/** Entries of one page of a list. */
const PAGE = 100;
/** Missed messages that are filled in one by one; beyond, the latest page is loaded afresh. */
const LONGEST_CATCH_UP = 500;
/** How long another's sign of typing is shown without a repeat (R32), in milliseconds. */
const TYPING_SHOWN = 8_000;

/** What the user can do: turns wishes into frames, and what the server says into the store. */
export class Chat {
  #store;
  #caas;
  #messages;
  #signingIn; // whoever was last to ask for it
  #typing = new TypingSign((type, frame) => this.#caas?.emit(type, frame) ?? false);
  /** The members of the open conversation. */
  members;
  /** Ways to files that are there. */
  files;
  /** Files on their way there. */
  uploads;
  /** Calls of this window. */
  calls;
  /** Who is there. */
  presence;
  /** Set by the view of the messages: the first `seq` on the screen. */
  firstVisibleSeq = () => undefined;

  constructor(store) {
    this.#store = store;
    store.subscribe(["conversations", "members"], () => store.user && this.presence?.follow());
  }

  /** The user's id. */
  get me() {
    return this.#store.user?.userId;
  }

  async signIn(user) {
    const store = this.#store;
    this.#signingIn = user;
    // Refused names are told at the form, before a connection is tried.
    const refusal = await developmentToken(user).then(() => undefined, ({ message }) => message);
    if (this.#signingIn !== user) return;
    store.signInError = refusal;
    store.changed("session");
    if (refusal !== undefined) return;
    this.signOut(); // whoever was faster
    store.user = user;
    this.#connect(user);
  }

  signOut() {
    this.calls?.close();
    this.uploads?.close();
    this.#caas?.close();
    this.#caas = undefined;
    this.#store.clear();
  }

  retryNow() {
    if (this.#store.link.name === "refused") quietly(this.#caas.connect());
    else this.#caas.retryNow();
  }

  /** Goes on over another wire, without signing out. */
  useWire(name) {
    const store = this.#store;
    store.wire = name;
    store.changed("wire");
    this.#caas?.use(wireCalled(name));
    if (store.link.name === "refused") quietly(this.#caas.connect());
  }

  /** Sends a hand-written frame; undefined if there is no connection, else its entry in the log of frames. */
  sendText(text) {
    return this.#caas?.sendText(text) ? this.#store.frames.last : undefined;
  }

  #connect(user) {
    const store = this.#store;
    const token = async () => {
      const signed = await developmentToken({ ...user, deviceId: deviceId() });
      store.frames.compressesFrom = signed.compressesFrom;
      return signed.token;
    };
    const caas = new CaasClient({ ...wireCalled(store.wire), token });
    this.#caas = caas;
    this.members = new Members(store, caas);
    this.calls = new Calls(store, caas);
    this.presence = new Presence(store, caas);
    this.#messages = new Messages(store, caas, () => quietly(this.#list()));
    this.files = new FileAccess(user);
    this.uploads = new Uploads(store, caas, this.files, ({ key, conversationId }, attachment) =>
      this.#messages.send("", { clientId: `${key}:message`, conversationId, attachments: [attachment] }));
    caas.on("wire", (crossing) => {
      quietly(store.frames.add(crossing).then(() => store.changed("frames")));
      store.changed("frames");
    });
    caas.on("state", (state) => {
      store.link = state;
      store.frames.mark(state, store.wire);
      store.changed("link", "frames");
      if (state.name !== "connected") return;
      this.presence.restart();
      this.uploads.reconnected();
      quietly(this.calls.check());
      quietly(this.calls.waiting.check());
      quietly(this.#recover());
    });
    caas.on("roundtrip", (milliseconds) => {
      store.roundTrip = milliseconds;
      store.changed("link");
    });
    caas.on("message:new", (message) => this.#messages.arrived(message));
    caas.on("message:updated", (change) => this.#messages.changed(change, "update"));
    caas.on("message:deleted", (change) => this.#messages.changed(change, "remove"));
    caas.on("typing:update", (sign) => this.#signOfTyping(sign));
    caas.on("conversation:updated", (conversation) => {
      const { conversationId } = conversation;
      store.know(conversation);
      // Invited (again) to what could not be opened before.
      if (conversationId === store.openId && store.openThread.error) this.open(conversationId);
    });
    caas.on("conversation:removed", ({ conversationId, reason, by }) => this.#removed(conversationId, reason, by));
    caas.on("member:updated", (change) => this.members.changed(change));
    caas.on("presence:update", (presence) => this.presence.told(presence));
    caas.on("file:progress", (file) => this.uploads.progressed(file));
    caas.on("file:complete", (file) => this.uploads.completed(file));
    caas.on("error", (error, { replyTo }) => this.uploads.refused(error, replyTo));
    caas.on("call:incoming", (call) => this.calls.incoming(call));
    caas.on("call:ringing", (call) => this.calls.ringing(call));
    caas.on("call:answered", (call) => this.calls.answered(call));
    caas.on("call:update", (call) => this.calls.updated(call));
    caas.on("call:signal", (signal) => this.calls.signalled(signal));
    caas.on("call:ended", (call) => this.calls.ended(call));
    quietly(caas.connect());
  }

  // After every (re)connect: the list, then what the open conversation missed.

  async #recover() {
    const store = this.#store;
    for (const [conversationId, thread] of store.threads) if (conversationId !== store.openId) thread.reset();
    await this.#list();
    const thread = store.openThread;
    if (!thread) return;
    if (!thread.loaded) return thread.opening ? undefined : this.open(store.openId);
    const latest = store.openConversation?.latestSeq ?? thread.lastSeq;
    const from = this.firstVisibleSeq() ?? thread.firstSeq ?? 1;
    // Fewer messages than we know: the server's data are younger than this page.
    if (latest < thread.lastSeq || latest - from > LONGEST_CATCH_UP) thread.reset();
    else thread.dropBefore(from);
    thread.opening = true; // what arrives while the pages load is kept, too
    try {
      await this.#messages.load(store.openId, thread.messages.length ? { afterSeq: from - 1 } : {});
    } finally {
      thread.opening = false;
    }
    await this.members.load();
  }

  async #list() {
    const store = this.#store;
    const found = new Map();
    let cursor;
    do {
      const page = await this.#caas.send("conversation:list", { data: { limit: PAGE, cursor } });
      for (const conversation of page.conversations) found.set(conversation.conversationId, conversation);
      cursor = page.cursor;
    } while (cursor);
    for (const [conversationId, conversation] of found) {
      const known = store.conversations.get(conversationId);
      const missed = store.listed && conversation.latestSeq > (known?.latestSeq ?? 0);
      const unseen = known?.unseen || (missed && conversationId !== store.openId);
      store.conversations.set(conversationId, { ...conversation, unseen });
    }
    for (const id of store.conversations.keys()) if (!found.has(id)) store.conversations.delete(id);
    store.listed = true;
    store.changed("conversations", "open");
  }

  // Conversations

  /** Shows a conversation; one that is not ours is joined, and in development an unknown id is created. */
  async open(conversationId) {
    const store = this.#store;
    this.#typing.stop();
    store.openId = conversationId;
    store.members = undefined;
    const thread = store.thread(conversationId);
    thread.error = undefined;
    thread.opening = true;
    const known = store.conversations.get(conversationId);
    if (known) store.know({ conversationId, unseen: false });
    store.changed("open", "thread", "members");
    try {
      const { role, latestSeq } = await this.#caas.send("conversation:join", { conversationId });
      store.know({ kind: "group", ...store.conversations.get(conversationId), conversationId, role, latestSeq });
      if (!thread.loaded) await this.#messages.load(conversationId, {});
      if (!known) quietly(this.#list());
      quietly(this.members.load());
    } catch (error) {
      thread.error = error;
    }
    thread.opening = false;
    store.changed("open", "thread");
  }

  close() {
    this.#typing.stop();
    this.#store.openId = undefined;
    this.#store.changed("open", "thread", "conversations");
  }

  /** Makes a conversation of what `conversation:create` takes, and gives its id. */
  async create(data) {
    const made = await this.#caas.send("conversation:create", { data });
    if (!this.#store.conversations.has(made.conversationId)) await this.#list();
    return made.conversationId;
  }

  async leave(conversationId) {
    await this.#caas.send("conversation:leave", { conversationId, data: { membership: true } });
    this.#store.conversations.delete(conversationId);
    this.#store.thread(conversationId).reset();
    this.close();
  }

  #removed(conversationId, reason, by) {
    const store = this.#store;
    const { peerId } = store.conversations.get(conversationId) ?? {};
    store.conversations.delete(conversationId);
    const thread = store.thread(conversationId);
    thread.reset();
    if (reason !== "left") thread.error = removal(reason, by, peerId);
    else if (conversationId === store.openId) this.close();
    store.changed("conversations", "open", "thread");
  }

  // Messages

  send(content, clientId, attachments) {
    this.#typing.forget();
    return this.#messages.send(content, { clientId, attachments });
  }

  discard(clientId) {
    this.#messages.discard(clientId);
  }

  edit(messageId, content) {
    return this.#messages.edit(messageId, content);
  }

  remove(messageId) {
    return this.#messages.remove(messageId);
  }

  loadOlder() {
    quietly(this.#messages.loadOlder());
  }

  // Typing

  /** To be called at every change of the text. */
  typed(text) {
    this.#typing.typed(this.#store.openId, text);
  }

  #signOfTyping({ conversationId, userId, typing }) {
    const store = this.#store;
    const signs = store.thread(conversationId).typing;
    // The server's clock may differ, so the end is counted here from now.
    if (typing) signs.set(userId, Date.now() + TYPING_SHOWN);
    else signs.delete(userId);
    store.changed("thread");
    if (typing) setTimeout(() => store.changed("thread"), TYPING_SHOWN + 50);
  }
}
