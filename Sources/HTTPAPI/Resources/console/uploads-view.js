import { h, part, setText } from "./dom.js";
import { icon } from "./icons.js";
import { refusalText } from "./refusal.js";
import { sizeText } from "./sizes.js";

/** Ways to give files to the open conversation, and how far they are. */
export function mountUploads(store, chat) {
  const thread = part("thread");
  const list = part("uploads");
  const picker = part("file-picker");
  const rows = new Map(); // key → {row, update}
  let again; // the upload that a file is being chosen for

  part("attach").addEventListener("click", () => choose(undefined));
  picker.addEventListener("change", () => {
    const files = [...picker.files];
    picker.value = ""; // the same file may be chosen again
    if (again && files.length > 0) chat.uploads.goOn(again, files[0]);
    else give(files);
  });
  part("composer").addEventListener("paste", (event) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    give([...event.clipboardData.files]);
  });
  for (const type of ["dragenter", "dragover"]) {
    thread.addEventListener(type, (event) => {
      if (!event.dataTransfer.types.includes("Files") || !mayWrite()) return;
      event.preventDefault();
      thread.classList.add("dropping");
    });
  }
  thread.addEventListener("dragleave", (event) => {
    if (!thread.contains(event.relatedTarget)) thread.classList.remove("dropping");
  });
  thread.addEventListener("drop", (event) => {
    thread.classList.remove("dropping");
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    give([...event.dataTransfer.files]);
  });

  function mayWrite() {
    return !part("composer-form").hidden && !part("composer").disabled;
  }

  function choose(upload) {
    again = upload;
    picker.multiple = upload === undefined;
    picker.click();
  }

  function give(files) {
    if (files.length > 0 && mayWrite()) chat.uploads.add(files, store.openId);
  }

  function make(upload) {
    const state = h("span", { class: "upload-state", role: "status", data: { testid: "upload-state" } });
    const bar = h("progress", { "aria-label": `Upload of ${upload.name}`, max: Math.max(1, upload.size), value: 0 });
    const problem = h("p", { class: "problem", role: "alert", hidden: true, data: { testid: "upload-problem" } });
    const button = (name, words, onclick) =>
      h("button", { type: "button", class: "small", data: { testid: name }, onclick }, words);
    const same = button("upload-choose", "Choose the file again", () => choose(upload));
    const retry = button("upload-again", "Try again", () => chat.uploads.again(upload));
    const cancel = h("button", {
      type: "button", class: "quiet square", "aria-label": `Cancel ${upload.name}`, title: "Cancel",
      data: { testid: "upload-cancel" }, onclick: () => chat.uploads.cancel(upload),
    }, icon("close"));
    const row = h("li", { class: "upload", data: { testid: "upload" } }, icon("file"),
      h("span", { class: "file-words" }, h("span", { class: "file-name", dir: "auto" }, upload.name), state),
      bar, same, retry, cancel, problem);

    function update() {
      const { phase, arrived, size, error } = upload;
      row.dataset.phase = phase;
      bar.value = arrived;
      bar.hidden = phase === "failed";
      same.hidden = phase !== "interrupted";
      retry.hidden = phase !== "failed" || !upload.file;
      cancel.hidden = phase === "sharing";
      problem.hidden = !error;
      setText(problem, error ? refusalText(error) : "");
      setText(state, stateText(phase, arrived, size, store.link.name === "connected"));
    }
    return { row, update };
  }

  store.subscribe(["files", "open", "link"], () => {
    const shown = store.uploads.filter(({ conversationId }) => conversationId === store.openId);
    for (const [key, { row }] of rows) {
      if (shown.some((upload) => upload.key === key)) continue;
      row.remove();
      rows.delete(key);
    }
    for (const upload of shown) {
      if (!rows.has(upload.key)) {
        rows.set(upload.key, make(upload));
        list.append(rows.get(upload.key).row);
      }
      rows.get(upload.key).update();
    }
    list.hidden = shown.length === 0;
  });
}

function stateText(phase, arrived, size, online) {
  const whole = sizeText(size);
  const percent = size === 0 ? 100 : Math.floor((arrived / size) * 100);
  switch (phase) {
    case "waiting":
      return `${whole} · waiting`;
    case "reading":
      return `${whole} · reading`;
    case "sending":
      return `${sizeText(arrived)} of ${whole} · ${percent} %${online ? "" : " · waits for the connection"}`;
    case "interrupted":
      return `${sizeText(arrived)} of ${whole} · stopped by a reload`;
    case "sharing":
      return `${whole} · sent`;
    default:
      return whole;
  }
}
