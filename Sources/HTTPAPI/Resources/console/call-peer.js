/** How long candidates are gathered into one signal (R46), in milliseconds. */
const GATHER = 200;

/**
 * The way of sound and pictures between two people: an RTCPeerConnection that is negotiated by signals.
 *
 * The negotiation is the "perfect" one of WebRTC: either side may offer at any time, and where two offers meet the
 * polite side gives way. A side that is polite sends its own tracks first in answer to the other's offer.
 */
export class CallPeer {
  /** What the other side sends. */
  remote = new MediaStream();
  #connection;
  #polite;
  #tell;
  #changed;
  #waiting = []; // tracks to send with the first answer
  #making = false;
  #ignoring = false;
  #candidates = [];
  #soon;
  #work = Promise.resolve();

  /**
   * @param {object} how
   * @param {RTCIceServer[]} how.iceServers
   * @param {boolean} how.polite whether this side gives way: the callee
   * @param {MediaStream} how.local what this side sends
   * @param {(kind: string, payload: object) => void} how.tell sends a signal to the other side
   * @param {() => void} how.changed called when `state` or `remote` changed
   */
  constructor({ iceServers, polite, local, tell, changed }) {
    const connection = new RTCPeerConnection({ iceServers });
    this.#connection = connection;
    this.#polite = polite;
    this.#tell = tell;
    this.#changed = changed;
    connection.onnegotiationneeded = () => this.#enqueue(() => this.#offer());
    connection.onicecandidate = ({ candidate }) => this.#gather(candidate);
    connection.onconnectionstatechange = () => changed();
    connection.ontrack = ({ track }) => {
      this.remote.addTrack(track);
      track.onended = track.onmute = track.onunmute = () => changed();
      changed();
    };
    if (polite) this.#waiting = local.getTracks();
    else for (const track of local.getTracks()) connection.addTrack(track, local);
    this.local = local;
  }

  /** "new", "connecting", "connected", "disconnected", "failed" or "closed". */
  get state() {
    return this.#connection.connectionState;
  }

  /** Takes a signal of the other side; they are done one after the other, in their order. */
  take(kind, payload) {
    return this.#enqueue(() => this.#take(kind, payload));
  }

  /** Sends one more track from now on. */
  add(track) {
    this.local.addTrack(track);
    this.#connection.addTrack(track, this.local);
  }

  /** Looks for another way after one has failed, by way of these servers. */
  restart(iceServers) {
    this.#connection.setConfiguration({ iceServers });
    this.#connection.restartIce();
  }

  close() {
    clearTimeout(this.#soon);
    const connection = this.#connection;
    connection.onnegotiationneeded = connection.onicecandidate = connection.ontrack = null;
    connection.onconnectionstatechange = null;
    connection.close();
  }

  #enqueue(step) {
    const done = this.#work.then(step);
    // What fails is a mistake of ours; the steps behind it go on.
    this.#work = done.catch((error) => this.state !== "closed" && globalThis.reportError?.(error));
    return this.#work;
  }

  async #offer() {
    if (this.#connection.signalingState !== "stable") return; // asked for again once it is
    try {
      this.#making = true;
      await this.#connection.setLocalDescription();
      this.#describe();
    } finally {
      this.#making = false;
    }
  }

  #describe() {
    const { type, sdp } = this.#connection.localDescription;
    this.#tell(type, { type, sdp });
  }

  async #take(kind, payload) {
    const connection = this.#connection;
    if (connection.signalingState === "closed") return;
    if (kind === "renegotiate") return this.#offer();
    if (kind === "candidates") return this.#takeCandidates(payload?.candidates);
    if ((kind !== "offer" && kind !== "answer") || typeof payload?.sdp !== "string") return;
    const meets = kind === "offer" && (this.#making || connection.signalingState !== "stable");
    this.#ignoring = meets && !this.#polite;
    if (this.#ignoring) return;
    // One that does not fit ends with the call or the next offer.
    if (!(await fits(connection.setRemoteDescription({ type: kind, sdp: payload.sdp }))) || kind === "answer") return;
    for (const track of this.#waiting.splice(0)) connection.addTrack(track, this.local);
    await connection.setLocalDescription();
    this.#describe();
  }

  async #takeCandidates(candidates) {
    if (!Array.isArray(candidates)) return;
    for (const candidate of candidates) {
      // Candidates of an offer that gave way belong to nothing here.
      if (!this.#ignoring) await fits(this.#connection.addIceCandidate(candidate));
    }
  }

  #gather(candidate) {
    if (candidate) {
      this.#candidates.push(candidate.toJSON());
      this.#soon ??= setTimeout(() => this.#flush(), GATHER);
    } else {
      this.#flush();
      this.#tell("end_of_candidates", {});
    }
  }

  #flush() {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const candidates = this.#candidates.splice(0);
    if (candidates.length > 0) this.#tell("candidates", { candidates });
  }
}

/** Whether the browser takes what the other side has sent, which may be anything: the log of frames shows it. */
async function fits(step) {
  try {
    await step;
    return true;
  } catch (error) {
    console.debug("A signal does not fit.", error);
    return false;
  }
}

/** What a call is while its peer is in this state. */
export function phaseOf(peer) {
  if (peer.state === "connected") return "connected";
  return peer.state === "failed" || peer.state === "disconnected" ? "repairing" : "connecting";
}
