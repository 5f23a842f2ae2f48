import { attachmentNodes } from "./attachments-view.js";
import { callEntryText } from "./call-words.js";
import { avatar, h, part } from "./dom.js";
import { icon } from "./icons.js";
import { refusalText } from "./refusal.js";
import { clockTime, dayName, dayOf, fullTime } from "./times.js";

/** Messages of one person that follow each other within this time share a heading, in milliseconds. */
const GROUP_WITHIN = 5 * 60_000;

/**
 * Draws messages as rows, and keeps what belongs to a row alone: whether it is being edited or about to be deleted.
 */
export class MessageRows {
  #chat;
  #redraw;
  #online;
  #editing; // {key, draft, error, saving}
  #deleting; // {key, error}
  #signatures = new WeakMap();

  /** @param {() => boolean} online whether a change would reach the service now */
  constructor(chat, redraw, online) {
    this.#chat = chat;
    this.#redraw = redraw;
    this.#online = online;
  }

  /** Opens the editor of a message of one's own. */
  edit(message) {
    this.#deleting = undefined;
    this.#editing = { key: message.messageId, draft: message.content };
    this.#redraw();
    this.#focus(message.messageId, "edit-input");
  }

  draw = (item, previous, row) => {
    const editing = this.#editing?.key === item.key ? this.#editing : undefined;
    const deleting = this.#deleting?.key === item.key ? this.#deleting : undefined;
    const newDay = !previous || dayOf(previous.createdAt) !== dayOf(item.createdAt);
    const grouped =
      !newDay && previous.senderId === item.senderId && item.createdAt - previous.createdAt < GROUP_WITHIN;
    const signature = JSON.stringify([
      [item.editVersion, item.deleted, item.status, item.seq, newDay, grouped],
      [!!editing, editing?.saving, editing?.error, !!deleting, deleting?.error, item.mine && this.#online()],
    ]);
    if (row && this.#signatures.get(row) === signature) return row;
    const made = this.#make(item, { newDay, grouped, editing, deleting });
    this.#signatures.set(made, signature);
    return made;
  };

  /** A call is nobody's words: it stands in the middle. */
  #makeCall(item, newDay) {
    const about = { class: "row", data: { key: item.key, seq: item.seq } };
    const sign = icon(item.metadata?.callType === "video" ? "camera" : "phone");
    return h("li", about, newDay && h("p", { class: "day" }, h("span", {}, dayName(item.createdAt))),
      h("p", { class: "call-entry", data: { testid: "call-entry" } }, sign,
        h("span", {}, callEntryText(item, this.#chat.me)),
        h("time", { datetime: new Date(item.createdAt).toISOString(), title: fullTime(item.createdAt) },
          clockTime(item.createdAt))));
  }

  #make(item, { newDay, grouped, editing, deleting }) {
    if (item.type === "call" && !item.deleted) return this.#makeCall(item, newDay);
    const mine = item.mine ? " mine" : "";
    const state = item.deleted ? "deleted" : (item.status ?? "sent");
    return h(
      "li",
      {
        class: `row${mine}${grouped ? " grouped" : ""}`,
        data: { testid: "message", key: item.key, seq: item.seq ?? "", state },
      },
      newDay && h("p", { class: "day" }, h("span", {}, dayName(item.createdAt))),
      h(
        "article",
        {
          class: "message",
          "aria-label": `${item.mine ? "You" : item.senderId}, ${clockTime(item.createdAt)}`,
          tabindex: item.mine && "-1", // a touch focuses it, which shows its buttons on a narrow screen
        },
        !item.mine && (grouped ? h("span", { class: "avatar empty" }) : avatar(item.senderId)),
        h(
          "div",
          { class: "column" },
          !grouped && !item.mine && h("p", { class: "who" }, item.senderId),
          editing ? this.#editor(item, editing) : this.#bubble(item, state),
          item.status === "failed" && this.#failure(item),
          deleting && this.#confirmation(item, deleting),
        ),
        item.mine && state === "sent" && !editing && !deleting && this.#online() && this.#actions(item),
      ),
    );
  }

  #bubble(item, state) {
    const text = item.deleted
      ? h("p", { class: "text gone" }, "Message deleted")
      : item.content !== "" && h("p", { class: "text", dir: "auto", data: { testid: "message-text" } }, item.content);
    const attachments = item.deleted ? [] : (item.attachments ?? []);
    const mark = { sending: "Sending…", sent: "✓ Sent", failed: "Not sent" }[state];
    return h(
      "div",
      { class: "bubble" },
      ...attachmentNodes(attachments, this.#chat.files),
      text,
      h(
        "p",
        { class: "foot" },
        !item.deleted && (item.editVersion ?? 1) > 1 && h("span", { data: { testid: "edited" } }, "edited"),
        h("time", { datetime: new Date(item.createdAt).toISOString(), title: fullTime(item.createdAt) },
          clockTime(item.createdAt)),
        item.mine && mark && h("span", { class: "mark", data: { testid: "delivery" } }, mark),
      ),
    );
  }

  #actions(item) {
    const short = (item.content || item.attachments?.[0]?.name || "").slice(0, 40);
    const button = { type: "button", class: "quiet" };
    const edit = { ...button, "aria-label": `Edit “${short}”`, data: { testid: "edit" } };
    const remove = { ...button, "aria-label": `Delete “${short}”`, data: { testid: "delete" } };
    const ask = () => {
      this.#editing = undefined;
      this.#deleting = { key: item.key };
      this.#redraw();
      this.#focus(item.key, "delete-confirm");
    };
    return h(
      "div",
      { class: "actions" },
      item.content !== "" && h("button", { ...edit, onclick: () => this.edit(item) }, "Edit"),
      h("button", { ...remove, onclick: ask }, "Delete"),
    );
  }

  #editor(item, editing) {
    const cancel = () => {
      this.#editing = undefined;
      this.#redraw();
      this.#focus(item.key, "edit");
    };
    const save = async (event) => {
      event?.preventDefault();
      const content = editing.draft.trim();
      if (content === "" || editing.saving) return;
      if (content === item.content) return cancel();
      Object.assign(editing, { saving: true, error: undefined });
      this.#redraw();
      try {
        await this.#chat.edit(item.messageId, content);
        if (this.#editing === editing) cancel();
      } catch (error) {
        Object.assign(editing, { saving: false, error: refusalText(error) });
        this.#redraw();
        this.#focus(item.key, "edit-input");
      }
    };
    const input = h("textarea", {
      rows: 1,
      "aria-label": "Edit your message",
      dir: "auto",
      data: { testid: "edit-input" },
      oninput: () => (editing.draft = input.value),
      onkeydown: (event) => {
        if (event.key === "Escape") cancel();
        else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save(event);
      },
    });
    input.value = editing.draft;
    return h(
      "form",
      { class: "editor", onsubmit: save },
      input,
      editing.error && h("p", { class: "problem", role: "alert" }, editing.error),
      h(
        "div",
        { class: "buttons" },
        h("button", { type: "submit", class: "primary small", data: { testid: "edit-save" } },
          editing.saving ? "Saving…" : "Save"),
        h("button", { type: "button", class: "small", onclick: cancel, data: { testid: "edit-cancel" } }, "Cancel"),
      ),
    );
  }

  #failure(item) {
    return h(
      "div",
      { class: "failure" },
      h("p", { class: "problem", role: "alert" }, item.error ? refusalText(item.error) : "Not sent."),
      h("button", {
        type: "button", class: "small", data: { testid: "retry" },
        onclick: () => this.#chat.send(item.content, item.clientId, item.attachments),
      }, "Try again"),
      h("button", {
        type: "button", class: "small", data: { testid: "discard" },
        onclick: () => this.#chat.discard(item.clientId),
      }, "Discard"),
    );
  }

  #confirmation(item, deleting) {
    const cancel = () => {
      this.#deleting = undefined;
      this.#redraw();
      this.#focus(item.key, "delete");
    };
    const remove = async () => {
      try {
        await this.#chat.remove(item.messageId);
        this.#deleting = undefined;
        this.#redraw();
      } catch (error) {
        deleting.error = refusalText(error);
        this.#redraw();
        this.#focus(item.key, "delete-confirm");
      }
    };
    return h(
      "div",
      { class: "failure", onkeydown: (event) => event.key === "Escape" && cancel() },
      h("p", { class: deleting.error ? "problem" : "question" }, deleting.error ?? "Delete it for everybody?"),
      h("button", { type: "button", class: "small danger", data: { testid: "delete-confirm" }, onclick: remove },
        "Delete"),
      h("button", { type: "button", class: "small", onclick: cancel }, "Keep"),
    );
  }

  #focus(key, testid) {
    const row = document.querySelector(`li[data-key="${CSS.escape(key)}"]`);
    const target = row && part(testid, row);
    target?.focus();
    if (testid === "edit-input") target?.setSelectionRange(target.value.length, target.value.length);
  }
}
