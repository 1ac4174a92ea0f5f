// The right side: who it is, the pinned message, the messages, the keyboard, the composer.

import { avatar, el, iconButton, nameOf } from "./dom.js";
import { pinBar } from "./cards.js";
import { replyKeyboard } from "./keyboard.js";
import { preview } from "./service.js";
import { actionWords } from "./thread.js";

export class Conversation {
  constructor(node, store, thread, composer, handlers) {
    Object.assign(this, { node, store, thread, composer, handlers });
    this.head = el("header", { class: "chat-head" });
    this.pin = el("div", { class: "pin-slot" });
    this.keys = el("div", { class: "keys-slot" });
    this.bar = el("div", { class: "bar-slot" });
    this.welcome = el("div", { class: "empty" }, el("p", { class: "empty-title" }, "Nobody chosen"), el("p", {}, "Choose a person on the left; you then write to the bot as that person."));
    this.parts = [this.head, this.pin, thread.node, this.keys, this.bar, composer.node];
    this.node.append(this.welcome, ...this.parts);
    this.blank();
  }

  blank() {
    this.welcome.hidden = false;
    for (const part of this.parts) part.hidden = true;
  }

  open(chatId) {
    this.chatId = chatId;
    this.welcome.hidden = true;
    for (const part of this.parts) part.hidden = false;
    this.drawHead();
    this.drawPin(null);
    this.drawKeyboard();
    this.drawBar();
    this.composer.open(chatId);
    this.thread.open(chatId, this.firstWords());
    this.drawAction();
  }

  firstWords() {
    const { bot } = this.store;
    if (!this.store.isPrivate(this.chatId)) return el("p", { class: "faint" }, "No messages yet");
    const start = el("button", { type: "button", class: "primary start", onclick: () => this.handlers.start() }, "Start");
    return el("div", { class: "start-card" }, avatar(bot, "large"), el("h2", {}, nameOf(bot)), bot.username ? el("p", { class: "faint" }, `@${bot.username}`) : null,
      el("p", { class: "wrap" }, this.store.bot.description || "Press Start to say /start to the bot."), start);
  }

  drawHead() {
    const face = this.store.face(this.chatId);
    this.status = el("p", { class: "status faint" });
    const more = iconButton("more", "More", () => this.handlers.menu(more), { "aria-haspopup": "menu" });
    this.head.replaceChildren(iconButton("back", "Back to the list", () => this.handlers.back(), { class: "round back" }), avatar(face),
      el("div", { class: "head-text" }, el("h2", {}, nameOf(face)), this.status), more);
    this.drawStatus();
  }

  drawStatus() {
    const action = this.store.action(this.chatId);
    this.status.classList.toggle("active", Boolean(action));
    this.status.textContent = action ? `${nameOf(this.store.bot)} is ${actionWords(action)}…` : this.calmStatus();
  }

  calmStatus() {
    const face = this.store.face(this.chatId);
    if (this.store.isPrivate(this.chatId)) {
      const name = face.username ? `@${face.username} · ` : "";
      return `${name}with ${nameOf(this.store.bot)}`;
    }
    const count = this.store.inside(this.chatId).length;
    const who = this.store.isChannel(this.chatId) ? (count === 1 ? "subscriber" : "subscribers") : count === 1 ? "member" : "members";
    return `${face.type} · ${count} ${who}${face.has_bot === false ? " · the bot is not in it" : ""}`;
  }

  drawAction() {
    this.drawStatus();
    this.thread.showAction(this.store.action(this.chatId));
  }

  /** The newest pinned message, given as a message id. */
  drawPin(messageId) {
    const message = messageId && this.store.thread(this.chatId).get(messageId);
    this.pin.replaceChildren(...(message ? [pinBar(preview(message), () => this.handlers.jump(messageId))] : []));
  }

  drawKeyboard() {
    const known = this.store.detail?.keyboard;
    const markup = known?.keyboard ? known : null;
    const key = JSON.stringify([this.chatId, markup]);
    if (this.keyboardKey !== key) {
      this.keyboardKey = key;
      this.usedUp = false;
      this.keys.replaceChildren(...(markup ? [replyKeyboard(markup, (spec) => this.useKey(markup, spec))] : []));
    }
    this.keys.hidden = !markup || this.usedUp || this.isShut();
    this.composer.text.placeholder = markup?.input_field_placeholder ?? (this.store.isChannel(this.chatId) ? "Post in the channel" : "Message");
  }

  async useKey(markup, spec) {
    await this.handlers.replyButton(spec);
    if (!markup.one_time_keyboard) return;
    this.usedUp = true;
    this.keys.hidden = true;
  }

  // ---- instead of the composer, or above it

  isShut() {
    const face = this.store.face(this.chatId);
    if (this.store.isPrivate(this.chatId)) return face.has_blocked;
    return !this.store.isChannel(this.chatId) && !this.store.inside(this.chatId).includes(this.store.me(this.chatId));
  }

  drawBar() {
    const shut = this.isShut();
    const parts = [];
    if (!this.store.isPrivate(this.chatId) && !this.store.isChannel(this.chatId)) parts.push(this.personaPicker());
    if (shut) parts.push(this.store.isPrivate(this.chatId) ? this.wide("Unblock the bot", "unblock") : this.wide("Join the group", "join"));
    this.bar.replaceChildren(...parts);
    this.composer.node.hidden = shut;
    this.keys.hidden ||= shut;
  }

  wide(label, name) {
    return el("button", { type: "button", class: "plain wide", onclick: () => this.handlers[name]() }, label);
  }

  personaPicker() {
    const inside = new Set(this.store.inside(this.chatId));
    const me = this.store.me(this.chatId);
    const people = [...this.store.people.values()].sort((a, b) => inside.has(b.id) - inside.has(a.id));
    const options = people.map((person) => el("option", { value: person.id, selected: person.id === me }, `${nameOf(person)}${inside.has(person.id) ? "" : " (not in the group)"}`));
    const select = el("select", { class: "persona", onchange: () => this.handlers.persona(Number(select.value)) }, options);
    return el("label", { class: "persona-line" }, el("span", { class: "faint" }, "Writing as"), select);
  }
}
