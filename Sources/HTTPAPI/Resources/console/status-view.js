import { h, part, setText } from "./dom.js";
import { customMessageOf, describePresence, presenceDot } from "./presence-sign.js";
import { quietly } from "./quietly.js";
import { refusalText } from "./refusal.js";
import { clockTime } from "./times.js";

const CHOICES = [
  ["online", "Online", "away by itself after five idle minutes"],
  ["away", "Away", "until you choose otherwise"],
  ["busy", "Busy", "do not disturb"],
  ["invisible", "Invisible", "others see you offline"],
];
const MINUTE = 60_000;
/** When a line is taken away again: what it is called, and milliseconds from now. */
const LASTING = [
  ["Not by itself", () => undefined],
  ["In 30 minutes", () => Date.now() + 30 * MINUTE],
  ["In an hour", () => Date.now() + 60 * MINUTE],
  ["In 4 hours", () => Date.now() + 240 * MINUTE],
  ["At midnight", () => new Date().setHours(24, 0, 0, 0)],
];

/** How others see the user of this window, and the dialog where that is chosen. */
export function mountStatus(store, chat) {
  const sign = part("my-presence");
  const words = part("my-status");
  const dialog = part("status-dialog");
  const form = part("status-form");
  const until = part("status-until");
  const problem = part("status-error");
  let settling; // resolves once the form shows what this user is by choice
  let isTouched; // whether another status was picked meanwhile

  part("status-choices").append(...CHOICES.map(([status, title, hint]) => h("label", { class: "check" },
    h("input", { type: "radio", name: "status", value: status, data: { testid: `status-${status}` } }),
    presenceDot({ status }, true),
    h("span", {}, title, h("span", { class: "hint" }, ` ${hint}`)))));
  until.append(...LASTING.map(([title], index) => h("option", { value: index }, title)));

  part("status-open").addEventListener("click", () => {
    part("menu").hidePopover();
    const now = mine();
    const isUnsure = now?.status === "away";
    for (const choice of form.elements.status) choice.checked = !isUnsure && choice.value === (now?.status ?? "online");
    isTouched = false;
    settling = isUnsure ? settle() : undefined;
    if (settling) quietly(settling); // who saves is told
    form.elements.message.value = customMessageOf(now) ?? "";
    until.value = 0;
    refuse("");
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  part("status-choices").addEventListener("change", () => (isTouched = true));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const customMessage = form.elements.message.value.trim();
    const customMessageUntil = customMessage === "" ? undefined : LASTING[until.value][1]();
    part("status-submit").disabled = true;
    try {
      if (!isTouched) await settling;
      const status = form.elements.status.value;
      await chat.presence.choose({ status, customMessage, customMessageUntil });
      dialog.close();
    } catch (error) {
      refuse(refusalText(error));
    } finally {
      part("status-submit").disabled = false;
    }
  });

  /** Who is away by itself has not chosen that: saved, it would hold on all devices until something else is chosen. */
  async function settle() {
    await chat.presence.here();
    if (!isTouched) form.elements.status.value = mine()?.status ?? "online";
  }

  function refuse(text) {
    problem.hidden = text === "";
    setText(problem, text);
  }

  /** How this user is: who is connected and seen offline chose to be. */
  function mine() {
    const told = store.presences.get(store.user?.userId);
    return told?.status === "offline" ? { ...told, status: "invisible", lastSeen: undefined } : told;
  }

  store.subscribe(["presence", "session", "link"], () => {
    const now = store.link.name === "connected" ? mine() : undefined;
    sign.hidden = !now;
    sign.replaceChildren(...(now ? [presenceDot(now)] : []));
    const ends = now && customMessageOf(now) && now.customMessageUntil;
    setText(words, now ? describePresence(now) + (ends ? ` (until ${clockTime(ends)})` : "") : "");
  });
}
