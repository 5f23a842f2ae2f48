import { h, part } from "./dom.js";
import { icon } from "./icons.js";

const WORDS = { auto: "Auto", light: "Light", dark: "Dark" };
const NEXT = { auto: "light", light: "dark", dark: "auto" };

/** The colours follow the system until the button says otherwise, for this window. */
export function mountTheme() {
  const button = part("theme-toggle");
  let theme = sessionStorage.getItem("theme") ?? "auto";
  const show = () => {
    document.documentElement.dataset.theme = theme;
    button.replaceChildren(icon(theme), h("span", { class: "word" }, WORDS[theme]));
    button.setAttribute("aria-label", `Colours: ${theme}. Change to ${NEXT[theme]}.`);
  };
  button.addEventListener("click", () => {
    theme = NEXT[theme];
    sessionStorage.setItem("theme", theme);
    show();
  });
  show();
}
