import { part, setText } from "./dom.js";
import { titleOf } from "./store.js";

/** The heading of the open conversation, and the place-holder while none is. */
export function mountThreadHead(store, chat) {
  const leave = part("leave");
  part("back").addEventListener("click", () => chat.close());
  leave.addEventListener("click", async () => {
    try {
      await chat.leave(store.openId);
    } catch (error) {
      const last = error.details?.reason === "last_owner";
      setText(part("thread-subtitle"), last ? "The last owner cannot leave." : error.message);
    }
  });

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
    setText(part("thread-subtitle"), describe(conversation, members, store.moreMembers));
  });
}

/** Such as "public group · 3 members · you: owner", as far as it is known. */
function describe({ kind, visibility, role }, members, more) {
  const size = members && `${members.length}${more ? "+" : ""} ${members.length === 1 ? "member" : "members"}`;
  if (kind === "direct") return "Direct";
  return [[visibility, kind].filter(Boolean).join(" "), size, role && `you: ${role}`].filter(Boolean).join(" · ");
}
