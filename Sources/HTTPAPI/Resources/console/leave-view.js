import { h, part } from "./dom.js";
import { refusalText } from "./refusal.js";
import { titleOf } from "./store.js";

const LAST_OWNER = "You are its only owner, and a conversation keeps one: make somebody else an owner first.";
const OPEN = "You can join again whenever you like.";
const CLOSED = "You can come back only if somebody invites you.";

/** The way out of the open conversation, which asks first and says what it means. */
export function mountLeave(store, chat) {
  const title = h("h2", { id: "leave-title" });
  const text = h("p", { data: { testid: "leave-text" } });
  const problem = h("p", { class: "problem", role: "alert", data: { testid: "leave-error" } });
  const confirm = h("button", { type: "button", class: "danger", data: { testid: "leave-confirm" }, onclick: leave },
    "Leave");
  const keep = h("button", { type: "button", onclick: () => dialog.close() }, "Stay");
  const dialog = h("dialog", { "aria-labelledby": "leave-title", data: { testid: "leave-dialog" } },
    title, text, problem, h("div", { class: "buttons" }, confirm, keep));
  document.body.append(dialog);

  part("leave").addEventListener("click", () => {
    const { openConversation: conversation, members, moreMembers } = store;
    const owners = (members ?? []).filter(({ role }) => role === "owner");
    const last = conversation.role === "owner" && owners.length === 1 && !moreMembers;
    part("members-dialog").close();
    refuse("");
    confirm.hidden = last;
    title.textContent = `Leave ${titleOf(conversation)}?`;
    text.textContent = last ? LAST_OWNER : conversation.visibility === "public" ? OPEN : CLOSED;
    dialog.showModal();
  });

  async function leave() {
    try {
      await chat.leave(store.openId);
      dialog.close();
    } catch (error) {
      refuse(refusalText(error));
    }
  }

  function refuse(message) {
    problem.hidden = message === "";
    problem.textContent = message;
  }
}
