import { incomingCall } from "./call.js";

/** A call that rings while another one goes on here (R44): it lives in the store as `waiting`. */
export class WaitingCall {
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
    if (this.#store.waiting?.callId === event.callId) return;
    this.#store.waiting = incomingCall(event);
    this.#store.changed("call");
  }

  /** A call is over that is not the present one. */
  over(callId) {
    if (this.#store.waiting?.callId !== callId) return;
    this.take();
    this.#store.changed("call");
  }

  /** Asks after a reconnect whether it still rings. */
  async check() {
    const call = this.#store.waiting;
    if (!call) return;
    try {
      await this.#caas.send("call:ice", { data: { callId: call.callId } });
    } catch (error) {
      if (!error.retryable) this.over(call.callId);
    }
  }

  /** Nobody waits from here on; who did. */
  take() {
    const { waiting } = this.#store;
    this.#store.waiting = undefined;
    return waiting;
  }
}
