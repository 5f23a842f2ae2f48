import { goesOn, otherCall } from "./call.js";
import { clockOf, endingText } from "./call-words.js";
import { avatar, h, part, setText } from "./dom.js";
import { icon } from "./icons.js";
import { quietly } from "./quietly.js";
import { refusalText } from "./refusal.js";
import { Ring } from "./ring.js";

/** What stands beside the other's name in each phase. */
const PHASES = {
  asking: "Asking for your devices…",
  answering: "Asking for your devices…",
  connecting: "Connecting…",
  repairing: "Looking for another way…",
  waiting: "Lost their connection; they may come back.",
  ending: "Ending…",
};

/** Calls: the buttons that begin one, the dialog of one that rings here, and the stage while one goes on. */
export function mountCalls(store, chat) {
  const stage = part("call");
  const remote = part("remote-video");
  const local = part("local-video");
  const mute = part("call-mute");
  const camera = part("call-camera");
  const dialog = part("incoming");
  const ring = new Ring();
  let ticking;
  let shown;

  for (const [name, type] of [["call-audio", "audio"], ["call-video", "video"]]) {
    part(name).addEventListener("click", () => chat.calls.start(store.openConversation.peerId, type));
  }
  mute.addEventListener("click", () => chat.calls.devices.mute(store.call.microphone));
  camera.addEventListener("click", () => chat.calls.devices.showCamera(!store.call.camera));
  part("call-end").addEventListener("click", () => chat.calls.hangUp());
  part("call-close").addEventListener("click", () => chat.calls.dismiss());
  part("call-again").addEventListener("click", () => chat.calls.start(store.call.peerId, store.call.type));
  part("call-instead").addEventListener("click", () => chat.calls.startInstead());
  part("call-sound-only").addEventListener("click", () => chat.calls.start(store.call.peerId, "audio"));
  part("accept").addEventListener("click", () => chat.calls.accept());
  part("accept-audio").addEventListener("click", () => chat.calls.accept("audio"));
  part("decline").addEventListener("click", () => quietly(chat.calls.decline()));
  part("waiting-answer").addEventListener("click", () => quietly(chat.calls.waiting.answer()));
  part("waiting-reject").addEventListener("click", () => quietly(chat.calls.waiting.reject()));
  // Ringing is ended by a decision; a browser that is asked again closes all the same.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => drawIncoming(store.call));

  store.subscribe(["call", "open", "conversations", "link", "session"], () => {
    const { call, openConversation, link } = store;
    const busy = goesOn(call);
    for (const name of ["call-audio", "call-video"]) {
      part(name).hidden = openConversation?.kind !== "direct" || !openConversation.peerId;
      part(name).disabled = busy || link.name !== "connected";
    }
    drawIncoming(call);
    drawStage(call);
    drawWaiting(store.waiting, call);
    const wasBusy = shown && shown.phase !== "ended";
    // The button that had the focus has gone with its part.
    if (wasBusy && !busy && !stage.hidden && document.activeElement === document.body) part("call-close").focus();
    shown = call && { phase: call.phase };
  });

  function drawIncoming(call) {
    const rings = call?.phase === "incoming";
    document.body.classList.toggle("ringing", rings);
    if (rings) ring.start();
    else ring.stop();
    if (!rings) return dialog.close();
    const who = call.name ?? call.peerId;
    setText(part("incoming-title"), `${who} is calling`);
    setText(part("incoming-text"), call.type === "video" ? "A video call" : "A call with sound");
    part("accept-audio").hidden = call.type !== "video";
    const problem = part("incoming-problem");
    problem.hidden = !call.problem;
    setText(problem, call.problem ?? "");
    const sign = part("incoming-sign");
    if (sign.dataset.user !== call.peerId) sign.replaceChildren(avatar(call.peerId));
    sign.dataset.user = call.peerId;
    if (!dialog.open) dialog.showModal();
  }

  /**
   * In the stage of the present call; while that one rings too, its dialog is in front of everything.
   * Whoever is just being called here, too, does not wait: the two calls are about to be one.
   */
  function drawWaiting(call, present) {
    const waits = call !== undefined && !(present?.phase === "asking" && present.peerId === call.peerId);
    part("waiting").hidden = !waits;
    if (!waits) return setText(part("waiting-title"), "");
    setText(part("waiting-title"), `${call.name ?? call.peerId} is calling too`);
    setText(part("waiting-text"), call.type === "video" ? "A video call" : "A call with sound");
  }

  function drawStage(call) {
    const visible = call !== undefined && call.phase !== "incoming";
    stage.hidden = !visible;
    clearInterval(ticking);
    watch(remote, call?.peer?.remote);
    watch(local, call?.local);
    if (!visible) return;
    const { phase, peerId, type, problem } = call;
    stage.dataset.phase = phase;
    const live = phase !== "ended" && phase !== "ending";
    const pictures = call.peer?.remote.getVideoTracks().some((track) => !track.muted) && call.theirCamera !== false;
    stage.dataset.pictures = !!pictures && live;
    remote.hidden = !pictures || !live;
    local.hidden = !live || !call.camera || !call.local?.getVideoTracks().length;
    setText(part("call-title"), call.name ?? peerId);
    tick(call);
    if (phase === "connected") ticking = setInterval(() => tick(call), 1_000);
    const problemPart = part("call-problem");
    const problemText = problem ?? (call.error ? refusalText(call.error) : "");
    problemPart.hidden = problemText === "";
    setText(problemPart, problemText);
    const sign = part("call-sign");
    if (sign.dataset.user !== peerId) sign.replaceChildren(avatar(peerId));
    sign.dataset.user = peerId;
    sign.hidden = !!pictures || !live;
    const talks = live && !!call.peer;
    mute.hidden = camera.hidden = !talks;
    toggle(mute, !call.microphone, call.microphone ? "microphone" : "muted", "Mute");
    toggle(camera, !call.camera, call.camera ? "camera" : "camera-off", "Camera off");
    part("call-end").hidden = !live;
    const over = !live && phase !== "ending";
    const isRefused = over && otherCall(call) !== undefined;
    part("call-close").hidden = !over;
    part("call-again").hidden = !over || isRefused;
    part("call-instead").hidden = !isRefused;
    part("call-sound-only").hidden = live || call.reason !== "devices" || type !== "video";
    setText(part("call-theirs"), live && call.theirMicrophone === false ? "Their microphone is off." : "");
  }

  function tick(call) {
    setText(part("call-state"), stateText(call));
  }

  function stateText(call) {
    if (call.phase === "ended" && !call.callId) return "The call did not begin.";
    if (call.phase === "ended") return endingText(call, store.user?.userId);
    if (call.phase === "ringing") return call.isRinging ? "Ringing…" : "Calling…";
    if (call.phase === "connected") return clockOf(Date.now() - call.since);
    return PHASES[call.phase];
  }
}

/** Shows a stream, or nothing; setting the same one again would begin it anew. */
function watch(video, stream) {
  if (video.srcObject === (stream ?? null)) return;
  video.srcObject = stream ?? null;
  // Where the browser does not let it begin, it begins with the next touch of the controls.
  if (stream) video.play().catch(() => {});
}

function toggle(button, pressed, sign, title) {
  button.setAttribute("aria-pressed", pressed);
  if (button.dataset.sign === sign) return;
  button.dataset.sign = sign;
  button.title = title;
  button.replaceChildren(icon(sign), h("span", { class: "unseen" }, title));
}
