import { part, setText } from "./dom.js";
import { titleOf } from "./store.js";

/** The heading of the open conversation, and the place-holder while none is. */
export function mountThreadHead(store, chat) {
  const leave = part("leave");
  const count = part("members-count");
  part("back").addEventListener("click", () => chat.close());

  store.subscribe(["open", "conversations", "members"], () => {
    const { openId, openConversation: conversation, members } = store;
    const refused = !!store.openThread?.error;
    part("thread").hidden = openId === undefined;
    part("no-conversation").hidden = openId !== undefined;
    if (openId === undefined) return;
    setText(part("thread-title"), titleOf(conversation, openId));
    part("members-open").hidden = !conversation || refused;
    leave.hidden = !conversation || conversation.kind === "direct" || refused;
    if (!conversation) return setText(part("thread-subtitle"), refused ? openId : "Opening…");
    const size = members && `${members.length}${store.moreMembers ? "+" : ""}`;
    setText(count, size ?? "");
    setText(part("thread-subtitle"), describe(conversation, size));
  });
}

/** Such as "public group · 3 members · you: owner", as far as it is known. */
function describe({ kind, visibility, role }, size) {
  if (kind === "direct") return "Direct";
  const members = size && `${size} ${size === "1" ? "member" : "members"}`;
  return [[visibility, kind].filter(Boolean).join(" "), members, role && `you: ${role}`].filter(Boolean).join(" · ");
}
