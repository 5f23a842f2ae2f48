/** Pixels beyond the screen, above and below, that are kept drawn. */
const OVERSCAN = 600;
/** Pixels from the end that still count as the end to who comes down to it, so that new messages keep it in sight. */
const END_SLACK = 48;
/** Height of a row nobody has measured yet, in pixels. */
const GUESS = 62;
/** Rounds of drawing and measuring for one update; each brings guesses nearer to the truth. */
const ROUNDS = 4;

/**
 * A long list of which only the rows near the screen are in the document.
 *
 * Rows may have any height: they are measured when drawn, and the row at the top of the screen keeps its place
 * while rows above it arrive or turn out taller than guessed.
 */
export class WindowedList {
  #scroller;
  #list;
  #draw;
  #nearTop;
  #items = [];
  #heights = new Map();
  #rows = new Map();
  #atEnd = true;
  /** Where it stood when `#atEnd` was last decided; steps of less than a pixel add up from here. */
  #top = 0;
  #width = 0;
  #boxHeight = 0;
  #scheduled = false;
  /** Whether the update that is scheduled follows a scroll by somebody, so that it may only keep the place. */
  #following = false;
  #resized = new ResizeObserver(() => this.#schedule());

  /**
   * @param {HTMLElement} scroller what scrolls
   * @param {HTMLElement} list its only child, which gets the rows
   * @param {(item: object, previous: object | undefined, row: HTMLElement | undefined) => HTMLElement} draw makes
   *   the row of an item, or brings the one it has up to date; items carry a `key`
   * @param {() => void} nearTop called when rows before the first will soon be wanted
   */
  constructor(scroller, list, draw, nearTop) {
    this.#scroller = scroller;
    this.#list = list;
    this.#draw = draw;
    this.#nearTop = nearTop;
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    scroller.addEventListener("keydown", (event) => this.#pressed(event));
    this.#resized.observe(scroller);
  }

  /** The item at the top of the screen. */
  get firstVisible() {
    return this.#items[this.#at(this.#scroller.scrollTop).index];
  }

  setItems(items) {
    const anchor = this.#anchor();
    this.#items = items;
    this.#update(anchor);
  }

  /** Starts over with another list, at its end. */
  clear() {
    this.#heights.clear();
    this.#atEnd = true;
    this.setItems([]);
  }

  scrollToEnd() {
    this.#atEnd = true;
    this.#update(undefined);
  }

  /** Home and End jump: the browser's own, smooth way there would end where a row turns out taller than guessed. */
  #pressed(event) {
    const { key, target } = event;
    const other = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented;
    if ((key !== "Home" && key !== "End") || other || target.closest("input, textarea, select")) return;
    event.preventDefault();
    if (key === "End") return this.scrollToEnd();
    this.#moveTo(0);
    this.#atEnd = this.#toEnd < 1;
    this.#update(this.#place());
  }

  #scrolled() {
    const { scrollTop, clientHeight } = this.#scroller;
    const moved = scrollTop - this.#top;
    // While the box gets another height nobody scrolls: what was at the end is to come back there.
    if (clientHeight !== this.#boxHeight) {
      this.#top = scrollTop;
      return this.#schedule();
    }
    if (Math.abs(moved) >= 1) {
      // Who goes up leaves the end at the first step, for a smooth scroll begins with a few pixels.
      this.#atEnd = this.#toEnd < (moved < 0 ? 1 : END_SLACK);
      this.#top = scrollTop;
    }
    if (moved !== 0) this.#following = true;
    this.#schedule();
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      const anchor = this.#following ? this.#place() : this.#anchor();
      this.#scheduled = this.#following = false;
      this.#update(anchor);
    });
  }

  /** Pixels below what is on the screen. */
  get #toEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  #moveTo(top) {
    this.#scroller.scrollTop = top;
    this.#top = this.#scroller.scrollTop;
  }

  /** What is to keep its place; undefined to stay at the end. */
  #anchor() {
    return this.#atEnd ? undefined : this.#place();
  }

  /** The row at the top of the screen and how far it is scrolled past; undefined if there are none. */
  #place() {
    if (this.#items.length === 0) return undefined;
    const { index, top } = this.#at(this.#scroller.scrollTop);
    return { key: this.#items[index].key, past: this.#scroller.scrollTop - top };
  }

  #update(anchor) {
    const { clientHeight, clientWidth } = this.#scroller;
    if (clientHeight === 0) return;
    if (clientWidth !== this.#width) this.#heights.clear();
    this.#width = clientWidth;
    this.#boxHeight = clientHeight;
    let target = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      target = this.#target(anchor, clientHeight);
      if (!this.#show(target, clientHeight)) break;
    }
    target = this.#target(anchor, clientHeight);
    if (Math.abs(this.#scroller.scrollTop - target) >= 1) this.#moveTo(target);
    if (target < OVERSCAN && this.#items.length > 0) this.#nearTop();
  }

  #target(anchor, clientHeight) {
    let total = 0;
    for (const item of this.#items) {
      if (item.key === anchor?.key) return total + anchor.past;
      total += this.#height(item);
    }
    return Math.max(0, total - clientHeight);
  }

  /** Draws the rows around `top`; true if a height was not as thought. */
  #show(top, clientHeight) {
    const first = this.#at(top - OVERSCAN);
    let end = first.index;
    let bottom = first.top;
    while (end < this.#items.length && bottom < top + clientHeight + OVERSCAN) {
      bottom += this.#height(this.#items[end]);
      end += 1;
    }
    let below = 0;
    for (let index = end; index < this.#items.length; index += 1) below += this.#height(this.#items[index]);
    this.#list.style.paddingTop = `${first.top}px`;
    this.#list.style.paddingBottom = `${below}px`;
    this.#put(first.index, end);
    let surprised = false;
    for (let index = first.index; index < end; index += 1) {
      const { key } = this.#items[index];
      const height = this.#rows.get(key).getBoundingClientRect().height;
      if (Math.abs((this.#heights.get(key) ?? -1) - height) > 0.5) surprised = true;
      this.#heights.set(key, height);
    }
    return surprised;
  }

  #put(start, end) {
    const wanted = new Map();
    for (let index = start; index < end; index += 1) {
      const item = this.#items[index];
      const row = this.#draw(item, this.#items[index - 1], this.#rows.get(item.key));
      row.setAttribute("aria-setsize", this.#items.length);
      row.setAttribute("aria-posinset", index + 1);
      wanted.set(item.key, row);
    }
    for (const [key, row] of this.#rows) {
      if (wanted.get(key) === row) continue;
      this.#resized.unobserve(row);
      row.remove();
    }
    let next = this.#list.firstChild;
    for (const [key, row] of wanted) {
      if (row === next) next = next.nextSibling;
      else this.#list.insertBefore(row, next); // rows that stay are not moved: moving one takes its focus
      if (this.#rows.get(key) !== row) this.#resized.observe(row);
    }
    this.#rows = wanted;
  }

  #height(item) {
    return this.#heights.get(item.key) ?? GUESS;
  }

  #at(top) {
    let start = 0;
    for (let index = 0; index < this.#items.length; index += 1) {
      const height = this.#height(this.#items[index]);
      if (start + height > top) return { index, top: start };
      start += height;
    }
    return { index: Math.max(0, this.#items.length - 1), top: Math.max(0, start - GUESS) };
  }
}
