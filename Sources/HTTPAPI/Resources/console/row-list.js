/** Rows beyond the visible part, above and below, that are kept drawn. */
const OVERSCAN = 8;
/** Pixels from the end that still count as the end. */
const END_SLACK = 8;

/**
 * A list of rows with known heights of which only the visible ones are in the document, for thousands of changes a
 * minute: a listbox with one stop for the Tab key, in which the arrow keys move.
 */
export class RowList {
  /** The key of the chosen row. */
  chosen;
  #box;
  #canvas;
  #draw;
  #heightOf;
  #open;
  #items = [];
  #tops = [0];
  #rows = new Map(); // key → row
  #atEnd = true;
  #height = 0;
  #scheduled = false;

  /**
   * @param {HTMLElement} box what scrolls: a `role=listbox` with one child, which gets the rows
   * @param {object} how
   * @param {(item: object, row: HTMLElement) => Node[]} how.draw makes the content of a row; items carry a `key`
   *   and may carry a `version`, whose change draws the row again
   * @param {(item: object) => number} how.heightOf pixels
   * @param {(item: object) => void} how.open called for a click or Enter
   */
  constructor(box, { draw, heightOf, open }) {
    this.#box = box;
    this.#canvas = box.firstElementChild;
    this.#draw = draw;
    this.#heightOf = heightOf;
    this.#open = open;
    box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    box.addEventListener("keydown", (event) => this.#key(event));
    const keyOf = (target) => target.closest("[data-key]")?.dataset.key;
    let pressed;
    // Rows move and are drawn again while somebody clicks: the one that was pressed is meant.
    this.#canvas.addEventListener("pointerdown", ({ target }) => (pressed = keyOf(target)));
    this.#canvas.addEventListener("click", ({ target }) => {
      const key = Number(pressed ?? keyOf(target));
      pressed = undefined;
      const item = this.#items.find((candidate) => candidate.key === key);
      if (item) this.#choose(item, true);
    });
    new ResizeObserver(() => this.#resized()).observe(box);
  }

  /** Shows these items; the end stays in sight if it was, else what was in sight stays where it is. */
  setItems(items) {
    const { scrollTop } = this.#box;
    const index = this.#at(scrollTop);
    const anchor = this.#items[index]?.key;
    const past = scrollTop - this.#tops[index];
    this.#items = items;
    this.#tops = [0];
    for (const item of items) this.#tops.push(this.#tops.at(-1) + this.#heightOf(item));
    this.#canvas.style.height = `${this.#tops.at(-1)}px`;
    const again = items.findIndex(({ key }) => key === anchor);
    if (this.#atEnd) this.#box.scrollTop = this.#tops.at(-1);
    else if (again >= 0) this.#box.scrollTop = this.#tops[again] + past;
    this.#show();
  }

  /** Chooses a row and brings it into sight. */
  reveal(key) {
    const index = this.#items.findIndex((item) => item.key === key);
    if (index < 0) return;
    this.chosen = key;
    const { scrollTop, clientHeight } = this.#box;
    if (this.#tops[index] < scrollTop) this.#box.scrollTop = this.#tops[index];
    else if (this.#tops[index + 1] > scrollTop + clientHeight) {
      this.#box.scrollTop = this.#tops[index + 1] - clientHeight;
    }
    // Known at once: an item that comes next must not bring the end back, and take the row out of sight.
    this.#atEnd = this.#isAtEnd();
    this.#show();
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const now = this.#items.findIndex(({ key }) => key === this.chosen);
    const last = this.#items.length - 1;
    const page = Math.max(1, Math.floor(this.#box.clientHeight / 30) - 1);
    const from = now < 0 ? last + 1 : now;
    const step = { ArrowUp: from - 1, ArrowDown: now < 0 ? last : now + 1, Home: 0, End: last };
    const place = { ...step, PageUp: from - page, PageDown: from + page }[event.key];
    if (event.key === "Enter" && now >= 0) this.#open(this.#items[now]);
    else if (place === undefined || last < 0) return;
    else this.#choose(this.#items[Math.min(last, Math.max(0, place))], false);
    event.preventDefault();
  }

  #choose(item, open) {
    this.reveal(item.key);
    this.#box.dispatchEvent(new CustomEvent("chosen", { detail: item }));
    if (open) this.#open(item);
  }

  #scrolled() {
    // While the list is made smaller nobody scrolls: what was at the end is to come back there.
    if (this.#box.clientHeight === this.#height) this.#atEnd = this.#isAtEnd();
    this.#schedule();
  }

  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    return scrollHeight - scrollTop - clientHeight < END_SLACK;
  }

  /** What opens below the list takes room from it: the chosen row, or the end, stays in sight. */
  #resized() {
    this.#height = this.#box.clientHeight;
    if (this.chosen !== undefined) this.reveal(this.chosen);
    else if (this.#atEnd) this.#box.scrollTop = this.#tops.at(-1);
    this.#schedule();
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#show();
    });
  }

  #show() {
    const { scrollTop, clientHeight } = this.#box;
    const first = Math.max(0, this.#at(scrollTop) - OVERSCAN);
    const end = Math.min(this.#items.length, this.#at(scrollTop + clientHeight) + 1 + OVERSCAN);
    const wanted = new Map();
    for (let index = first; index < end; index += 1) wanted.set(this.#items[index].key, this.#row(index));
    const chosen = this.#items.findIndex(({ key }) => key === this.chosen);
    // The chosen row stays in the document even out of sight: the box's active descendant must exist.
    if (chosen >= 0 && !wanted.has(this.chosen)) wanted.set(this.chosen, this.#row(chosen));
    for (const [key, row] of this.#rows) if (!wanted.has(key)) row.remove();
    let next = this.#canvas.firstChild;
    for (const row of wanted.values()) {
      if (row === next) next = next.nextSibling;
      else this.#canvas.insertBefore(row, next);
    }
    this.#rows = wanted;
    if (chosen >= 0) this.#box.setAttribute("aria-activedescendant", wanted.get(this.chosen).id);
    else this.#box.removeAttribute("aria-activedescendant");
  }

  #row(index) {
    const item = this.#items[index];
    let row = this.#rows.get(item.key);
    if (!row) {
      row = document.createElement("div");
      row.id = `${this.#box.dataset.testid}-${item.key}`;
      row.setAttribute("role", "option");
      row.dataset.key = item.key;
    }
    const version = String(item.version ?? "");
    if (row.dataset.version !== version) {
      row.dataset.version = version;
      row.replaceChildren(...this.#draw(item, row));
    }
    row.style.top = `${this.#tops[index]}px`;
    row.style.height = `${this.#tops[index + 1] - this.#tops[index]}px`;
    row.setAttribute("aria-selected", item.key === this.chosen);
    row.setAttribute("aria-setsize", this.#items.length);
    row.setAttribute("aria-posinset", index + 1);
    return row;
  }

  /** The index of the item at this height; the last one beyond the end. */
  #at(top) {
    let low = 0;
    let high = Math.max(0, this.#items.length - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#tops[middle] <= top) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
