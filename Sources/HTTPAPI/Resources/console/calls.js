import { asksForDevices, goesOn, incomingCall, otherCall, outgoingCall } from "./call.js";
import { CallDevices } from "./call-devices.js";
import { CallPeer, phaseOf } from "./call-peer.js";
import { Early } from "./early.js";
import { quietly } from "./quietly.js";
import { WaitingCall } from "./waiting-call.js";

/** Calls of this window, one at a time: it lives in the store as `call`, see `call.js`. */
export class Calls {
  /** The microphone and the camera of the call. */
  devices;
  /** One more that rings meanwhile. */
  waiting;
  #store;
  #caas;
  #news = new Early(); // of the call that is being made, whose id the answer tells
  #signals = new Early(); // of calls that have no peer yet

  constructor(store, caas) {
    this.#store = store;
    this.#caas = caas;
    this.devices = new CallDevices(store, (callId, kind, payload) => this.#signal(callId, kind, payload));
    this.waiting = new WaitingCall(store, caas, this);
  }

  /** Calls somebody. */
  async start(peerId, type) {
    if (goesOn(this.#store.call)) return;
    this.#drop();
    this.#news.clear();
    const call = outgoingCall(peerId, type);
    this.#set(call);
    if (!(await this.#takeMedia(call, type))) return;
    try {
      const ack = await this.#caas.send("call:initiate", { data: { targetUserId: peerId, type } });
      if (this.#store.call !== call) return this.#takeBack(ack.callId);
      call.callId = ack.callId;
      call.conversationId = ack.conversationId;
      call.iceServers = ack.iceServers ?? [];
      if (ack.state === "ended") return this.#end(call, ack.reason ?? "failed", 0);
      if (ack.state !== "answered") call.phase = "ringing";
      else {
        // Two called each other at once: theirs goes on, and this is the answer to it (R45).
        this.waiting.over(call.callId);
        this.#connect(call, true);
      }
      this.#set(call);
      this.#news.take(call.callId);
      // To one that was sent again the first answer is given again, whatever the call has come to since (R2).
      if (ack.duplicate) await this.check();
    } catch (error) {
      this.#fail(call, error);
    }
  }

  /** Takes the call that rings here; with sound alone where there is no camera. */
  async accept(type = this.#store.call.type) {
    const call = this.#store.call;
    const { callId } = call;
    Object.assign(call, { phase: "answering", problem: undefined, camera: type === "video" });
    this.#set(call);
    if (!(await this.#takeMedia(call, type, "incoming"))) return;
    try {
      // The peer stands before the service knows of the answer: the offer comes at once.
      this.#connect(call, true);
      await this.#caas.send("call:answer", { data: { callId } });
    } catch (error) {
      // Another device was quicker, or the caller gave up: the end that says so is on its way, or was here already.
      if (call.phase !== "ended") this.#fail(call, error);
    }
  }

  async decline() {
    const { callId } = this.#store.call;
    this.#set(undefined);
    await this.#caas.send("call:reject", { data: { callId } }).catch((error) => {
      if (error.details?.reason !== "answered") throw error;
      return this.#caas.send("call:end", { data: { callId } }); // one that was given up here has answered theirs (R45)
    });
  }

  /** Ends the call, at whatever point it is. */
  async hangUp() {
    const call = this.#store.call;
    if (!call || call.phase === "ended") return;
    if (!call.callId) {
      this.#drop();
      return this.#set(undefined);
    }
    call.phase = "ending";
    this.#release(call);
    this.#set(call);
    try {
      await this.#endThere(call);
    } catch (error) {
      if (call.phase !== "ended") this.#fail(call, error);
    }
  }

  /** Ends the call of this user that was in the way of this one, wherever it goes on, and calls again. */
  async startInstead() {
    const { call } = this.#store;
    try {
      await this.#caas.send("call:end", { data: { callId: otherCall(call) } });
    } catch (error) {
      // One that is over is in nobody's way.
      if (this.#store.call === call && error.code !== "NOT_FOUND") return this.#fail(call, error);
    }
    if (this.#store.call === call) await this.start(call.peerId, call.type);
  }

  /** Shows another call in place of the present one, which is over or ends. */
  turnTo(call) {
    this.#set(call);
  }

  /** Takes the notice of a call that has ended away. */
  dismiss() {
    if (this.#store.call?.phase === "ended") this.#set(undefined);
  }

  // What the service says

  incoming(event) {
    const { call } = this.#store;
    if (call?.callId === event.callId && call.phase !== "ended") return; // told again to a connection that opened (R42)
    if (goesOn(call)) return this.waiting.rings(event);
    this.#drop();
    this.#set(incomingCall(event));
  }

  ringing(event) {
    const { call } = this.#store;
    if (this.#isEarly(call, event, () => this.ringing(event))) return;
    if (call?.callId !== event.callId || call.phase !== "ringing") return;
    call.isRinging = true;
    this.#set(call);
  }

  /** Only who called here goes on: every device of the caller hears it. */
  answered(event) {
    const { call } = this.#store;
    if (this.#isEarly(call, event, () => this.answered(event))) return;
    if (call?.callId !== event.callId || call.phase !== "ringing") return;
    this.#connect(call, false);
  }

  updated(event) {
    const { call } = this.#store;
    const { callId, state } = event;
    if (this.#isEarly(call, event, () => this.updated(event))) return;
    if (call?.callId !== callId || ["ended", "ending"].includes(call.phase)) return;
    // It was answered while this side was away.
    if (state !== "ringing" && call.outgoing && call.phase === "ringing") this.#connect(call, false);
    if (state === "reconnecting") call.phase = "waiting";
    else if (state === "answered" && call.phase === "waiting") call.phase = phaseOf(call.peer);
    this.#set(call);
  }

  signalled({ callId, kind, payload }) {
    const { call } = this.#store;
    if (call?.callId === callId && kind === "app") return this.devices.heard(call, payload);
    if (call?.callId === callId && call.peer) return call.peer.take(kind, payload);
    this.#signals.keep(callId, () => this.signalled({ callId, kind, payload }));
  }

  ended(event) {
    const { call } = this.#store;
    const { callId, reason, duration, endedBy } = event;
    this.#isEarly(call, event, () => this.ended(event));
    if (call?.callId !== callId) return this.waiting.over(callId);
    if (call.phase !== "ended") this.#end(call, reason, duration, endedBy);
  }

  /** Asks after a reconnect whether the call still stands: its end may have been told while nobody listened. */
  async check() {
    const { call } = this.#store;
    if (!call?.callId || call.phase === "ended") return;
    try {
      const { iceServers } = await this.#caas.send("call:ice", { data: { callId: call.callId } });
      call.iceServers = iceServers ?? call.iceServers;
      // Whoever signals is the one in the call: the service may not know yet that the connection before is gone (R48).
      if (call.told) this.devices.tell(call);
    } catch (error) {
      if (error.retryable || this.#store.call !== call || call.phase === "ended") return;
      if (error.details.reason === "call_ended") return quietly(this.#endThere(call));
      this.#end(call, error.details.reason === "other_device" ? "answered_elsewhere" : "connection_lost", 0);
    }
  }

  /** Ends everything without a word: the user signs out. */
  close() {
    this.#drop();
    this.waiting.clear();
    this.#signals.clear();
  }

  // Inside

  /** What is told while a call is made may be of that one: then it waits for the answer, which tells its id. */
  #isEarly(call, { callId }, take) {
    if (call?.phase !== "asking") return false;
    this.#news.keep(callId, take);
    return true;
  }

  /** Ends a call at the service; where it has ended before, nothing but the answer says how. */
  async #endThere(call) {
    const { duplicate, reason, duration } = await this.#caas.send("call:end", { data: { callId: call.callId } });
    if (duplicate && call.phase !== "ended") this.#end(call, reason, duration);
  }

  /** Ends what was begun and given up; not a call that became theirs and was taken here meanwhile (R45). */
  #takeBack(callId) {
    const { call } = this.#store;
    if (call?.callId === callId && call.phase !== "incoming") return;
    quietly(this.#caas.send("call:end", { data: { callId } }));
  }

  /** Whoever waits takes the place of a call that is over, and rings as any other. */
  #set(call) {
    this.#store.call = goesOn(call) ? call : this.waiting.take() ?? call;
    this.#store.changed("call");
  }

  /** Gets the devices; false, with the problem told, if there are none or the call has ended meanwhile. */
  async #takeMedia(call, type, otherwise = "ended") {
    try {
      return await this.devices.begin(call, type);
    } catch (error) {
      if (this.#store.call !== call || !asksForDevices(call)) return false;
      Object.assign(call, { phase: otherwise, problem: error.message, reason: "devices" });
      this.#set(call);
      return false;
    }
  }

  #connect(call, polite) {
    const { callId } = call;
    call.phase = "connecting";
    call.peer = new CallPeer({
      iceServers: call.iceServers ?? [],
      polite,
      local: call.local,
      tell: (kind, payload) => this.#signal(callId, kind, payload),
      changed: () => this.#moved(call),
    });
    this.#signals.take(callId);
    this.#set(call);
  }

  /** The way between the two has changed, or what comes over it. */
  #moved(call) {
    if (call.phase === "ended" || !call.peer) return;
    const { state } = call.peer;
    if (state === "connected") call.since ??= Date.now();
    if (call.phase !== "waiting") call.phase = phaseOf(call.peer);
    if (state === "connected" && !call.told) {
      call.told = true;
      if (!call.microphone || !call.camera) this.devices.tell(call);
    }
    if (state === "failed" && call.outgoing) quietly(this.#repair(call));
    this.#set(call);
  }

  /** One side looks for another way, with fresh credentials for the servers on it (R47). */
  async #repair(call) {
    await this.check();
    if (call.phase !== "ended") call.peer?.restart(call.iceServers);
  }

  #signal(callId, kind, payload) {
    if (this.#store.call?.callId !== callId) return;
    quietly(this.#caas.send("call:signal", { data: { callId, kind, payload } }));
  }

  #fail(call, error) {
    this.#release(call);
    Object.assign(call, { phase: "ended", reason: "refused", error });
    if (this.#store.call === call) this.#set(call);
  }

  #end(call, reason, duration, endedBy) {
    this.#release(call);
    Object.assign(call, { phase: "ended", reason, duration, endedBy });
    this.#set(call);
  }

  #release(call) {
    call.peer?.close();
    for (const track of call.local?.getTracks() ?? []) track.stop();
    call.peer = call.local = undefined;
  }

  #drop() {
    if (this.#store.call) this.#release(this.#store.call);
    this.#store.call = undefined;
  }
}
