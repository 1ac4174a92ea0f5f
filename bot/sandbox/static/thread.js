// The messages of the open chat: order, dates, and staying where the reader is.

import { Bubble, serviceLine } from "./bubble.js";
import { avatar, day, el, iconButton } from "./dom.js";
import { service } from "./service.js";

const SHOWN_AT_ONCE = 120;
const DATES_MS = 1200;
const NEAR_BOTTOM = 48;
const SAME_BREATH = 300; // seconds within which one author's messages stand close together

const ACTIONS = {
  typing: "typing", upload_photo: "sending a photo", record_video: "recording a video", upload_video: "sending a video",
  record_voice: "recording a voice message", upload_voice: "sending a voice message", upload_document: "sending a file",
  choose_sticker: "choosing a sticker", find_location: "looking for a place", record_video_note: "recording a video",
  upload_video_note: "sending a video", upload_audio: "sending a sound",
};

/** "typing" for the action of the same name, in words. */
export const actionWords = (action) => ACTIONS[action] ?? "busy";

const authorOf = (message) => message.sender_chat?.id ?? message.from?.id ?? 0;

export class Thread {
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.drawn = new Map();
    this.missed = 0;
    this.stuck = true;
    this.list = el("ol", { class: "log", role: "log", "aria-live": "off", "aria-label": "Messages" });
    this.typing = el("div", { class: "typing", hidden: true });
    this.scroller = el("div", { class: "scroller", tabindex: "-1" }, this.list, this.typing);
    this.jumpButton = iconButton("down", "To the newest message", () => this.toBottom(true), { class: "round to-bottom", hidden: true });
    this.node = el("div", { class: "thread" }, this.scroller, this.jumpButton);
    this.watch();
  }

  watch() {
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    // The date keeps in sight while somebody scrolls, and then no longer covers the text.
    for (const kind of ["wheel", "touchmove", "keydown"]) this.scroller.addEventListener(kind, () => this.showDates(), { passive: true });
    // Pictures that arrive and a composer that grows change heights without any scroll.
    const keep = new ResizeObserver(() => this.stuck && this.toBottom(false));
    keep.observe(this.list);
    keep.observe(this.scroller);
  }

  showDates() {
    this.scroller.classList.add("scrolling");
    clearTimeout(this.calming);
    this.calming = setTimeout(() => this.scroller.classList.remove("scrolling"), DATES_MS);
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.stuck = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
    if (this.stuck) this.missed = 0;
    this.showJump();
  }

  showJump() {
    this.jumpButton.hidden = this.stuck;
    this.jumpButton.dataset.count = this.missed || "";
  }

  /** Draws a chat from the beginning; empty: what stands there before the first message. */
  open(chatId, empty) {
    this.chatId = chatId;
    this.isGroup = !this.store.isPrivate(chatId);
    this.missed = 0;
    this.drawn.clear();
    const all = this.store.ordered(chatId);
    this.first = all.length > SHOWN_AT_ONCE ? all[all.length - SHOWN_AT_ONCE].message_id : 0;
    this.empty = empty;
    this.redraw();
    this.toBottom(false);
  }

  redraw() {
    this.drawn.clear();
    this.list.replaceChildren();
    const all = this.store.ordered(this.chatId);
    if (all.some((message) => message.message_id < this.first)) this.list.append(this.earlierButton());
    if (!all.length && this.empty) this.list.append(el("li", { class: "empty-chat" }, this.empty));
    this.last = null;
    all.filter((message) => message.message_id >= this.first).forEach((message) => this.append(message));
  }

  earlierButton() {
    const show = () => {
      const older = this.store.ordered(this.chatId).filter((message) => message.message_id < this.first);
      this.first = older[Math.max(0, older.length - SHOWN_AT_ONCE)].message_id;
      const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop;
      this.redraw();
      this.scroller.scrollTop = this.scroller.scrollHeight - fromEnd;
    };
    return el("li", { class: "service" }, el("button", { type: "button", class: "plain", onclick: show }, "Show earlier messages"));
  }

  append(message) {
    const before = this.last;
    const newDay = !before || day(before.date) !== day(message.date);
    if (newDay) this.list.append(el("li", { class: "day" }, el("span", {}, day(message.date))));
    const line = service(message);
    const bubble = line ? null : new Bubble(message, this.store.isOwn(this.chatId, message), this.isGroup, this.actions);
    const node = bubble ? bubble.node : serviceLine(message);
    const close = before && !newDay && !service(before) && authorOf(before) === authorOf(message) && message.date - before.date < SAME_BREATH;
    node.classList.toggle("follows", Boolean(close));
    this.list.append(node);
    this.drawn.set(message.message_id, { node, bubble });
    this.last = message;
  }

  /** A message that is new or has changed. */
  put(message, isNew) {
    const known = this.drawn.get(message.message_id);
    if (known?.bubble) known.bubble.update(message);
    else if (!known && isNew) this.add(message);
    if (this.stuck) this.toBottom(false);
  }

  add(message) {
    this.list.querySelector(".empty-chat")?.remove();
    const isOwn = this.store.isOwn(this.chatId, message);
    if (isOwn) this.stuck = true;
    else if (!this.stuck) this.missed += 1;
    if (this.last && this.last.message_id > message.message_id) this.redraw();
    else this.append(message);
    this.showJump();
  }

  remove(messageId) {
    const known = this.drawn.get(messageId);
    if (!known) return;
    // The oldest goes with every new message of a full chat: too often to draw all again.
    const isOldest = this.drawn.size > 1 && this.drawn.keys().next().value === messageId;
    if (!isOldest) {
      this.redraw();
      return;
    }
    const heading = known.node.previousElementSibling;
    known.node.remove();
    this.drawn.delete(messageId);
    if (heading?.nextElementSibling?.classList.contains("day")) heading.remove();
  }

  /** Shows or hides what the bot is doing. */
  showAction(action) {
    this.typing.hidden = !action;
    if (!action || this.typing.dataset.action === action) return;
    this.typing.dataset.action = action;
    this.typing.replaceChildren(avatar(this.store.bot, "tiny"), el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), el("span", { class: "faint" }, actionWords(action)));
    if (this.stuck) this.toBottom(false);
  }

  toBottom(smooth) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    if (!smooth) this.stuck = true;
  }

  /** Brings a message into sight and marks it for a moment. */
  jump(messageId) {
    const known = this.drawn.get(messageId);
    if (!known) return false;
    known.node.scrollIntoView({ block: "center" });
    known.node.classList.remove("marked");
    requestAnimationFrame(() => known.node.classList.add("marked"));
    return true;
  }
}
