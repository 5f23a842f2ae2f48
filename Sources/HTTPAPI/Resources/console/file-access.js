import { CaasError } from "./caas.js";
import { developmentToken } from "./development-token.js";

/** A token is renewed when it has less than this to live, in milliseconds. */
const MARGIN = 60_000;
/** A link is asked for anew when it has less than this to live, in milliseconds. */
const LINK_MARGIN = 5 * 60_000;

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
    return new URL((await asked).url, location.href).href;
  }

  /**
   * Announces a file, as `file:begin` does; `key` repeats it safely.
   * @returns {Promise<{fileId: string}>}
   */
  begin(data, key) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
    return this.#ask("/v1/files", { method: "POST", headers, body: JSON.stringify(data) });
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
    const response = await fetch(path, { ...how, headers: { ...headers, Authorization: `Bearer ${token}` } });
    const body = await response.json().catch(() => ({}));
    if (!response.ok) throw refusal(response.status, body);
    return body;
  }

  async #fresh() {
    if (!this.#token || this.#token.expiresAt - Date.now() < MARGIN) this.#token = await developmentToken(this.#user);
    return this.#token.token;
  }
}

const pathOf = (fileId) => `/v1/files/${encodeURIComponent(fileId)}`;

function refusal(status, body) {
  if (body?.error) return new CaasError(body.error);
  const message = status === 0 ? "The connection was lost." : `The server answered ${status}.`;
  const details = { reason: `http_${status}`, retryable: status === 0 };
  return new CaasError({ code: "UNAVAILABLE", message, details });
}
