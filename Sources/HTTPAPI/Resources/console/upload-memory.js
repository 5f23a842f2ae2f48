import { deviceId } from "./device-id.js";

/** After this the service has forgotten an unfinished file (R53), in milliseconds. */
const LIFE = 24 * 60 * 60 * 1_000;

/** What a window remembers of its uploads over a reload: everything but the file, which no page may keep. */
export class UploadMemory {
  #name;

  constructor(userId) {
    this.#name = `uploads of ${userId} on ${deviceId()}`; // a duplicate of the tab leaves them to it
  }

  all() {
    const known = JSON.parse(sessionStorage.getItem(this.#name) ?? "[]");
    return known.filter(({ begunAt }) => begunAt > Date.now() - LIFE);
  }

  keep({ key, conversationId, name, size, mimeType, sha256, fileId, picture }) {
    const kept = { key, conversationId, name, size, mimeType, sha256, fileId, picture, begunAt: Date.now() };
    this.#write([...this.all().filter((other) => other.key !== key), kept]);
  }

  remove(key) {
    this.#write(this.all().filter((other) => other.key !== key));
  }

  #write(all) {
    if (all.length === 0) sessionStorage.removeItem(this.#name);
    else sessionStorage.setItem(this.#name, JSON.stringify(all));
  }
}
