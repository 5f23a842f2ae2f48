import { CaasError } from "./caas.js";
import { CHUNK, sendChunks } from "./chunk-sender.js";
import { checkReadable, isFile, learn, unreadable } from "./file-facts.js";
import { anotherFile, arrive, concerns, interruptedUpload, reach, setOut, startAnew, uploadOf } from "./upload.js";
import { UploadMemory } from "./upload-memory.js";
import { UploadQuestions } from "./upload-questions.js";
import { goesWell, isPassing, pauseAfter } from "./upload-retries.js";

/** Uploads at once, and those that the service lets one connection have open (R53). */
const MOST_AT_ONCE = 2;
/** From here on a file goes by one HTTP request instead of chunks (R53), in bytes. */
const LARGE = 5 * 1024 * 1024;
/** Silence after which the service is asked how far it is, in milliseconds. */
const PATIENCE = 10_000;

/** Files on their way to the service, which end as messages. They live in the store as `uploads`, see `upload.js`. */
export class Uploads {
  #store;
  #caas;
  #access;
  #share;
  #memory;
  #questions;
  #byHTTP = true; // until the service says that it does not take files so
  #abandoned = new Set(); // given up on this connection, and for the service open until it has heard of it

  /** @param {(upload: object, attachment: object) => Promise<void>} share sends the message with the file */
  constructor(store, caas, access, share) {
    this.#store = store;
    this.#caas = caas;
    this.#access = access;
    this.#share = share;
    this.#questions = new UploadQuestions(caas, access);
    this.#memory = new UploadMemory(store.user.userId);
    store.uploads = this.#memory.all().map(interruptedUpload);
    store.changed("files");
  }

  /** Sends files to a conversation. */
  add(files, conversationId) {
    this.#store.uploads.push(...files.map((file) => uploadOf(file, conversationId)));
    this.#next();
  }

  /** Gives one up. */
  cancel(upload) {
    if (upload.onSocket) this.#abandoned.add(upload);
    this.#forget(upload);
    this.#discard(upload);
    this.#next();
  }

  /** Tries a failed one again. */
  again(upload) {
    Object.assign(upload, { phase: "waiting", error: undefined });
    this.#next();
  }

  /** Goes on with a file that was chosen again after a reload, if it is the same. */
  async goOn(upload, file) {
    Object.assign(upload, { phase: "reading", error: undefined });
    this.#store.changed("files");
    if (!(await isFile(file, upload))) return this.#set(upload, "interrupted", anotherFile(upload));
    upload.file = file;
    this.#set(upload, "waiting");
    this.#next();
  }

  /** A connection stands: what was under way goes on where it stopped. */
  reconnected() {
    this.#abandoned.clear();
    const begun = this.#store.uploads.filter(({ fileId }) => fileId); // the client repeats file:begin of the others
    for (const upload of begun) upload.onSocket = false;
    for (const upload of begun) goesWell(upload);
    // A request that is under way too: it may be on the line that was lost, and hear of nothing.
    for (const upload of begun) if (upload.phase === "sending") this.#resume(upload);
    for (const upload of begun) if (upload.phase === "interrupted" && this.#hasRoom(upload)) this.#look(upload);
    this.#next();
  }

  progressed({ fileId, nextIndex }) {
    const upload = this.#find(fileId);
    if (!upload) return;
    if (reach(upload, nextIndex)) this.#store.changed("files");
    this.#pump(upload);
  }

  completed({ fileId, attachmentId }) {
    const upload = this.#find(fileId);
    // By HTTP the answer of the request says the same.
    if (upload && upload.phase !== "sharing") this.#complete(upload, attachmentId);
  }

  /** A refused chunk: most say only that the service is not where this page thought. */
  refused(error, replyTo) {
    const upload = this.#store.uploads.find((candidate) => concerns(candidate, error, replyTo));
    if (!upload || error.code === "ALREADY_EXISTS") return;
    if (error.details?.reason === "chunk_gap") return this.#resume(upload);
    this.#failed(upload, new CaasError(error));
  }

  close() {
    for (const upload of this.#store.uploads) this.#stop(upload);
    this.#store.uploads = [];
  }

  // One after the other

  #find(fileId) {
    return this.#store.uploads.find((upload) => upload.fileId === fileId);
  }

  #arrived(upload, bytes) {
    arrive(upload, bytes);
    this.#store.changed("files");
  }

  #set(upload, phase, error) {
    Object.assign(upload, { phase, error });
    if (phase !== "sending") this.#stop(upload);
    this.#store.changed("files");
  }

  #fail(upload, error) {
    // It is gone there: again means from the start, as another one.
    if (error.code === "NOT_FOUND" || error.details?.reason === "hash_mismatch") {
      this.#memory.remove(upload.key);
      startAnew(upload);
    }
    this.#set(upload, "failed", error);
    this.#next();
  }

  /** Whether the connection may have one more file open. */
  #hasRoom(upload) {
    const open = this.#store.uploads.filter((other) => other !== upload && other.onSocket).length;
    return upload.onSocket || open + this.#abandoned.size < MOST_AT_ONCE;
  }

  #stop(upload) {
    upload.round += 1; // chunks that are being read are sent no more
    clearTimeout(upload.timer);
    upload.request?.abort();
    upload.request = undefined;
  }

  #forget(upload) {
    this.#stop(upload);
    this.#memory.remove(upload.key);
    this.#store.uploads = this.#store.uploads.filter((other) => other !== upload);
    this.#store.changed("files");
  }

  /** The service forgets what it has of one that was given up; else it does so by itself, after a day. */
  async #discard(upload) {
    if (!upload.fileId || !(await this.#access.remove(upload.fileId))) return;
    if (this.#abandoned.delete(upload)) this.#next();
  }

  /** Begins what waits, as many as may be under way. */
  #next() {
    const { uploads, link } = this.#store;
    this.#store.changed("files");
    if (link.name !== "connected") return;
    let busy = uploads.filter(({ phase }) => phase === "reading" || phase === "sending").length;
    for (const upload of uploads.filter(({ phase }) => phase === "waiting")) {
      if (busy >= MOST_AT_ONCE) return;
      busy += 1;
      this.#begin(upload);
    }
  }

  async #begin(upload) {
    this.#set(upload, "reading");
    const { round } = upload;
    try {
      await learn(upload);
      if (upload.round !== round) return;
      this.#set(upload, "sending");
      upload.viaHTTP = this.#byHTTP && !this.#hasRoom(upload);
      if (upload.fileId) return this.#resume(upload);
      const begun = await this.#questions.begin(upload);
      if (upload.round !== round) return this.#discard(upload); // given up meanwhile
      this.#memory.keep(upload);
      if (begun.duplicate) this.#resume(upload);
      else this.#send(upload, begun);
    } catch (error) {
      if (upload.round === round) return this.#notBegun(Object.assign(upload, { onSocket: false }), error);
      // Given up, and never begun: it holds no place.
      this.#abandoned.delete(upload);
      this.#next();
    }
  }

  /** What was lost with the connection is announced anew on the next one: with the same key it counts once. */
  #notBegun(upload, error) {
    if (this.#store.link.name === "connected" || !isPassing(error)) this.#fail(upload, error);
    else this.#set(upload, "waiting");
  }

  /** Learns how far the service is, and goes on from there. */
  async #resume(upload) {
    this.#stop(upload);
    const { round } = upload;
    try {
      const known = await this.#questions.placeOf(upload);
      if (upload.round !== round) return;
      if (known.complete) this.#complete(upload, known.attachmentId);
      else this.#send(upload, known);
    } catch (error) {
      if (upload.round === round) this.#failed(upload, error);
    }
  }

  /** Asks how far an interrupted one is; one that has arrived needs its file no more. */
  async #look(upload) {
    try {
      const known = await this.#questions.placeOnConnection(upload);
      if (upload.phase !== "interrupted") return;
      if (known.complete) return this.#complete(upload, known.attachmentId);
      this.#arrived(upload, known.nextIndex * CHUNK);
    } catch (error) {
      if (upload.phase === "interrupted" && error.code === "NOT_FOUND") this.#forget(upload);
    }
  }

  /** Goes on after a pause, if that may help. */
  #failed(upload, error) {
    const pause = pauseAfter(error, upload);
    if (pause === undefined) this.#fail(upload, error);
    else this.#later(upload, pause);
  }

  /** Without a connection the next one is waited for: with that all go on. */
  #later(upload, milliseconds) {
    this.#stop(upload);
    upload.timer = setTimeout(() => {
      if (this.#store.link.name === "connected") this.#resume(upload);
    }, milliseconds);
  }

  #send(upload, known) {
    const offset = setOut(upload, known);
    this.#arrived(upload, offset);
    if (upload.viaHTTP || (this.#byHTTP && upload.size - offset > LARGE)) this.#put(upload, offset);
    else this.#pump(upload);
  }

  // By HTTP

  async #put(upload, offset) {
    const request = new AbortController();
    upload.request = request;
    try {
      await checkReadable(upload, offset);
      const progress = (sent) => this.#arrived(upload, sent);
      const how = { offset, progress, signal: request.signal };
      const { complete, attachmentId } = await this.#access.put(upload.fileId, upload.file, how);
      if (upload.request !== request) return;
      if (complete) this.#complete(upload, attachmentId);
      else this.#failed(upload, new Error("The service took only a part of the file."));
    } catch (error) {
      if (upload.request !== request) return;
      upload.request = undefined;
      if (!["route", "method"].includes(error.details?.reason)) return this.#failed(upload, error);
      this.#byHTTP = upload.viaHTTP = false;
      this.#later(upload, 0);
    }
  }

  // By chunks

  /** Sends chunks as long as the window is open; one at a time reads the file, or they would change places. */
  async #pump(upload) {
    if (upload.phase !== "sending" || upload.request || upload.pumping === upload.round) return;
    const { round } = upload;
    clearTimeout(upload.timer);
    upload.timer = setTimeout(() => this.#resume(upload), PATIENCE);
    upload.pumping = round;
    try {
      await sendChunks(upload, (packet) => this.#caas.sendBytes(packet));
    } catch (error) {
      if (upload.round === round) this.#fail(upload, unreadable(upload, error));
    } finally {
      if (upload.pumping === round) upload.pumping = undefined;
    }
  }

  // The end

  async #complete(upload, attachmentId) {
    upload.arrived = upload.size;
    this.#set(upload, "sharing");
    const { name, mimeType, size, picture } = upload;
    await this.#share(upload, { attachmentId, name, mimeType, size, ...picture });
    this.#forget(upload);
    this.#next();
  }
}
