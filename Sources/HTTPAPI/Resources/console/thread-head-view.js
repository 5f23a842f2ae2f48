import { h, part, setText } from "./dom.js";
import { describePresence } from "./presence-sign.js";
import { roleName } from "./roles.js";
import { titleOf } from "./store.js";

/** What is said where no conversation is open. */
const START = {
  some: ["Pick a conversation", "Choose one from the list, or make a new one."],
  none: ["Welcome!", "You are in no conversation yet. Join the public one everybody starts in, or make your own."],
};

/** The heading of the open conversation, and the place-holder while none is. */
export function mountThreadHead(store, chat) {
  const leave = part("leave");
  const count = part("members-count");
  const start = part("no-conversation");
  part("back").addEventListener("click", () => chat.close());

  store.subscribe(["open", "conversations", "members", "presence"], () => {
    const { openId, openConversation: conversation, members, conversations, listed } = store;
    const refused = !!store.openThread?.error;
    part("thread").hidden = openId === undefined;
    start.hidden = openId !== undefined || !listed;
    if (openId === undefined) return drawStart(conversations.size > 0);
    setText(part("thread-title"), titleOf(conversation, openId));
    part("members-open").hidden = !conversation || refused;
    leave.hidden = !conversation || conversation.kind === "direct" || refused;
    if (!conversation) return setText(part("thread-subtitle"), refused ? openId : "Opening…");
    const size = members && `${members.length}${store.moreMembers ? "+" : ""}`;
    setText(count, size ?? "");
    setText(part("thread-subtitle"), describe(conversation, size, store));
  });

  /** What to do next: to choose from the list, or where it is empty, how to begin. */
  function drawStart(some) {
    if (start.dataset.some === String(some)) return; // drawn afresh, a button would lose the focus
    start.dataset.some = some;
    const button = (name, words, style, onclick) =>
      h("button", { type: "button", class: `${style} small`, data: { testid: name }, onclick }, words);
    const create = button("start-new", "New conversation", "", () => part("new-conversation").click());
    const join = button("start-general", "Join “general”", "primary", () => chat.open("general"));
    const [title, words] = some ? START.some : START.none;
    start.replaceChildren(h("h2", {}, title), h("p", {}, words), h("div", { class: "buttons" }, !some && join, create));
  }
}

/** Such as "public group · 3 members · 2 online · you: owner", as far as it is known. */
function describe({ kind, visibility, role, peerId }, size, { presences, members: shown }) {
  if (kind === "direct") return presences.has(peerId) ? describePresence(presences.get(peerId)) : "Direct";
  const isThere = ({ userId }) => (presences.get(userId)?.status ?? "offline") !== "offline";
  // In a channel nobody sees who is there (R37).
  const there = kind === "channel" ? 0 : (shown?.filter(isThere).length ?? 0);
  const members = size && `${size} ${size === "1" ? "member" : "members"}`;
  const what = [visibility, kind].filter(Boolean).join(" ");
  const online = there > 0 && `${there} online`;
  return [what, members, online, role && `you: ${roleName(role)}`].filter(Boolean).join(" · ");
}
