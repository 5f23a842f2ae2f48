import { FrameLog } from "./frame-log.js";
import { Thread } from "./thread.js";

/**
 * What the page knows, between the client and the views.
 *
 * Topics: `session`, `wire`, `link`, `conversations`, `open`, `thread`, `members`, `presence`, `call`, `files`,
 * `frames`, `panels`. Views subscribe to the topics they draw.
 */
export class Store {
  /** Who uses this window: `{userId, name?}`; undefined until signed in. */
  user;
  /** Why the last sign-in failed. */
  signInError;
  /** The name of the wire in use, one of `wires.js`; it outlives the session. */
  wire = "websocket";
  /** The state of the connection, as `caas.js` gives it. */
  link = { name: "closed" };
  roundTrip;
  conversations = new Map();
  /** Whether the list was answered once: before that an empty list means nothing. */
  listed = false;
  openId;
  /** Of the open conversation, for the list of members: undefined while unknown. */
  members;
  /** Whether there are more than those. */
  moreMembers = false;
  /** userId → how the user is, as the service tells it. */
  presences = new Map();
  /** The call of this window, as `call.js` says; undefined while there is none. */
  call;
  /** One more that rings while that one goes on; undefined while there is none. */
  waiting;
  /** Files on their way to the service, as `upload.js` says. */
  uploads = [];
  /** What went over the wire. */
  frames = new FrameLog();
  #threads = new Map();
  #subscribers = new Map();
  #changed = new Set();

  /** The messages of a conversation, made at the first question. */
  thread(conversationId) {
    if (!this.#threads.has(conversationId)) this.#threads.set(conversationId, new Thread());
    return this.#threads.get(conversationId);
  }

  get threads() {
    return this.#threads;
  }

  get openThread() {
    return this.openId === undefined ? undefined : this.thread(this.openId);
  }

  get openConversation() {
    return this.conversations.get(this.openId);
  }

  subscribe(topics, draw) {
    for (const topic of topics) {
      if (!this.#subscribers.has(topic)) this.#subscribers.set(topic, new Set());
      this.#subscribers.get(topic).add(draw);
    }
    draw();
  }

  /** Tells the views, once for all changes of this turn. */
  changed(...topics) {
    if (this.#changed.size === 0) queueMicrotask(() => this.#draw());
    for (const topic of topics) this.#changed.add(topic);
  }

  /** Adds what is known about a conversation. */
  know(conversation) {
    const known = this.conversations.get(conversation.conversationId) ?? {};
    this.conversations.set(conversation.conversationId, { ...known, ...conversation });
    this.changed("conversations");
  }

  /** Forgets everything that belongs to the user. */
  clear() {
    this.conversations.clear();
    this.#threads.clear();
    this.presences.clear();
    this.frames.clear();
    this.listed = false;
    this.openId = this.members = this.user = this.roundTrip = undefined;
    this.link = { name: "closed" };
    this.changed("session", "link", "conversations", "open", "thread", "members");
    this.changed("presence", "call", "files", "frames");
  }

  #draw() {
    const draws = new Set();
    for (const topic of this.#changed) for (const draw of this.#subscribers.get(topic) ?? []) draws.add(draw);
    this.#changed.clear();
    for (const draw of draws) draw();
  }
}

/** What a conversation is called here: its name, the other person of a direct one, or its id. */
export function titleOf(conversation, conversationId) {
  if (!conversation) return conversationId;
  return conversation.name || conversation.peerId || conversation.conversationId;
}
