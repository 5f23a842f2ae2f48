import { part, setText } from "./dom.js";

const NAMES = {
  closed: "",
  connecting: "Connecting…",
  connected: "Connected",
  offline: "Offline",
  refused: "Refused",
};

/** Why a connection ended for good, by close code (R12). */
const REFUSALS = {
  4400: "This page sent frames that the server could not read.",
  4401: "The server got no sign-in in time.",
  4402: "The server did not accept the sign-in.",
  4403: "The server does not let this user in.",
  4404: "The server does not know this tenant, or has suspended it.",
  4409: "This session goes on in another window.",
  4412: "The server speaks another version of the protocol.",
  4430: "The tenant has used up its quota of connections.",
};

/** The state of the connection: a lamp in the bar, and a notice over the chat while there is none. */
export function mountLink(store, chat) {
  const lamp = part("link-state");
  const notice = part("notice");
  const countdown = part("link-countdown");
  const button = part("retry-now");
  let ticking;
  button.addEventListener("click", () => chat.retryNow());

  function tick() {
    const seconds = Math.max(0, Math.ceil((store.link.retryAt - Date.now()) / 1_000));
    setText(countdown, store.link.name === "offline" ? `Next try in ${seconds} s.` : "");
    setText(part("link-detail"), store.link.name === "offline" ? `retry in ${seconds} s` : "");
  }

  store.subscribe(["link", "session"], () => {
    const { name, code, error, attempt } = store.link;
    clearInterval(ticking);
    lamp.hidden = !store.user;
    lamp.dataset.state = name;
    setText(part("link-text"), NAMES[name]);
    setText(countdown, "");
    setText(part("link-detail"), name === "connected" && store.roundTrip !== undefined ? `${store.roundTrip} ms` : "");
    const again = name === "connecting" && attempt > 0;
    notice.hidden = !(name === "offline" || name === "refused" || again);
    notice.dataset.state = name;
    button.disabled = again;
    if (name === "refused") {
      setText(part("notice-title"), "Refused.");
      setText(part("notice-text"), `${REFUSALS[code] ?? ""} ${error.message} (${error.details.reason ?? error.code})`);
    } else {
      setText(part("notice-title"), again ? "Reconnecting…" : "No connection.");
      setText(part("notice-text"), "What you write is kept and sent once the server is back.");
    }
    if (name !== "offline") return;
    tick();
    ticking = setInterval(tick, 500);
  });
}
