// The page: loads the state, follows the live line, and joins list and conversation.

import { get } from "./api.js";
import { Actions } from "./actions.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { el, nameOf, safeAddress } from "./dom.js";
import { live } from "./live.js";
import { menu, orSay } from "./overlays.js";
import { addGroup, addPerson } from "./people.js";
import { preview, service } from "./service.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { Thread } from "./thread.js";

const NEWEST = 1000;
const BURST_MS = 40;
const TICK_MS = 1000;

class Page {
  constructor() {
    this.store = new Store();
    this.actions = new Actions(this.store, this);
    this.thread = new Thread(this.store, bound(this.actions));
    this.composer = new Composer(this.store, {
      onSend: (chatId, parcel) => this.actions.send(chatId, parcel),
      onEdit: (message, text) => this.actions.edit(message, text),
      onEditLast: () => this.editLast(),
      onOpenApp: (button) => this.actions.openMiniApp(button),
    });
    this.app = document.getElementById("app");
    this.conversation = new Conversation(document.getElementById("conversation"), this.store, this.thread, this.composer, this.handlers());
    this.sidebar = new Sidebar(document.getElementById("sidebar"), this.store, {
      onOpen: (id) => this.show(id),
      onAddPerson: () => addPerson((person) => this.added(person, "putPerson")),
      onAddGroup: () => addGroup([...this.store.people.values()], (chat) => this.added(chat, "putChat")),
    });
  }

  handlers() {
    return {
      back: () => this.goBack(),
      start: () => this.actions.command("/start"),
      menu: (anchor) => menu(anchor, this.menuItems()),
      jump: (id) => this.actions.jump(id),
      replyButton: (spec) => this.actions.replyButton(spec),
      unblock: () => this.setBlocked(false),
      join: () => this.changeMembership("join"),
      persona: (id) => this.setPersona(id),
    };
  }

  async begin() {
    await this.refresh();
    setInterval(() => this.tick(), TICK_MS);
    addEventListener("popstate", () => this.followAddress());
    live((change) => this.changed(change), (isUp) => this.lineIs(isUp));
    this.followAddress();
  }

  // ---- loading

  async refresh() {
    const state = await orSay(() => get("/state"));
    if (!state) return;
    this.store.load(state);
    this.drawLinks();
    this.sidebar.draw();
  }

  /** The newest messages of a chat as they are now; those that are gone since are forgotten. */
  async load(chatId) {
    const { moment } = this.store;
    const answer = await orSay(() => get(`/chats/${chatId}/messages?last=${NEWEST}`));
    if (answer) this.store.merge(chatId, answer.messages, moment);
  }

  async loadDetail(chatId) {
    const me = this.store.me(chatId);
    const detail = await this.actions.detail(chatId);
    if (!detail || chatId !== this.chatId) return;
    this.store.putVotes(chatId, me, detail.votes ?? {});
    this.store.ordered(chatId).filter((message) => message.poll).forEach((message) => this.thread.put(message, false));
    this.store.putChat(detail);
    this.conversation.drawHead();
    this.store.detail = detail;
    for (const [id, byUser] of Object.entries(detail.reactions ?? {})) this.reactions(chatId, Number(id), byUser);
    this.store.putAction(chatId, detail.action);
    this.composer.setCommands(detail.commands ?? []);
    this.composer.setMenuButton(this.store.isPrivate(chatId) ? detail.menu_button : null);
    this.conversation.drawPin(pinnedId(detail));
    this.conversation.drawKeyboard();
    this.conversation.drawBar();
    this.conversation.drawAction();
  }

  // ---- which chat is open

  followAddress() {
    const id = Number(new URLSearchParams(location.search).get("chat"));
    if (this.store.face(id)) this.open(id);
    else this.leave();
  }

  show(chatId) {
    if (chatId !== this.chatId) history.pushState({}, "", `?chat=${chatId}`);
    this.open(chatId);
    if (matchMedia("(hover: hover)").matches) this.composer.text.focus();
  }

  async open(chatId) {
    this.chatId = chatId;
    this.store.openChat = chatId;
    this.store.detail = null;
    this.store.unread.delete(chatId);
    this.app.classList.add("in-chat");
    this.composer.setCommands([]);
    this.composer.setMenuButton(null);
    this.conversation.open(chatId);
    this.sidebar.draw();
    document.title = `${nameOf(this.store.face(chatId))} · Telegauge sandbox`;
    const drawn = this.store.thread(chatId).size;
    this.thread.list.ariaBusy = "true";
    await Promise.all([this.load(chatId), this.loadDetail(chatId)]);
    if (chatId !== this.chatId) return;
    if (this.store.thread(chatId).size !== drawn) this.thread.open(chatId, this.conversation.firstWords());
    this.conversation.drawKeyboard();
    if (this.store.detail) this.conversation.drawPin(pinnedId(this.store.detail));
    this.thread.list.ariaBusy = "false";
  }

  goBack() {
    history.pushState({}, "", location.pathname);
    this.leave();
  }

  leave() {
    const before = this.chatId;
    this.chatId = undefined;
    this.store.openChat = undefined;
    this.app.classList.remove("in-chat");
    this.conversation.blank();
    this.sidebar.draw();
    document.title = "Telegauge sandbox";
    document.querySelector(`[data-chat="${before}"]`)?.focus();
  }

  added(raw, put) {
    this.store[put](raw);
    this.sidebar.draw();
    this.show(Number(raw.id));
  }

  // ---- changes

  changed(change) {
    const chatId = Number(change.chat_id);
    if (change.type === "message" && change.deleted) this.gone(chatId, change.deleted);
    else if (change.type === "message") this.got(chatId, change.message);
    else if (change.type === "action") this.acted(chatId, change.action);
    else if (change.type === "reaction") this.reactions(chatId, change.message_id, change.reactions);
    else if (change.type === "person") this.met(change.person);
    else if (change.type === "chat") this.rearranged(chatId);
    else if (change.type === "links") this.linked(change.links);
  }

  got(chatId, message) {
    this.store.touch(chatId, message.message_id);
    const isNew = this.store.putMessage(chatId, message);
    if (message.from?.id === chatId) this.store.putPerson({ ...this.store.people.get(chatId), has_started: true });
    const fromBot = message.from?.is_bot || message.sender_chat;
    if (isNew && fromBot) this.store.putAction(chatId, "");
    if (chatId === this.chatId) this.draw(message, isNew);
    else if (isNew && fromBot) this.store.unread.set(chatId, (this.store.unread.get(chatId) ?? 0) + 1);
    this.sidebar.draw();
  }

  draw(message, isNew) {
    this.conversation.drawAction();
    this.thread.put(message, isNew);
    this.conversation.drawKeyboard();
    if (!isNew || this.store.isOwn(this.chatId, message)) return;
    const who = service(message) ? "" : `${nameOf(message.sender_chat ?? message.from)}: `;
    document.getElementById("announcer").textContent = `${who}${preview(message)}`;
  }

  gone(chatId, messageId) {
    this.store.touch(chatId, messageId);
    this.store.dropMessage(chatId, messageId);
    if (chatId === this.chatId) this.thread.remove(messageId);
    this.sidebar.draw();
  }

  acted(chatId, action) {
    this.store.putAction(chatId, action);
    if (chatId === this.chatId) this.conversation.drawAction();
  }

  reactions(chatId, messageId, byUser) {
    this.store.putReactions(chatId, messageId, byUser);
    const message = this.store.thread(chatId).get(messageId);
    if (message && chatId === this.chatId) this.thread.put(message, false);
  }

  reacted(chatId, messageId, user, emoji) {
    const before = this.store.reactions.get(`${chatId}:${messageId}`) ?? {};
    this.reactions(chatId, messageId, { ...before, [user]: emoji });
  }

  /** Members, menus and pins: read again, once for a burst of changes. */
  rearranged(chatId) {
    this.unknown ||= Boolean(chatId) && !this.store.face(chatId);
    clearTimeout(this.rearranging);
    this.rearranging = setTimeout(async () => {
      if (this.unknown) await this.refresh();
      this.unknown = false;
      if (this.chatId !== undefined) await this.loadDetail(this.chatId);
      this.sidebar.draw();
    }, BURST_MS);
  }

  met(person) {
    this.store.putPerson(person);
    if (person.id === this.chatId) this.conversation.drawBar();
    this.sidebar.draw();
  }

  lineIs(isUp) {
    const sign = document.getElementById("connection");
    sign.classList.toggle("lost", !isUp);
    sign.textContent = isUp ? "live" : "connection lost, trying again…";
    if (isUp && this.wasDown) this.comeBack();
    this.wasDown = !isUp;
  }

  async comeBack() {
    await this.refresh();
    if (this.store.face(this.chatId)) await this.open(this.chatId);
    else this.leave();
  }

  tick() {
    if (this.chatId !== undefined) this.conversation.drawAction();
  }

  // ---- the menu of a chat

  menuItems() {
    const face = this.store.face(this.chatId);
    if (this.store.isPrivate(this.chatId)) {
      if (!face.has_started) return [{ label: "Send /start", icon: "send", run: () => this.actions.command("/start") }];
      if (face.has_blocked) return [{ label: "Unblock the bot", icon: "check", run: () => this.setBlocked(false) }];
      return [{ label: "Block the bot", icon: "blocked", danger: true, run: () => this.setBlocked(true) }];
    }
    const isIn = this.store.inside(this.chatId).includes(this.store.me(this.chatId));
    const name = nameOf(this.store.people.get(this.store.me(this.chatId)));
    const own = isIn ? { label: `${name} leaves`, icon: "close", danger: true, run: () => this.changeMembership("leave") } : { label: `${name} joins`, icon: "plus", run: () => this.changeMembership("join") };
    const bot = face.has_bot === false ? { label: "Add the bot", icon: "plus", run: () => this.changeMembership("add_bot") } : { label: "Remove the bot", icon: "blocked", danger: true, run: () => this.changeMembership("remove_bot") };
    return [own, bot];
  }

  async setBlocked(wanted) {
    if ((await this.actions.person(wanted ? "block" : "unblock")) === undefined) return;
    this.met({ ...this.store.people.get(this.chatId), has_blocked: wanted });
    this.conversation.drawKeyboard();
  }

  async changeMembership(path) {
    if ((await this.actions.membership(path)) === undefined) return;
    this.rearranged(this.chatId);
  }

  setPersona(id) {
    this.store.personas.set(this.chatId, id);
    this.thread.open(this.chatId, this.conversation.firstWords());
    this.conversation.drawBar();
    this.loadDetail(this.chatId);
  }

  editLast() {
    const own = this.store.ordered(this.chatId).filter((message) => message.text && this.store.isOwn(this.chatId, message));
    if (own.length) this.composer.edit(own[own.length - 1]);
    return own.length > 0;
  }

  linked(links) {
    this.store.links = links;
    this.drawLinks();
  }

  drawLinks() {
    const links = this.store.links.map(({ title, url }) => {
      const address = safeAddress(url);
      return address && el("a", { href: address.href, target: "_blank", rel: "noopener noreferrer" }, title);
    });
    document.getElementById("links").replaceChildren(...links.filter(Boolean));
  }
}

// Actions are handed about as plain functions, so that each keeps its `this`.
function bound(actions) {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(actions)).filter((name) => name !== "constructor");
  return Object.fromEntries(names.map((name) => [name, actions[name].bind(actions)]));
}

function pinnedId(chat) {
  const pinned = chat.pinned_message?.message_id ?? chat.pinned ?? null;
  return Array.isArray(pinned) ? pinned[pinned.length - 1] : pinned;
}

new Page().begin();
