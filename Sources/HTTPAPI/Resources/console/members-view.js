import { avatar, h, part, setText } from "./dom.js";

/** Who belongs to the open conversation, and the invitation of more. */
export function mountMembers(store, chat) {
  const dialog = part("members-dialog");
  const invite = part("invite-form");
  const problem = part("members-error");
  part("members-open").addEventListener("click", () => {
    refuse("");
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  invite.addEventListener("submit", async (event) => {
    event.preventDefault();
    refuse("");
    try {
      await chat.invite(store.openId, [part("invite-user").value.trim()]);
      invite.reset();
    } catch (error) {
      refuse(error.message);
    }
  });

  function refuse(message) {
    problem.hidden = message === "";
    setText(problem, message);
  }

  store.subscribe(["members", "open"], () => {
    const conversation = store.openConversation;
    const mayInvite = conversation?.visibility === "public" || ["owner", "moderator"].includes(conversation?.role);
    invite.hidden = !conversation || conversation.kind === "direct" || !mayInvite;
    part("members").replaceChildren(
      ...(store.members ?? []).map(({ userId, name, role }) =>
        h("li", { data: { testid: "member", user: userId } },
          avatar(userId),
          h("span", { class: "what" }, h("span", { class: "title", dir: "auto" }, name || userId),
            name && name !== userId && h("span", { class: "last" }, userId)),
          role && role !== "member" && h("span", { class: "badge" }, role)),
      ),
    );
  });
}
