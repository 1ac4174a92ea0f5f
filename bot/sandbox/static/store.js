// What the page knows: people, chats, their messages, and who writes where.

import { nameOf } from "./dom.js";

const ACTION_MS = 5500;


export class Store {
  constructor() {
    this.bot = {};
    this.openChat = undefined; // the chat on the right
    this.detail = null; // that chat as its person sees it: commands, keyboard, pins
    this.links = [];
    this.people = new Map();
    this.chats = new Map();
    this.threads = new Map(); // chat → message id → message
    this.lasts = new Map(); // chat → newest message, for the list
    this.personas = new Map(); // group → person who writes there
    this.unread = new Map();
    this.actions = new Map();
    this.votes = new Map(); // chat:person → {message: chosen options}
    this.reactions = new Map(); // chat:message → user → emoji
    this.moment = 0;
    this.touched = new Map(); // chat:message → the moment it changed
  }

  load(state) {
    this.bot = state.bot ?? {};
    this.links = state.links ?? [];
    this.people = new Map(state.people.map((person) => [person.id, person]));
    this.chats.clear();
    this.lasts.clear();
    state.chats.forEach((raw) => this.putChat(raw));
  }

  putPerson(person) {
    this.people.set(person.id, person);
  }

  putChat(raw) {
    const members = new Map(raw.members.map(({ user, status }) => [user.id, status]));
    this.chats.set(raw.id, { ...raw, members });
    if (raw.last_message) this.remember(raw.id, raw.last_message);
  }

  /** The person or chat behind a chat id, for its name and avatar. */
  face(chatId) {
    return this.people.get(chatId) ?? this.chats.get(chatId);
  }

  isPrivate(chatId) {
    return this.people.has(chatId);
  }

  isChannel(chatId) {
    return this.chats.get(chatId)?.type === "channel";
  }

  /** The ids of those who are in a group now. */
  inside(chatId) {
    const all = this.chats.get(chatId)?.members ?? [];
    return [...all].filter(([id, status]) => this.people.has(id) && status !== "left" && status !== "kicked").map(([id]) => id);
  }

  /** The person this page writes as in a chat. */
  me(chatId) {
    if (this.isPrivate(chatId)) return chatId;
    const chosen = this.personas.get(chatId);
    return this.people.has(chosen) ? chosen : this.inside(chatId)[0] ?? [...this.people.keys()][0];
  }

  isOwn(chatId, message) {
    if (message.sender_chat || message.from?.is_bot) return false;
    return message.from?.id === this.me(chatId);
  }

  remember(chatId, message) {
    const last = this.lasts.get(chatId);
    if (!last || last.message_id <= message.message_id) this.lasts.set(chatId, message);
  }

  /** Notes that a message changed just now, so that an older answer does not undo it. */
  touch(chatId, messageId) {
    this.moment += 1;
    this.touched.set(`${chatId}:${messageId}`, this.moment);
  }

  /** Takes the newest messages as the server told them, which was asked at a moment in the past. */
  merge(chatId, messages, moment) {
    const isOlder = (id) => (this.touched.get(`${chatId}:${id}`) ?? 0) <= moment;
    const found = new Set(messages.map((message) => message.message_id));
    for (const id of this.thread(chatId).keys()) if (!found.has(id) && isOlder(id)) this.dropMessage(chatId, id);
    messages.filter((message) => isOlder(message.message_id)).forEach((message) => this.putMessage(chatId, message));
  }

  /** Puts or replaces a message; returns true when it was not known before. */
  putMessage(chatId, message) {
    const thread = this.thread(chatId);
    const isNew = !thread.has(message.message_id);
    thread.set(message.message_id, message);
    this.remember(chatId, message);
    return isNew;
  }

  dropMessage(chatId, messageId) {
    this.thread(chatId).delete(messageId);
    if (this.lasts.get(chatId)?.message_id !== messageId) return;
    const rest = this.ordered(chatId);
    if (rest.length) this.lasts.set(chatId, rest[rest.length - 1]);
    else this.lasts.delete(chatId);
  }

  thread(chatId) {
    if (!this.threads.has(chatId)) this.threads.set(chatId, new Map());
    return this.threads.get(chatId);
  }

  ordered(chatId) {
    return [...this.thread(chatId).values()].sort((a, b) => a.message_id - b.message_id);
  }

  putAction(chatId, action) {
    if (action) this.actions.set(chatId, { action, until: Date.now() + ACTION_MS });
    else this.actions.delete(chatId);
  }

  /** "typing" …, or "" when the bot does nothing that shows. */
  action(chatId) {
    const now = this.actions.get(chatId);
    return now && now.until > Date.now() ? now.action : "";
  }

  vote(chatId, message) {
    return this.votes.get(`${chatId}:${this.me(chatId)}`)?.[message.message_id] ?? null;
  }

  /** All that a person has voted in a chat: {message: chosen options}. */
  putVotes(chatId, personId, byMessage) {
    this.votes.set(`${chatId}:${personId}`, byMessage);
  }

  putVote(chatId, messageId, ids) {
    const mine = this.votes.get(`${chatId}:${this.me(chatId)}`) ?? {};
    this.putVotes(chatId, this.me(chatId), { ...mine, [messageId]: ids });
  }

  putReactions(chatId, messageId, byUser) {
    this.reactions.set(`${chatId}:${messageId}`, byUser);
  }

  /** The reactions below a message: {emoji, count, mine}. */
  reactionsOf(chatId, messageId) {
    const sums = new Map();
    for (const [user, emoji] of Object.entries(this.reactions.get(`${chatId}:${messageId}`) ?? {})) {
      for (const one of emoji) {
        const known = sums.get(one) ?? { emoji: one, count: 0, mine: false };
        sums.set(one, { ...known, count: known.count + 1, mine: known.mine || Number(user) === this.me(chatId) });
      }
    }
    return [...sums.values()];
  }

  byUsername(username) {
    const wanted = username.toLowerCase();
    return [...this.people.values(), ...this.chats.values()].find((who) => who.username?.toLowerCase() === wanted);
  }

  /** The chats of the list, newest first, then by name: {id, face, last}. */
  list(kind) {
    const ids = kind === "people" ? [...this.people.keys()] : [...this.chats.keys()].filter((id) => !this.people.has(id));
    const rows = ids.map((id) => ({ id, face: this.face(id), last: this.lasts.get(id) }));
    return rows.sort((a, b) => (b.last?.date ?? 0) - (a.last?.date ?? 0) || nameOf(a.face).localeCompare(nameOf(b.face)));
  }
}
