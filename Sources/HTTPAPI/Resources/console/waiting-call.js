import { incomingCall } from "./call.js";

/**
 * A call that rings while another one goes on here (R44): it lives in the store as `waiting`.
 *
 * Among them is the call of somebody who is being called here: the service makes one of the two (R45), or this one
 * rings when the other has come to nothing.
 */
export class WaitingCall {
  #behind = []; // more that ring: while devices are asked for, the service knows of no call here
  #store;
  #caas;
  #calls;

  /** @param {import("./calls.js").Calls} calls the present call's, which this one may take the place of */
  constructor(store, caas, calls) {
    this.#store = store;
    this.#caas = caas;
    this.#calls = calls;
  }

  /** Ends the present call, and answers this one. */
  async answer() {
    const call = this.#store.waiting;
    if (!call) return;
    await this.#calls.hangUp();
    // The end of the other one may be told later, and this one may have ended meanwhile.
    if (this.#store.waiting === call) this.#calls.turnTo(this.take());
    if (this.#store.call === call && call.phase === "incoming") await this.#calls.accept();
  }

  async reject() {
    const call = this.take();
    if (!call) return;
    this.#store.changed("call");
    await this.#caas.send("call:reject", { data: { callId: call.callId } });
  }

  /** It begins to ring, or is told again to a connection that opened. */
  rings(event) {
    if (this.#all.some((call) => call.callId === event.callId)) return;
    this.#behind.push(incomingCall(event));
    this.#store.waiting ??= this.#behind.shift();
    this.#store.changed("call");
  }

  /** A call is over that is not the present one. */
  over(callId) {
    this.#behind = this.#behind.filter((call) => call.callId !== callId);
    if (this.#store.waiting?.callId === callId) this.take();
    this.#store.changed("call");
  }

  /** Asks after a reconnect whether it still rings. */
  async check() {
    for (const { callId } of this.#all) {
      try {
        await this.#caas.send("call:ice", { data: { callId } });
      } catch (error) {
        if (error.retryable) continue;
        // It may have taken the place of the present one meanwhile.
        if (this.#store.call?.callId === callId) await this.#calls.check();
        else this.over(callId);
      }
    }
  }

  /** Who waits, and does not any longer. */
  take() {
    const { waiting } = this.#store;
    this.#store.waiting = this.#behind.shift();
    return waiting;
  }

  /** Nobody waits from here on. */
  clear() {
    this.#behind = [];
    this.take();
  }

  get #all() {
    const { waiting } = this.#store;
    return waiting ? [waiting, ...this.#behind] : [];
  }
}
