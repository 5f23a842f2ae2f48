import { avatar, h, part, setText } from "./dom.js";
import { icon } from "./icons.js";
import { describePresence, withPresence } from "./presence-sign.js";
import { refusalText } from "./refusal.js";
import { ROLES, mayChangeRoles, mayRemove, roleName, roleTitle, rolesToInvite } from "./roles.js";
import { titleOf } from "./store.js";

/** How long a ban may last: what it is called, and milliseconds; 0 is for good. */
const BANS = [["For good", 0], ["For an hour", 3_600_000], ["For a day", 86_400_000], ["For a week", 604_800_000]];

/** Who belongs to the open conversation, what may be done about them, and the invitation of more. */
export function mountMembers(store, chat) {
  const dialog = part("members-dialog");
  const list = part("members");
  const invite = part("invite-form");
  const role = part("invite-role");
  const more = part("members-more");
  const problem = part("members-error");
  const said = part("members-said");
  const undo = part("members-undo");
  let removing; // the userId whose removal is being asked about
  let back; // what undoes the last removal

  part("members-open").addEventListener("click", () => {
    removing = undefined;
    tell("");
    draw();
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  more.addEventListener("click", () => attempt(() => chat.members.more()));
  undo.addEventListener("click", () => {
    const { userId, role: had, banned } = back;
    attempt(() => chat.members.bringBack(userId, had, banned), () => `${userId} is a member again.`);
  });
  invite.addEventListener("submit", (event) => {
    event.preventDefault();
    const userIds = part("invite-user").value.split(/[\s,]+/).filter((userId) => userId !== "");
    if (userIds.length === 0) return tell("");
    attempt(() => chat.members.invite(userIds, role.value), (added) => {
      part("invite-user").value = "";
      const names = new Intl.ListFormat("en").format(added);
      return added.length === 0 ? "They are members already." : `${names} ${added.length === 1 ? "is" : "are"} in.`;
    });
  });
  list.addEventListener("keydown", walk);

  /** Does something and says how it went; nothing of the dialog is lost if it is refused. */
  async function attempt(work, praise = () => "", undoable) {
    tell("");
    try {
      const result = await work();
      back = undoable;
      tell(praise(result));
      if (back) undo.focus(); // the row that had the focus is gone
    } catch (error) {
      tell("", refusalText(error));
      draw(); // a refused choice goes back to what holds
    }
  }

  function tell(text, refusal = "") {
    problem.hidden = refusal === "";
    setText(problem, refusal);
    if (text === "") back = undefined;
    setText(said, text);
    undo.hidden = text === "" || !back;
  }

  /** Up and down go from row to row, to the same control where the next row has it. */
  function walk(event) {
    const step = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
    const row = event.target.closest("li");
    if (!step || event.target.matches("select")) return;
    event.preventDefault();
    for (let next = row[step]; next; next = next[step]) {
      const control = part(event.target.dataset.testid, next) ?? next.querySelector("button, select");
      if (control) return control.focus();
    }
  }

  function draw() {
    const conversation = store.openConversation;
    if (!conversation) return dialog.close();
    const roles = rolesToInvite(conversation);
    invite.hidden = roles.length === 0;
    if (role.children.length !== roles.length) {
      const option = (name) => h("option", { value: name, selected: name === "member" }, roleTitle(name));
      role.replaceChildren(...roles.map(option));
    }
    setText(part("members-title"), `Members of ${titleOf(conversation)}`);
    setText(part("members-hint"), hint(conversation, roles));
    const focused = document.activeElement;
    const place = [focused?.closest?.("li")?.dataset.user, focused?.dataset?.testid];
    list.replaceChildren(...(store.members ?? []).map((member) => row(conversation, member)));
    more.hidden = !store.moreMembers;
    const again = place[0] && list.querySelector(`[data-user="${CSS.escape(place[0])}"]`);
    if (again) part(place[1], again)?.focus();
    else if (place[0]) (list.querySelector("button, select") ?? dialog.querySelector("[data-close]")).focus();
  }

  function hint({ kind, role: mine }, roles) {
    if (kind === "direct") return "A direct conversation keeps its two members.";
    if (store.members?.length === 1) return roles.length > 0 ? "You are alone here: invite somebody." : "";
    if (mine === "readonly") return "You may read here, not write.";
    return `You are ${mine === "owner" ? "an" : "a"} ${mine} here.`;
  }

  function row(conversation, member) {
    const { userId, name } = member;
    const me = userId === store.user.userId;
    const presence = store.presences.get(userId);
    const more = [name && name !== userId && userId, presence && describePresence(presence)].filter(Boolean);
    const asked = removing === userId;
    return h("li", { data: { testid: "member", user: userId } },
      withPresence(avatar(userId), presence),
      h("span", { class: "what" },
        h("span", { class: "title", dir: "auto" }, name || userId, me && h("span", { class: "hint" }, " (you)")),
        more.length > 0 && h("span", { class: "last", data: { testid: "member-more" } }, more.join(" · "))),
      mayChangeRoles(conversation) ? roleSelect(member) : h("span", { class: "badge", data: { role: member.role } },
        roleTitle(member.role)),
      !me && mayRemove(conversation, member.role) ? h("button", {
        type: "button", class: "quiet square", "aria-label": `Remove ${userId}`, title: `Remove ${userId}`,
        "aria-expanded": String(asked), data: { testid: "member-remove" }, onclick: () => ask(userId),
      }, icon("close")) : mayChangeRoles(conversation) && h("span", { class: "square" }),
      asked && question(member));
  }

  function roleSelect({ userId, role: present }) {
    const select = h("select", {
      "aria-label": `Role of ${userId}`, data: { testid: "member-role" },
      onchange: () => attempt(() => chat.members.setRole(userId, select.value),
        () => `${userId} is ${roleName(select.value)} now.`),
    }, ...ROLES.toReversed().map((name) => h("option", { value: name, selected: name === present }, roleTitle(name))));
    return select;
  }

  function ask(userId) {
    removing = removing === userId ? undefined : userId;
    tell("");
    draw();
    part("remove-confirm")?.focus();
  }

  function question({ userId, role: had }) {
    const lasting = h("select", { "aria-label": "How long the ban lasts", data: { testid: "ban-lasting" } },
      ...BANS.map(([name, milliseconds]) => h("option", { value: milliseconds }, name)));
    const done = (verb, banned, work) => {
      removing = undefined;
      attempt(work, () => `${userId} is ${verb}.`, { userId, role: had, banned });
    };
    const keep = () => {
      removing = undefined;
      draw();
      part("member-remove", list.querySelector(`[data-user="${CSS.escape(userId)}"]`))?.focus();
    };
    return h("div", {
      class: "removal", role: "group", "aria-label": `Remove ${userId}?`,
      onkeydown: (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault(); // the dialog stays
        keep();
      },
    },
      h("button", {
        type: "button", class: "small danger", data: { testid: "remove-confirm" },
        onclick: () => done("removed", false, () => chat.members.remove(userId)),
      }, "Remove"),
      h("button", {
        type: "button", class: "small danger", data: { testid: "ban-confirm" },
        onclick: () => done("banned", true, () => chat.members.ban(userId, Number(lasting.value))),
      }, "Ban"),
      lasting,
      h("button", { type: "button", class: "small", onclick: keep }, "Keep"));
  }

  store.subscribe(["members", "open", "conversations", "presence"], () => dialog.open && draw());
}
