import { CHUNK } from "./chunk-sender.js";

/** What the service is asked about an upload: on the connection, to which it belongs from then on, or by HTTP. */
export class UploadQuestions {
  #caas;
  #access;

  constructor(caas, access) {
    this.#caas = caas;
    this.#access = access;
  }

  /** Announces the file, and notes its id; what comes back says where to begin. */
  async begin(upload) {
    const { key, conversationId, name, size, mimeType, sha256, viaHTTP } = upload;
    const data = { name, mimeType, size, sha256, chunkSize: CHUNK };
    const id = `${key}:begin`;
    upload.onSocket = !viaHTTP;
    const begun = await (viaHTTP
      ? this.#access.begin({ conversationId, ...data }, id)
      : this.#caas.send("file:begin", { id, conversationId, data }));
    upload.fileId = begun.fileId;
    return begun;
  }

  /** How much of it is there: `{nextIndex}` or `{offset}`, or `{complete: true, attachmentId}`. */
  placeOf(upload) {
    return upload.viaHTTP ? this.#access.placeOf(upload.fileId, upload.size) : this.placeOnConnection(upload);
  }

  placeOnConnection(upload) {
    upload.onSocket = true;
    return this.#caas.send("file:resume", { data: { fileId: upload.fileId } });
  }
}
