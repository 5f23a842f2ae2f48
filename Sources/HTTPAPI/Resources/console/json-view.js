import { h } from "./dom.js";
import { literal } from "./literal.js";

/** The tokens of a JSON text; a text before a colon is the name of a member. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|true|false|null/g;

/** A JSON value with colours: nodes for a `pre`. */
export function jsonNodes(value) {
  const text = literal(value);
  const nodes = [];
  let end = 0;
  for (const { 0: token, 1: string, 2: colon, index } of text.matchAll(TOKEN)) {
    const kind = colon !== undefined ? "name" : string !== undefined ? "string" : "value";
    const shown = string ?? token;
    nodes.push(text.slice(end, index), h("span", { class: `json-${kind}` }, shown));
    end = index + shown.length;
  }
  return [...nodes, text.slice(end)];
}
