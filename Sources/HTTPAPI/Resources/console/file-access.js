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
      asked = this.#ask(`/v1/files/${encodeURIComponent(attachmentId)}/url`);
      this.#links.set(attachmentId, asked);
      asked.catch(() => this.#links.delete(attachmentId)); // may be asked again
    }
    return new URL((await asked).url, location.href).href;
  }

  /**
   * Puts what is missing of a file into its place.
   * @param {string} fileId of `file:begin`
   * @param {Blob} bytes
   * @param {{progress: (sent: number) => void, signal: AbortSignal}} how
   * @returns {Promise<object>} what the service says of the file that is there; rejects with a `CaasError`
   */
  async put(fileId, bytes, { progress, signal }) {
    const token = await this.#fresh();
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch does not tell how far an upload is
      request.open("PUT", `/v1/files/${encodeURIComponent(fileId)}`);
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.responseType = "json";
      request.upload.onprogress = ({ loaded }) => progress(loaded);
      request.onload = () => (request.status < 300 ? resolve(request.response ?? {}) : reject(errorOf(request)));
      request.onerror = () => reject(errorOf(request));
      request.onabort = () => reject(new DOMException("Cancelled.", "AbortError"));
      signal.addEventListener("abort", () => request.abort(), { once: true });
      if (signal.aborted) request.abort();
      else request.send(bytes);
    });
  }

  /** Gives up a file that has not arrived: it counts no more. */
  async remove(fileId) {
    await this.#ask(`/v1/files/${encodeURIComponent(fileId)}`, "DELETE");
  }

  async #ask(path, method = "GET") {
    const response = await fetch(path, { method, headers: { Authorization: `Bearer ${await this.#fresh()}` } });
    const body = await response.json().catch(() => ({}));
    if (!response.ok) throw refusal(response.status, body);
    return body;
  }

  async #fresh() {
    if (!this.#token || this.#token.expiresAt - Date.now() < MARGIN) this.#token = await developmentToken(this.#user);
    return this.#token.token;
  }
}

function errorOf({ status, response }) {
  return refusal(status, response);
}

function refusal(status, body) {
  if (body?.error) return new CaasError(body.error);
  const message = status === 0 ? "The connection was lost." : `The server answered ${status}.`;
  const details = { reason: `http_${status}`, retryable: status === 0 };
  return new CaasError({ code: "UNAVAILABLE", message, details });
}
