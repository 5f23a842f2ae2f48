import { part } from "./dom.js";

/** From this size on there is room for the panels beside the chat. */
const LARGE = matchMedia("(min-width: 1100px) and (min-height: 700px)");
/** Below this one there is room for one thing at a time. */
const NARROW = matchMedia("(max-width: 699px)");

const PANELS = ["inspector", "health"];

/** Opens and closes the panels by their buttons; each window remembers its own. */
export function mountPanels(store) {
  const panels = PANELS.map((name) => {
    const panel = { name, view: part(name), toggle: part(`${name}-toggle`) };
    panel.toggle.addEventListener("click", () => set(panel, panel.view.hidden));
    part(`${name}-close`, panel.view).addEventListener("click", () => {
      set(panel, false);
      panel.toggle.focus();
    });
    return panel;
  });

  function set(panel, open, remember = true) {
    if (open && NARROW.matches) for (const other of panels) if (other !== panel) set(other, false);
    panel.view.hidden = !open;
    panel.toggle.setAttribute("aria-expanded", open);
    document.body.classList.toggle(`with-${panel.name}`, open);
    if (remember) sessionStorage.setItem(`panel-${panel.name}`, open ? "open" : "closed");
    store.changed("panels");
  }

  for (const panel of panels) {
    const remembered = sessionStorage.getItem(`panel-${panel.name}`);
    set(panel, remembered ? remembered === "open" : LARGE.matches, false);
  }

  return {
    /** Opens a panel and moves the focus there; closes it if the focus is there. */
    toggle(name) {
      const panel = panels.find((candidate) => candidate.name === name);
      const inside = panel.view.contains(document.activeElement);
      set(panel, panel.view.hidden || !inside);
      if (panel.view.hidden) panel.toggle.focus();
      else panel.view.focus();
    },
  };
}
