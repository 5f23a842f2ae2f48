/** How often a typist repeats the sign (R32), and the pause in typing that ends it, in milliseconds. */
const REPEAT_AFTER = 5_000;
const ENDS_AFTER = 6_000;

/** The sign that one is typing: begun with the first letter, repeated while letters come, ended by a pause. */
export class TypingSign {
  #emit;
  #sentAt = 0;
  #conversationId;
  #pause;

  /** @param {(type: string, frame: object) => boolean} emit sends an event without an ack, if it can */
  constructor(emit) {
    this.#emit = emit;
  }

  typed(conversationId, text) {
    if (text.trim() === "") return this.stop();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.stop(), ENDS_AFTER);
    if (Date.now() - this.#sentAt < REPEAT_AFTER) return;
    if (!this.#emit("typing:start", { conversationId })) return;
    this.#sentAt = Date.now();
    this.#conversationId = conversationId;
  }

  stop() {
    if (this.#sentAt) this.#emit("typing:stop", { conversationId: this.#conversationId });
    this.forget();
  }

  /** Ends without a word: a message just sent says it all (R33). */
  forget() {
    clearTimeout(this.#pause);
    this.#sentAt = 0;
  }
}
