import { part, setText } from "./dom.js";

/** The dialog that makes a direct conversation or a group, or joins one by its id. */
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
      refuse(error.message);
    }
    button.disabled = false;
  });

  async function start() {
    const kind = fields.kind.value;
    if (kind === "join") return wanted("id");
    if (kind === "direct") return chat.create({ kind, memberIds: [wanted("partner")] });
    const memberIds = fields.members.value.split(",").map((userId) => userId.trim()).filter((userId) => userId !== "");
    const visibility = fields.public.checked ? "public" : "private";
    return chat.create({ kind, memberIds, name: wanted("name"), visibility });
  }

  function wanted(name) {
    const value = fields[name].value.trim();
    if (value !== "") return value;
    fields[name].focus();
    throw new Error({ id: "Which conversation?", partner: "With whom?", name: "A group needs a name." }[name]);
  }

  function show() {
    const kind = fields.kind.value;
    for (const element of form.querySelectorAll("[data-for]")) element.hidden = element.dataset.for !== kind;
    setText(button, kind === "join" ? "Join" : "Start");
    refuse("");
  }

  function refuse(message) {
    problem.hidden = message === "";
    setText(problem, message);
  }
}
