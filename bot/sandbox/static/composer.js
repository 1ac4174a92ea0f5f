// Where the person writes: text, files, the command menu, answers and edits.

import { el, icon, iconButton, nameOf } from "./dom.js";
import { appButton } from "./miniapp.js";
import { Suggestions } from "./suggestions.js";
import { preview } from "./service.js";
import { toast } from "./overlays.js";

const LONGEST = 4096;
const COUNT_FROM = 4000;
const BIGGEST_FILE = 20_000_000;
const HEIGHT_LIMIT = 180;

export class Composer {
  constructor(store, { onSend, onEdit, onEditLast, onOpenApp }) {
    this.store = store;
    this.onSend = onSend;
    this.onEdit = onEdit;
    this.onEditLast = onEditLast;
    this.onOpenApp = onOpenApp;
    this.drafts = new Map();
    this.files = [];
    this.build();
    this.listen();
  }

  build() {
    this.text = el("textarea", { id: "text", rows: "1", placeholder: "Message", "aria-label": "Message", "aria-describedby": "counter", autocomplete: "off", dir: "auto" });
    this.suggestions = new Suggestions(this.text, (command) => this.sendText(`/${command}`));
    this.picker = el("input", { type: "file", multiple: true, class: "unseen", tabindex: "-1", "aria-label": "Files to send" });
    this.menuButton = el("button", { type: "button", class: "round slash", "aria-label": "The bot's commands", title: "The bot's commands", "aria-expanded": "false", hidden: true }, "/");
    this.counter = el("span", { id: "counter", class: "counter", hidden: true });
    this.send = iconButton("send", "Send", null, { type: "submit", class: "round send", disabled: true });
    this.context = el("div", { class: "context", hidden: true });
    this.appSlot = el("span", { class: "app-button-slot", hidden: true });
    this.form = el("form", { class: "composer-form" }, this.appSlot, this.menuButton, iconButton("attach", "Attach a file", () => this.picker.click()),
      el("div", { class: "field" }, this.text, this.counter), this.send, this.picker);
    this.node = el("div", { class: "composer" }, this.suggestions.node, this.context, this.form);
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("paste", (event) => this.addFiles(event.clipboardData.files, event));
    this.picker.addEventListener("change", () => {
      this.addFiles(this.picker.files);
      this.picker.value = "";
    });
    this.menuButton.addEventListener("click", () => this.suggestions.toggleAll());
    this.suggestions.onchange = (isOpen) => this.menuButton.setAttribute("aria-expanded", String(isOpen));
  }

  key(event) {
    if (event.isComposing || this.suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && (this.editing || this.answering || this.files.length)) {
      this.clearContext();
    } else if (event.key === "ArrowUp" && !this.text.value && !this.editing) {
      if (this.onEditLast()) event.preventDefault();
    }
  }

  /** Turns to a chat, with the draft that was left there. */
  open(chatId) {
    if (this.chatId === chatId) return;
    if (this.chatId !== undefined) this.drafts.set(this.chatId, this.editing ? "" : this.text.value);
    this.chatId = chatId;
    this.clearContext(false);
    this.setText(this.drafts.get(chatId) ?? "");
  }

  setCommands(commands) {
    this.menuButton.hidden = !commands.length;
    this.suggestions.commands = commands;
    this.suggestions.update();
  }

  /** The bot's menu button; unless it opens a Mini App, the commands' own is all there is. */
  setMenuButton(button) {
    const isApp = button?.type === "web_app";
    this.appSlot.hidden = !isApp;
    this.appSlot.replaceChildren(...(isApp ? [appButton(button.text, () => this.onOpenApp(button))] : []));
  }

  setText(value) {
    this.text.value = value;
    this.changed();
  }

  changed() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, HEIGHT_LIMIT)}px`;
    const length = this.text.value.length;
    this.counter.hidden = length <= COUNT_FROM;
    this.counter.textContent = `${length} / ${LONGEST}`;
    this.counter.classList.toggle("over", length > LONGEST);
    this.send.disabled = !this.text.value.trim() && !this.files.length;
    this.suggestions.update();
  }

  // ---- what the message belongs to: an answer, an edit, files

  answer(message) {
    this.clearContext(false);
    this.answering = message;
    this.showContext("reply", nameOf(message.sender_chat ?? message.from), preview(message));
  }

  edit(message) {
    this.clearContext(false);
    this.editing = message;
    this.kept = this.text.value;
    this.setText(message.text ?? message.caption ?? "");
    this.showContext("check", "Edit the message", preview(message));
  }

  addFiles(list, event) {
    const files = [...(list ?? [])];
    if (!files.length) return;
    event?.preventDefault();
    const [small, big] = [files.filter((file) => file.size <= BIGGEST_FILE), files.filter((file) => file.size > BIGGEST_FILE)];
    big.forEach((file) => toast(`${file.name} is larger than 20 MB.`, "error"));
    this.files.push(...small);
    if (!this.files.length) return;
    this.showContext("attach", this.files.length === 1 ? "File to send" : `${this.files.length} files to send`, this.files.map((file) => file.name).join(", "));
    this.changed();
  }

  showContext(kind, title, line) {
    this.context.replaceChildren(icon(kind), el("span", { class: "context-text" }, el("strong", {}, title), el("span", { class: "clip-text faint" }, line)),
      iconButton("close", "Cancel", () => this.clearContext(), { class: "round small" }));
    this.context.hidden = false;
    this.text.focus();
  }

  clearContext(focus = true) {
    if (this.editing) this.setText(this.kept ?? "");
    [this.editing, this.answering, this.files] = [null, null, []];
    this.context.hidden = true;
    this.changed();
    if (focus) this.text.focus();
  }

  // ---- sending; what fails comes back into the field

  async submit() {
    const text = this.text.value.trim();
    if (!text && !this.files.length) return;
    if (text.length > LONGEST) {
      toast(`A message has at most ${LONGEST} characters; this one has ${text.length}.`, "error");
      return;
    }
    if (this.editing) await this.submitEdit(text);
    else await this.deliver({ text, files: this.files, answering: this.answering });
  }

  async submitEdit(text) {
    const message = this.editing;
    if (!text || !(await this.onEdit(message, text))) return;
    if (this.editing === message) this.clearContext();
  }

  sendText(text) {
    return this.deliver({ text, files: [], answering: null }, true);
  }

  async deliver(parcel, keepsField = false) {
    const chatId = this.chatId;
    if (!keepsField || this.text.value.startsWith("/")) {
      this.setText("");
      if (!keepsField) this.clearContext();
    }
    const left = await this.onSend(chatId, parcel);
    if (left) this.giveBack(chatId, left, keepsField);
  }

  giveBack(chatId, { text, files, answering }, wasTyped) {
    if (wasTyped && this.text.value) return;
    if (chatId !== this.chatId) {
      this.drafts.set(chatId, text);
      return;
    }
    this.setText([text, this.text.value].filter(Boolean).join("\n"));
    if (answering) this.answer(answering);
    if (files.length) this.addFiles(files);
  }
}
