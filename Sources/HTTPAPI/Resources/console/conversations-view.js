import { avatar, h, part } from "./dom.js";
import { messageLine } from "./message-words.js";
import { withPresence } from "./presence-sign.js";
import { titleOf } from "./store.js";
import { briefTime, fullTime } from "./times.js";
import { WIRES } from "./wires.js";

/** Whom the page offers to be besides: the names of most examples. */
const OTHERS = ["alice", "bob", "carol"];

/** The list of conversations, newest first, and the ways to be somebody else. */
export function mountConversations(store, chat) {
  const list = part("conversation-list");
  const empty = part("conversations-empty");
  const links = part("open-as-links");
  const form = part("open-as-form");
  part("join-general").addEventListener("click", () => chat.open("general"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.open(addressAs(part("open-as-user").value.trim()), "_blank", "noopener");
    form.reset();
  });

  /** One stop for the Tab key; up and down, Home and End go through the list. */
  list.addEventListener("keydown", (event) => {
    const rows = [...list.querySelectorAll("button")];
    const now = rows.indexOf(document.activeElement);
    const place = { ArrowUp: now - 1, ArrowDown: now + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (now < 0 || place === undefined) return;
    event.preventDefault();
    const next = rows[Math.min(rows.length - 1, Math.max(0, place))];
    stop(rows, next);
    next.focus();
  });

  function stop(rows, chosen) {
    for (const row of rows) row.tabIndex = row === chosen ? 0 : -1;
  }

  /** The same conversation in a window of another user, by the same wire. */
  function addressAs(userId) {
    const wire = store.wire === Object.keys(WIRES)[0] ? "" : `&wire=${store.wire}`;
    const hash = store.openId === undefined ? "" : `#${encodeURIComponent(store.openId)}`;
    return `/?user=${encodeURIComponent(userId)}${wire}${hash}`;
  }
  store.subscribe(["wire"], () => {
    for (const link of links.children) link.href = addressAs(link.dataset.user);
  });

  function row(conversation) {
    const { conversationId, lastMessage, unseen } = conversation;
    const title = titleOf(conversation);
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: unseen ? "unseen-messages" : "",
          "aria-current": conversationId === store.openId ? "true" : undefined,
          data: { testid: "conversation", id: conversationId },
          onclick: () => chat.open(conversationId),
        },
        withPresence(avatar(conversation.kind === "direct" ? title : `#${title}`),
          store.presences.get(conversation.peerId)),
        h(
          "span",
          { class: "what" },
          h("span", { class: "title", dir: "auto" }, title),
          h("span", { class: "last", dir: "auto" }, summary(conversation)),
        ),
        h(
          "span",
          { class: "when" },
          lastMessage && timeOf(lastMessage),
          unseen &&
            h("span", { class: "dot", data: { testid: "new-dot" } }, h("span", { class: "unseen" }, "new messages")),
        ),
      ),
    );
  }

  function timeOf({ createdAt }) {
    const exact = { datetime: new Date(createdAt).toISOString(), title: fullTime(createdAt) };
    return h("time", exact, briefTime(createdAt));
  }

  function summary({ lastMessage, kind }) {
    if (!lastMessage) return "No messages yet";
    const me = store.user?.userId;
    const line = messageLine(lastMessage, me);
    if (lastMessage.deleted || lastMessage.type === "call") return line;
    if (lastMessage.senderId === me) return `You: ${line}`;
    return kind === "direct" ? line : `${lastMessage.senderId}: ${line}`;
  }

  store.subscribe(["conversations", "open", "session", "presence"], () => {
    const focused = document.activeElement?.closest?.('[data-testid="conversation"]')?.dataset.id;
    const sorted = [...store.conversations.values()].sort(
      (a, b) =>
        (b.lastMessage?.createdAt ?? 0) - (a.lastMessage?.createdAt ?? 0) || titleOf(a).localeCompare(titleOf(b)),
    );
    list.replaceChildren(...sorted.map(row));
    const rows = [...list.querySelectorAll("button")];
    const again = rows.find((row) => row.dataset.id === focused);
    stop(rows, again ?? rows.find((row) => row.dataset.id === store.openId) ?? rows[0]);
    again?.focus();
    list.hidden = sorted.length === 0;
    empty.hidden = !store.listed || sorted.length > 0;
    const others = OTHERS.filter((userId) => userId !== store.user?.userId).slice(0, 2);
    links.replaceChildren(
      ...others.map((userId) =>
        h(
          "a",
          { href: addressAs(userId), target: "_blank", rel: "noopener", data: { testid: "open-as", user: userId } },
          userId,
          h("span", { "aria-hidden": "true" }, " ↗"),
          h("span", { class: "unseen" }, " in a new window"),
        ),
      ),
    );
  });
}
