import { mountCalls } from "./call-view.js";
import { Chat } from "./chat.js";
import { mountComposer } from "./composer-view.js";
import { mountConversations } from "./conversations-view.js";
import { part } from "./dom.js";
import { mountHealth } from "./health-view.js";
import { icon } from "./icons.js";
import { mountInspector } from "./inspector-view.js";
import { mountLeave } from "./leave-view.js";
import { mountLink } from "./link-view.js";
import { mountMembers } from "./members-view.js";
import { mountMessages } from "./messages-view.js";
import { mountNewConversation } from "./new-conversation-view.js";
import { mountPanels } from "./panels.js";
import { mountShortcuts } from "./shortcuts.js";
import { mountSignIn } from "./signin-view.js";
import { mountStaying } from "./staying.js";
import { mountStatus } from "./status-view.js";
import { Store } from "./store.js";
import { mountTheme } from "./theme.js";
import { mountThreadHead } from "./thread-head-view.js";
import { mountUploads } from "./uploads-view.js";
import { mountWire } from "./wire-view.js";

const store = new Store();
const chat = new Chat(store);

for (const element of document.querySelectorAll("[data-icon]")) element.prepend(icon(element.dataset.icon));
mountTheme();
mountSignIn(store, chat);
mountWire(store, chat);
mountLink(store, chat);
mountConversations(store, chat);
mountNewConversation(store, chat);
mountThreadHead(store, chat);
mountMembers(store, chat);
mountLeave(store, chat);
mountStatus(store, chat);
mountCalls(store, chat);
mountUploads(store, chat);
mountStaying(store);
mountComposer(store, chat, mountMessages(store, chat));
mountInspector(store, chat);
mountHealth(store);
mountShortcuts(mountPanels(store));

// The address says who is signed in here, by which wire, and what is open: a reload or a copied address shows the same.
function wanted() {
  try {
    return decodeURIComponent(location.hash.slice(1)) || undefined;
  } catch {
    return undefined; // typed by hand, and nothing that this page writes
  }
}

function follow() {
  if (!store.user || wanted() === store.openId) return;
  if (wanted() === undefined) chat.close();
  else chat.open(wanted());
}

let user;
store.subscribe(["session"], () => {
  part("shell").hidden = part("panel-toggles").hidden = !store.user;
  if (user === store.user) return;
  user = store.user;
  const address = new URL(location.href);
  address.searchParams.delete("user");
  if (user) address.searchParams.set("user", user.userId);
  else address.hash = "";
  history.replaceState(null, "", address);
  if (user) sessionStorage.setItem("user", JSON.stringify(user));
  else sessionStorage.removeItem("user");
  follow();
});

let open;
store.subscribe(["open"], () => {
  document.body.dataset.pane = store.openId === undefined ? "list" : "chat";
  if (open === store.openId) return;
  open = store.openId;
  const address = new URL(location.href);
  address.hash = open === undefined ? "" : encodeURIComponent(open);
  if (address.href !== location.href) history.pushState(null, "", address);
});
addEventListener("hashchange", follow);
addEventListener("popstate", follow);

store.subscribe(["conversations"], () => {
  const unseen = [...store.conversations.values()].filter((conversation) => conversation.unseen).length;
  document.title = unseen > 0 ? `(${unseen}) CAAS` : "CAAS";
});

// A window opened as somebody; one that was signed in before its reload keeps the name, too.
const remembered = JSON.parse(sessionStorage.getItem("user") ?? "null");
const userId = new URL(location.href).searchParams.get("user") ?? remembered?.userId;
if (userId) chat.signIn(remembered?.userId === userId ? remembered : { userId });
