import { svg } from "./dom.js";

/** The size of the drawing in its own units; the page stretches it. */
const WIDTH = 180;
const HEIGHT = 40;

/**
 * Values as a line over its area, from zero up; gaps stay gaps.
 * @param {{x: number, y: number | undefined}[]} points `x` from 0 to 1, ascending
 * @param {number} top the value at the upper edge
 * @param {string} label what it says, for those who do not see it
 */
export function sparkline(points, top, label) {
  const runs = [[]];
  for (const point of points) {
    if (point.y === undefined) runs.push([]);
    else runs.at(-1).push(`${(point.x * WIDTH).toFixed(1)} ${heightOf(point.y / top).toFixed(1)}`);
  }
  const drawn = runs.filter((run) => run.length > 0);
  const line = drawn.map((run) => `M${run.join("L")}${run.length === 1 ? "h.1" : ""}`).join("");
  const areas = drawn.map((run) => `M${xOf(run[0])} ${HEIGHT}L${run.join("L")}L${xOf(run.at(-1))} ${HEIGHT}Z`).join("");
  return svg(
    "svg",
    {
      class: "sparkline", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img",
      "aria-label": label,
    },
    svg("path", { class: "ground", d: `M0 ${HEIGHT - 0.5}H${WIDTH}` }),
    svg("path", { class: "area", d: areas }),
    svg("path", { class: "line", d: line }),
  );
}

/** Room is left for the line's own width. */
const heightOf = (share) => HEIGHT - 1 - share * (HEIGHT - 3);

const xOf = (point) => point.split(" ")[0];
