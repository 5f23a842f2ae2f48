import { h, part, setText } from "./dom.js";
import { MessageRows } from "./message-row.js";
import { messageLine } from "./message-words.js";
import { refusalText } from "./refusal.js";
import { rolesToInvite } from "./roles.js";
import { WindowedList } from "./windowed-list.js";

/** The messages of the open conversation, who is typing, and what to do when there is nothing to see. */
export function mountMessages(store, chat) {
  const scroller = part("messages");
  const list = scroller.querySelector("ol");
  const empty = part("thread-empty");
  const announcer = part("announcer");
  const typing = part("typing");
  const online = () => store.link.name === "connected";
  const rows = new MessageRows(chat, () => windowed.setItems(items()), online);
  const windowed = new WindowedList(scroller, list, rows.draw, () => chat.loadOlder());
  let shown;
  let announced = 0;

  function items() {
    const thread = store.openThread;
    if (!thread || thread.error) return [];
    const me = store.user?.userId;
    const item = (message, key) => ({ ...message, key, mine: message.senderId === me });
    const stored = thread.messages.map((message) => item(message, message.messageId));
    return stored.concat(thread.pending.map((message) => item(message, message.clientId)));
  }

  function draw() {
    const thread = store.openThread;
    const changedThread = shown !== store.openId;
    const sending = thread?.pending.length ?? 0;
    if (changedThread) {
      shown = store.openId;
      windowed.clear();
      announced = thread?.lastSeq ?? 0;
    }
    windowed.setItems(items());
    if (sending > draw.sending) windowed.scrollToEnd(); // what one has just written is always in sight
    draw.sending = sending;
    drawEmpty(thread);
    drawTyping(thread);
    announce(thread);
  }
  draw.sending = 0;

  function drawEmpty(thread) {
    const nothing = thread && (thread.error || (thread.loaded && thread.messages.length + thread.pending.length === 0));
    empty.hidden = !nothing;
    if (!nothing) return;
    const [title, text] = thread.error
      ? [refusalTitle(thread.error), refusalText(thread.error)]
      : ["No messages yet", "Write the first one, or open a window as somebody else to talk to."];
    const alone = !thread.error && store.members?.length === 1 && rolesToInvite(store.openConversation).length > 0;
    const members = () => part("members-open").click();
    const invite = h("button", { type: "button", class: "small", data: { testid: "invite-first" }, onclick: members },
      "Invite somebody");
    empty.replaceChildren(h("h3", {}, title), h("p", {}, text), ...(alone ? [invite] : []));
  }

  function drawTyping(thread) {
    const now = Date.now();
    const names = [...(thread?.typing ?? [])].filter(([, until]) => until > now).map(([userId]) => userId);
    const verb = names.length === 1 ? "is" : "are";
    const who = names.length > 3 ? "Several people" : new Intl.ListFormat("en").format(names);
    setText(typing, names.length === 0 ? "" : `${who} ${verb} typing…`);
  }

  /** The list itself is no live region: scrolling draws rows, and a screen reader would read them all. */
  function announce(thread) {
    const last = thread?.messages.at(-1);
    if (!last || last.seq <= announced) return;
    const me = store.user?.userId;
    if (announced > 0 && last.senderId !== me) setText(announcer, `${last.senderId}: ${messageLine(last, me)}`);
    announced = last.seq;
  }

  chat.firstVisibleSeq = () => windowed.firstVisible?.seq;
  store.subscribe(["open", "thread", "session", "members", "link"], draw);
  return {
    /** Opens the editor of the last message of one's own; false if there is none, or no connection. */
    editLast() {
      if (!online()) return false;
      const last = items().findLast(
        (message) => message.mine && message.messageId && !message.deleted && message.content,
      );
      if (last) rows.edit(last);
      return !!last;
    },
  };
}

function refusalTitle({ code }) {
  if (code === "NOT_MEMBER") return "You are not a member";
  if (code === "NOT_FOUND") return "There is no such conversation";
  return "This conversation cannot be opened";
}
