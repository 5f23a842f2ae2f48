import { between, histogram, parseMetrics, quantile, total } from "./prometheus.js";

/** How many readings are kept: three minutes of one in two seconds. */
const MOST = 91;
/** A longer pause between readings begins anew, in milliseconds: nobody looked meanwhile. */
const GAP = 30_000;
/** Rates and shares are taken over this time, in milliseconds: over less they jump. */
const SPAN = 10_000;

/**
 * How the service is doing: readings of `/metrics`, and the figures that follow from them.
 *
 * A figure is undefined where nothing can be said, such as a time to answer while nothing was asked.
 */
export class Health {
  /**
   * `{at, connections, messages, ack, batch, lag, compression}`, oldest first; times in milliseconds, messages a
   * second, compression as a ratio.
   */
  points = [];
  #readings = [];

  /** Takes the text of `/metrics`, as read at a time in milliseconds. */
  add(text, at) {
    if (at - (this.points.at(-1)?.at ?? at) > GAP) this.#clear();
    const families = parseMetrics(text);
    const reading = {
      at,
      messages: total(families, "caas_frames_total", { type: "message:send", dir: "in" }),
      ack: histogram(families, "caas_ack_seconds"),
      batch: histogram(families, "caas_commit_batch_size"),
      lag: histogram(families, "caas_loop_lag_seconds"),
      plain: total(families, "caas_deflate_bytes_total", { dir: "out", form: "plain" }),
      deflated: total(families, "caas_deflate_bytes_total", { dir: "out", form: "deflated" }),
    };
    while (this.#readings.length > 1 && at - this.#readings[1].at >= SPAN) this.#readings.shift();
    const earlier = this.#readings[0];
    this.#readings.push(reading);
    const point = { at, connections: total(families, "caas_connections") };
    this.points.push(earlier ? { ...point, ...figures(earlier, reading) } : point);
    if (this.points.length > MOST) this.points.shift();
  }

  #clear() {
    this.points = [];
    this.#readings = [];
  }
}

function figures(earlier, later) {
  const seconds = (later.at - earlier.at) / 1_000;
  const rate = (later.messages - earlier.messages) / seconds;
  const [ack, batch, lag] = ["ack", "batch", "lag"].map((name) => between(earlier[name], later[name]));
  return {
    messages: rate >= 0 ? rate : undefined,
    ack: milliseconds(ack && quantile(0.99, ack)),
    batch: batch?.count ? batch.sum / batch.count : undefined,
    lag: milliseconds(lag && quantile(0.99, lag)),
    compression: ratio(later.plain - earlier.plain, later.deflated - earlier.deflated),
  };
}

const ratio = (plain, deflated) => (deflated > 0 ? plain / deflated : undefined);

const milliseconds = (seconds) => (seconds === undefined ? undefined : seconds * 1_000);
