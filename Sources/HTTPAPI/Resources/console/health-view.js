import { h, part, setText } from "./dom.js";
import { Health } from "./health.js";
import { sparkline } from "./sparkline.js";
import { clockTime } from "./times.js";

/** How often the service is asked, and how much time the charts show, in milliseconds. */
const EVERY = 2_000;
const SHOWN = 180_000;
/** How long an answer is waited for, in milliseconds. */
const PATIENCE = 5_000;

/** What the charts are higher than their highest value: a value that stays the same is a line, not a full card. */
const HEADROOM = 1.25;

const count = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });
const number = (value) => (value >= 10 ? count : fine).format(value);

/** The charts: which figure, what it is called, its unit, and what the name means. */
const CHARTS = [
  ["connections", "Connections", "", "Open sockets of this node"],
  ["messages", "Messages", "/s", "Messages that clients send, in a second"],
  ["ack", "Ack p99", "ms", "99 of 100 answers take at most this long"],
  ["batch", "Commit batch", "", "Requests that share one commit, on average"],
  ["lag", "Loop lag p99", "ms", "How late the event loops are, 99 of 100 times at most"],
  ["compression", "Compression", "×", "How many times smaller the texts cross that the service compresses"],
];

/** What is said in place of charts. */
const WORDS = {
  shown: "",
  waiting: "Asking for the first figures…",
  none: "There are no metrics at this address: in production the admin port has them.",
  silent: "The service does not answer.",
};

/** How the service is doing: the last minutes of `/metrics`. Asks only while it is open and in sight. */
export function mountHealth(store) {
  const view = part("health");
  const charts = part("charts");
  const again = part("health-again");
  const health = new Health();
  let state = "waiting"; // or "shown", "none", "silent"
  let asking = false;
  let askedAt = 0;
  let timer;

  again.addEventListener("click", () => {
    state = "waiting";
    follow();
  });
  document.addEventListener("visibilitychange", follow);

  async function ask() {
    asking = true;
    askedAt = Date.now();
    try {
      const response = await fetch("/metrics", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      const text = await response.text();
      if (response.ok) health.add(text, Date.now());
      state = response.ok ? "shown" : response.status === 404 ? "none" : "silent";
    } catch {
      state = "silent";
    }
    asking = false;
    follow();
  }

  /** Goes on asking, or stops: where there are no metrics nobody is asked again unbidden. */
  function follow() {
    clearTimeout(timer);
    const wanted = store.user && !view.hidden && !document.hidden && state !== "none";
    if (wanted && !asking) timer = setTimeout(ask, Math.max(0, askedAt + EVERY - Date.now()));
    if (!view.hidden) draw();
  }

  function draw() {
    const { points } = health;
    view.dataset.state = state;
    charts.hidden = state === "none" || points.length === 0;
    part("health-notice").hidden = !charts.hidden;
    again.hidden = state !== "none";
    setText(part("health-text"), charts.hidden ? WORDS[state] : "");
    const silent = state === "silent" && `silent since ${clockTime(points.at(-1)?.at ?? askedAt)}`;
    setText(part("health-span"), charts.hidden ? "" : silent || spanOf(points));
    setText(part("health-said"), silent || ""); // the time that goes by is not read aloud
    if (!charts.hidden) charts.replaceChildren(...CHARTS.map((chart) => card(chart, points)));
  }

  store.subscribe(["session", "panels"], follow);
}

/** The time that the charts show, in milliseconds: all there is, until there is more than they hold. */
const timeOf = (points) => Math.min(SHOWN, points.at(-1).at - points[0].at);

/** Such as "last 12 s"; one reading alone makes no line yet. */
function spanOf(points) {
  const seconds = Math.round(timeOf(points) / 1_000);
  if (points.length < 2) return "collecting…";
  if (seconds < 60) return `last ${seconds} s`;
  return `last ${Math.floor(seconds / 60)} min${seconds % 60 ? ` ${seconds % 60} s` : ""}`;
}

function card([name, title, unit, meaning], points) {
  const end = points.at(-1).at;
  const span = timeOf(points);
  const values = points.map((point) => point[name]).filter((value) => value !== undefined);
  const now = points.at(-1)[name];
  const highest = Math.max(0, ...values);
  const withUnit = (value) => `${number(value)}${unit && ` ${unit}`}`.replace(" /", "/");
  const shown = span === 0 ? [] : points.map((point) => ({ x: 1 - (end - point.at) / span, y: point[name] }))
    .filter(({ x }) => x >= 0);
  const present = now === undefined ? "nothing to measure now" : `${withUnit(now)} now`;
  const label = values.length === 0 ? `${title}: nothing to measure yet`
    : `${title}: ${present}, at most ${withUnit(highest)} in the last minutes`;
  const most = values.length > 1 && (highest > 0 ? `max ${withUnit(highest)}` : "none yet");
  const nothing = values.length === 1 || points.length < 2 ? "collecting…" : "nothing yet";
  return h(
    "li",
    { class: "chart", title: meaning, data: { testid: "chart", name } },
    h("span", { class: "chart-name" }, title),
    h("span", { class: "chart-value", data: { testid: "chart-value" } }, now === undefined ? "–" : number(now),
      now !== undefined && unit && h("span", { class: "unit" }, unit)),
    h("span", { class: "chart-most", data: { testid: "chart-most" } }, most || nothing),
    sparkline(shown, highest * HEADROOM || 1, label),
  );
}
