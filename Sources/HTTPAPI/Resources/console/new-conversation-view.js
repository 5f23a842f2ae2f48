import { part, setText } from "./dom.js";
import { refusalText } from "./refusal.js";

const MISSING = { partner: "With whom?", name: "A group or channel needs a name.", id: "Which conversation?" };

/** The dialog that makes a direct conversation, a group or a channel, or joins one by its id. */
export function mountNewConversation(store, chat) {
  const dialog = part("new-dialog");
  const form = part("new-form");
  const problem = part("new-error");
  const button = part("new-submit");
  const fields = form.elements;

  part("new-conversation").addEventListener("click", () => {
    form.reset();
    show();
    dialog.showModal();
    fields.partner.focus();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("change", show);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const conversationId = await start();
      dialog.close();
      chat.open(conversationId);
    } catch (error) {
      refuse(refusalText(error));
    }
    button.disabled = false;
  });

  async function start() {
    const kind = fields.kind.value;
    if (kind === "join") return wanted("id");
    if (kind === "direct") return chat.create({ kind, memberIds: [wanted("partner")] });
    return chat.create({
      kind,
      name: wanted("name"),
      memberIds: fields.members.value.split(/[\s,]+/).filter((userId) => userId !== ""),
      visibility: fields.visibility.value,
      conversationId: fields.own.value.trim() || undefined,
    });
  }

  function wanted(name) {
    const value = fields[name].value.trim();
    if (value !== "") return value;
    fields[name].focus();
    throw new Error(MISSING[name]);
  }

  function show() {
    const kind = fields.kind.value;
    for (const element of form.querySelectorAll("[data-for]")) {
      element.hidden = !element.dataset.for.split(" ").includes(kind);
    }
    setText(button, kind === "join" ? "Join" : "Create");
    refuse("");
  }

  function refuse(message) {
    problem.hidden = message === "";
    setText(problem, message);
  }
}
