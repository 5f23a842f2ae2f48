/** What is kept; of a call come a few dozen signals before it is connected. */
const MOST = 64;

/** What was told of calls before it could be taken, in order. */
export class Early {
  #kept = [];

  keep(callId, take) {
    if (this.#kept.length < MOST) this.#kept.push({ callId, take });
  }

  /** Takes what is of this call; of others nothing comes any more. */
  take(callId) {
    for (const kept of this.#kept.splice(0)) {
      if (kept.callId === callId) kept.take();
    }
  }

  clear() {
    this.#kept = [];
  }
}
