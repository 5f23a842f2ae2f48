import { part, setText } from "./dom.js";

/** The form that makes the visitor any user, and the way back to it. */
export function mountSignIn(store, chat) {
  const view = part("signin");
  const form = part("signin-form");
  const problem = part("signin-error");
  const button = part("signin-submit");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    await chat.signIn({ userId: form.elements.user.value.trim(), name: form.elements.name.value.trim() || undefined });
    button.disabled = false;
  });
  part("sign-out").addEventListener("click", () => {
    part("menu").hidePopover();
    chat.signOut();
  });

  store.subscribe(["session"], () => {
    const signedOut = !store.user;
    if (view.hidden && signedOut) queueMicrotask(() => form.elements.user.focus());
    view.hidden = !signedOut;
    problem.hidden = !store.signInError;
    setText(problem, store.signInError ?? "");
    part("me").hidden = signedOut;
    setText(part("me-id"), store.user?.userId ?? "");
    setText(part("me-name"), store.user ? store.user.name || store.user.userId : "");
  });
}
