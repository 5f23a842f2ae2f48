import { asksForDevices } from "./call.js";
import { ownMedia } from "./own-media.js";

/** The microphone and the camera in a call: whether they are on here, and what the other side says of theirs. */
export class CallDevices {
  #store;
  #signal;

  /** @param {(callId: string, kind: string, payload: object) => void} signal sends a signal to the other side */
  constructor(store, signal) {
    this.#store = store;
    this.#signal = signal;
  }

  /** Gets the devices for a call that begins; false where that is over meanwhile. */
  async begin(call, type) {
    const local = await ownMedia({ video: type === "video" });
    const isWanted = this.#store.call === call && asksForDevices(call);
    if (isWanted) call.local = local;
    else for (const track of local.getTracks()) track.stop();
    return isWanted;
  }

  /** Sends sound or not. */
  mute(muted) {
    const { call } = this.#store;
    call.microphone = !muted;
    for (const track of call.local.getAudioTracks()) track.enabled = !muted;
    this.tell(call);
  }

  /** Sends pictures or not; a call that began with sound alone gets them now. */
  async showCamera(shown) {
    const { call } = this.#store;
    call.problem = undefined;
    try {
      if (shown && call.local.getVideoTracks().length === 0) {
        const [track] = (await ownMedia({ audio: false, video: true })).getTracks();
        // The call may be over meanwhile, and whoever is impatient has asked twice.
        if (!call.peer || call.local.getVideoTracks().length > 0) return track.stop();
        call.peer.add(track);
      }
      call.camera = shown;
      for (const track of call.local.getVideoTracks()) track.enabled = shown;
      this.tell(call);
    } catch (error) {
      call.problem = error.message;
      this.#store.changed("call");
    }
  }

  /** Lets the other side know what it can expect to hear and see. */
  tell({ callId, microphone, camera }) {
    this.#signal(callId, "app", { microphone, camera });
    this.#store.changed("call");
  }

  /** What the other side tells of its own; it may be another app, which tells something else. */
  heard(call, payload) {
    if (typeof payload?.microphone === "boolean") call.theirMicrophone = payload.microphone;
    if (typeof payload?.camera === "boolean") call.theirCamera = payload.camera;
    this.#store.changed("call");
  }
}
