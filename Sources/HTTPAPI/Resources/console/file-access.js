import { CaasError } from "./caas.js";
import { developmentToken } from "./development-token.js";

/** A token is renewed when it has less than this to live, in milliseconds. */
const MARGIN = 60_000;
/** A link is asked for anew when it has less than this to live, in milliseconds. */
const LINK_MARGIN = 5 * 60_000;
/** Pauses before what may have been lost is asked again, in milliseconds: as often as the client sends a frame (R11). */
const PAUSES = [1_000, 2_000, 4_000, 8_000];

/** Statuses below 500 with which asking again may help: what came too slowly (408), too often (429). */
const PASSING = [408, 429];

/** Files over HTTP: uploads of large ones, and links to those that are there (R53). */
export class FileAccess {
  #user;
  #token;
  #links = new Map(); // attachmentId → the promise of {url, expiresAt}

  constructor(user) {
    this.#user = user;
  }

  /**
   * A link that an `<img>` or a download can use, which has no token to send.
   * @param {boolean} [fresh] whether one that was asked for before will not do
   */
  async urlOf(attachmentId, fresh = false) {
    let asked = this.#links.get(attachmentId);
    if (asked && (fresh || (await asked).expiresAt - Date.now() < LINK_MARGIN)) asked = undefined;
    if (!asked) {
      asked = this.#ask(`${pathOf(attachmentId)}/url`);
      this.#links.set(attachmentId, asked);
      asked.catch(() => this.#links.delete(attachmentId)); // may be asked again
    }
    // The service's public address may be another than that by which this page has it, whose policy shows its own alone.
    const { pathname, search } = new URL((await asked).url, location.href);
    return pathname + search;
  }

  /**
   * Announces a file, as `file:begin` does, again where that or the answer was lost: with its `key` it counts once (R2).
   * @returns {Promise<{fileId: string}>}
   */
  begin(data, key) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
    return untilHeard(() => this.#ask("/v1/files", { method: "POST", headers, body: JSON.stringify(data) }));
  }

  /** Has the service forget a file that no message has; whether it says so. */
  remove(fileId) {
    return this.#ask(pathOf(fileId), { method: "DELETE" }).then(() => true, () => false);
  }

  /** How much of a file is there: `{offset}`, or `{complete: true, attachmentId}`. */
  placeOf(fileId, size) {
    return this.#ask(pathOf(fileId), { method: "PUT", headers: { "Content-Range": `bytes */${size}` } });
  }

  /**
   * Puts a file into its place, from a byte on.
   * @param {string} fileId
   * @param {File} file
   * @param {{offset: number, progress: (sent: number) => void, signal: AbortSignal}} how
   * @returns {Promise<object>} as `placeOf`; rejects with a `CaasError`
   */
  async put(fileId, file, { offset, progress, signal }) {
    const token = await this.#fresh();
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch does not tell how far an upload is
      request.open("PUT", pathOf(fileId));
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      if (offset > 0) request.setRequestHeader("Content-Range", `bytes ${offset}-${file.size - 1}/${file.size}`);
      request.responseType = "json";
      request.upload.onprogress = ({ loaded }) => progress(offset + loaded);
      request.onload = () => {
        const { status, response } = request;
        if (status < 300) resolve(response ?? {});
        else reject(refusal(status, response));
      };
      request.onerror = () => reject(refusal(0));
      request.onabort = () => reject(new DOMException("Cancelled.", "AbortError"));
      signal.addEventListener("abort", () => request.abort(), { once: true });
      if (signal.aborted) request.abort();
      else request.send(file.slice(offset));
    });
  }

  async #ask(path, { headers, ...how } = {}) {
    const token = await this.#fresh();
    const request = { ...how, headers: { ...headers, Authorization: `Bearer ${token}` } };
    const response = await fetch(path, request).catch(() => Promise.reject(refusal(0)));
    if (response.ok) return response.status === 204 ? {} : response.json();
    throw refusal(response.status, await response.json().catch(() => ({})));
  }

  async #fresh() {
    if (!this.#token || this.#token.expiresAt - Date.now() < MARGIN) this.#token = await developmentToken(this.#user);
    return this.#token.token;
  }
}

/** What is lost on the way is asked again, a few times. */
async function untilHeard(ask) {
  for (const pause of PAUSES) {
    try {
      return await ask();
    } catch (error) {
      const isLost = !(error instanceof CaasError) || (error.code === "UNAVAILABLE" && error.retryable);
      if (!isLost) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return ask();
}

const pathOf = (fileId) => `/v1/files/${encodeURIComponent(fileId)}`;

function refusal(status, body) {
  if (body?.error) return new CaasError(body.error);
  const message = status === 0 ? "The connection was lost." : `The server answered ${status}.`;
  const details = { reason: `http_${status}`, retryable: status === 0 || PASSING.includes(status) || status >= 500 };
  return new CaasError({ code: "UNAVAILABLE", message, details });
}
