/**
 * Makes a `role=tablist` of the buttons in it: one stop for the Tab key, arrows choose.
 * @param {HTMLElement} list with `role=tab` buttons, each with `data-tab`
 * @param {(name: string) => void} chosen called with the name of the tab that was chosen
 * @returns {{offer: (name: string, offered: boolean) => void}} what shows and hides a tab; the first takes the place
 *   of a chosen one that is hidden
 */
export function mountTabs(list, chosen) {
  const tabs = [...list.querySelectorAll('[role="tab"]')];

  function choose(tab, focus) {
    for (const other of tabs) {
      other.setAttribute("aria-selected", other === tab);
      other.tabIndex = other === tab ? 0 : -1;
    }
    if (focus) tab.focus();
    chosen(tab.dataset.tab);
  }

  for (const tab of tabs) tab.addEventListener("click", () => choose(tab, false));
  list.addEventListener("keydown", (event) => {
    const offered = tabs.filter((tab) => !tab.hidden);
    const now = offered.indexOf(document.activeElement);
    const place = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: offered.length - 1 }[event.key];
    if (place === undefined) return;
    event.preventDefault();
    choose(offered[(place + offered.length) % offered.length], true);
  });
  choose(tabs[0], false);

  return {
    offer(name, offered) {
      const tab = tabs.find((candidate) => candidate.dataset.tab === name);
      tab.hidden = !offered;
      if (!offered && tab.tabIndex === 0) choose(tabs[0], false);
    },
  };
}
