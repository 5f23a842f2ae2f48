/**
 * Makes an element; text goes in as text, never as markup.
 * @param {string} tag
 * @param {object} [properties] `on…` are listeners, `data` goes to the dataset, true and false set or omit an
 *   attribute, everything else is an attribute
 * @param {...(Node | string | null | undefined | false)} children
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The element with this `data-testid`, which is the page's own handle for its parts, too. */
export function part(name, root = document) {
  return root.querySelector(`[data-testid="${name}"]`);
}

/** Sets the text only where it differs: nothing is announced or laid out twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = "http://www.w3.org/2000/svg";

/** An element of SVG, with attributes alone. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A round sign with the first letters of a name, in a colour that stays with the name. */
export function avatar(name) {
  let tone = 0;
  for (const letter of name) tone = (tone * 31 + letter.codePointAt(0)) % 8;
  return h("span", { class: "avatar", "aria-hidden": "true", data: { tone } }, [...name].slice(0, 2).join(""));
}
