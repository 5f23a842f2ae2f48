/** Seconds from one ring to the next. */
const EVERY = 3;

/** The sound of a call that comes in, made here: two short tones, again and again. */
export class Ring {
  #context;
  #timer;

  /** A browser lets a page make a sound only once somebody has used it: before, the ring is silent. */
  start() {
    if (this.#timer !== undefined || !navigator.userActivation?.hasBeenActive) return;
    this.#context ??= new AudioContext();
    this.#context.resume();
    this.#sound();
    this.#timer = setInterval(() => this.#sound(), EVERY * 1_000);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#context?.suspend();
  }

  #sound() {
    for (const [after, pitch] of [[0, 660], [0.22, 880]]) this.#tone(this.#context.currentTime + after, pitch);
  }

  #tone(at, pitch) {
    const volume = new GainNode(this.#context, { gain: 0 });
    const tone = new OscillatorNode(this.#context, { frequency: pitch });
    volume.gain.setTargetAtTime(0.12, at, 0.02);
    volume.gain.setTargetAtTime(0, at + 0.16, 0.03);
    tone.connect(volume).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + 0.5);
  }
}
