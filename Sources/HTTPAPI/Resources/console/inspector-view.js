import { part, setText } from "./dom.js";
import { mountFrameDetail } from "./frame-detail-view.js";
import { wordsFor } from "./frame-log.js";
import { drawFrame, heightOf } from "./frame-row.js";
import { mountFrameSender } from "./frame-sender-view.js";
import { RowList } from "./row-list.js";

/** What goes over the wire: the list of frames and packets with its filters; below it one frame, or a frame to send. */
export function mountInspector(store, chat) {
  const box = part("frames");
  const empty = part("frames-empty");
  const filter = part("frame-filter");
  const direction = part("frame-direction");
  const errors = part("frame-errors");
  const pause = part("frames-pause");
  let paused; // the entries as they were, while the list stands still
  let scheduled = false;

  const detail = mountFrameDetail(store, {
    jump: (entry) => list.reveal(entry.key),
    resend: (frame) => sender.open({ ...frame, id: undefined }),
    closed: () => box.focus(),
  });
  const sender = mountFrameSender(store, chat, {
    opened: () => detail.close(),
    show: (entry) => show(entry),
  });
  const list = new RowList(box, { draw: drawFrame, heightOf, open: (entry) => show(entry) });

  function show(entry) {
    sender.close();
    detail.show(entry);
    list.reveal(entry.key);
  }

  function draw() {
    scheduled = false;
    const entries = paused ?? store.frames.entries;
    const shown = entries.filter(wanted());
    list.setItems(shown);
    box.hidden = shown.length === 0;
    empty.hidden = shown.length > 0;
    setText(empty, entries.length === 0 ? "Nothing yet: whatever this page sends or receives shows here."
      : "No frame passes the filter.");
    const behind = paused ? store.frames.entries.filter(({ key }) => key > (paused.at(-1)?.key ?? 0)).length : 0;
    setText(part("frames-count"), paused ? `paused, ${behind} new` : `${store.frames.count.toLocaleString()} frames`);
    drawTypes(entries);
  }

  /** Whether an entry passes: every word must be part of what it is called, none that has a minus before it. */
  function wanted() {
    const words = filter.value.toLowerCase().split(/\s+/).filter((word) => word !== "" && word !== "-");
    const way = direction.value;
    return (entry) => {
      if (errors.checked && !entry.error && !entry.answer?.error) return false;
      if (way !== "all" && entry.direction !== way) return false;
      if (words.length === 0) return true;
      const type = `${wordsFor(entry)} ${entry.request?.type ?? ""}`.toLowerCase();
      return words.every((word) => (word.startsWith("-") ? !type.includes(word.slice(1)) : type.includes(word)));
    };
  }

  /** The types that were seen, as suggestions for the filter. */
  function drawTypes(entries) {
    const options = part("frame-types");
    const seen = entries.filter(({ direction }) => direction !== "mark").flatMap(({ packet, type }) => [packet, type]);
    const types = [...new Set(seen.filter(Boolean))].sort();
    if (options.dataset.types === types.join(" ")) return;
    options.dataset.types = types.join(" ");
    options.replaceChildren(...types.map((type) => Object.assign(document.createElement("option"), { value: type })));
  }

  function setPaused(on) {
    paused = on ? [...store.frames.entries] : undefined;
    pause.setAttribute("aria-pressed", on);
    draw();
  }

  const soon = () => {
    if (scheduled || part("inspector").hidden) return;
    scheduled = true;
    requestAnimationFrame(draw);
  };
  for (const input of [filter, direction, errors]) input.addEventListener("input", draw);
  pause.addEventListener("click", () => setPaused(!paused));
  part("frames-clear").addEventListener("click", () => {
    store.frames.clear();
    if (paused) paused = [];
    detail.close();
    draw();
  });
  part("sender-open").addEventListener("click", () => sender.open());
  box.addEventListener("chosen", ({ detail: entry }) => detail.isOpen && detail.show(entry));
  box.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "p") setPaused(!paused);
    else if (event.key === "/") filter.focus();
    else if (event.key === "Escape") detail.close();
    else return;
    event.preventDefault();
  });
  store.subscribe(["frames", "panels"], soon);
  // The next user sees nothing of this one.
  store.subscribe(["session"], () => !store.user && paused && setPaused(false));
}
