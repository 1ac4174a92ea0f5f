// The list: people, groups and channels, with a filter once there are many.

import { avatar, clock, day, el, icon, iconButton, nameOf } from "./dom.js";
import { preview, service } from "./service.js";

const MANY = 8;

export class Sidebar {
  constructor(node, store, { onOpen, onAddPerson, onAddGroup }) {
    this.store = store;
    this.onOpen = onOpen;
    this.rows = new Map();
    this.wanted = "";
    this.search = el("input", { type: "search", id: "filter", placeholder: "Find a person or group", "aria-label": "Find a person or group", autocomplete: "off" });
    this.search.addEventListener("input", () => {
      this.wanted = this.search.value.trim().toLowerCase();
      this.draw();
    });
    this.filter = el("div", { class: "filter", hidden: true }, icon("search"), this.search);
    this.people = this.section("People", iconButton("plus", "Add a person", onAddPerson));
    this.groups = this.section("Groups and channels", iconButton("plus", "Add a group or channel", onAddGroup));
    this.nothing = el("p", { class: "faint nothing", hidden: true }, "Nobody of that name.");
    node.append(this.filter, el("div", { class: "lists" }, this.people.node, this.groups.node, this.nothing));
    node.addEventListener("keydown", (event) => this.walk(event));
  }

  section(title, button) {
    const count = el("span", { class: "faint" });
    const list = el("ul", { class: "chat-list", "aria-label": title });
    const node = el("section", {}, el("header", { class: "list-head" }, el("h2", {}, title, " ", count), button), list);
    return { node, list, count };
  }

  /** Draws at the next frame, however often it is asked. */
  draw() {
    if (this.planned) return;
    this.planned = requestAnimationFrame(() => {
      this.planned = null;
      this.now();
    });
  }

  now() {
    const people = this.store.list("people");
    const groups = this.store.list("groups");
    this.filter.hidden = people.length + groups.length <= MANY;
    const shown = this.fill(this.people, people) + this.fill(this.groups, groups);
    this.nothing.hidden = shown > 0 || !this.wanted;
  }

  fill(section, entries) {
    const matching = entries.filter(({ face }) => this.matches(face));
    section.count.textContent = entries.length || "";
    const nodes = matching.map((entry) => this.row(entry));
    // Moving a focused row would take the focus from it, so only what differs is moved.
    nodes.forEach((node, index) => section.list.children[index] !== node && section.list.insertBefore(node, section.list.children[index] ?? null));
    while (section.list.children.length > nodes.length) section.list.lastChild.remove();
    return nodes.length;
  }

  matches(face) {
    return !this.wanted || `${nameOf(face)} @${face.username ?? ""} ${face.id}`.toLowerCase().includes(this.wanted);
  }

  row(entry) {
    const key = JSON.stringify([entry, this.store.unread.get(entry.id), this.store.openChat === entry.id]);
    const known = this.rows.get(entry.id);
    if (known?.key === key) return known.node;
    const node = known?.node ?? el("li");
    const hadFocus = node.contains(document.activeElement);
    node.replaceChildren(this.button(entry));
    if (hadFocus) node.firstChild.focus();
    this.rows.set(entry.id, { key, node });
    return node;
  }

  button({ id, face, last }) {
    const unread = this.store.unread.get(id) ?? 0;
    const isOpen = this.store.openChat === id;
    return el("button", { type: "button", class: "chat-row", "data-chat": id, "aria-current": isOpen ? "true" : null, onclick: () => this.onOpen(id) },
      avatar(face),
      el("span", { class: "row-text" },
        el("span", { class: "row-line" }, el("span", { class: "row-name" }, nameOf(face)), ...this.badges(face), el("time", { class: "faint" }, last ? shortTime(last.date) : "")),
        el("span", { class: "row-line" }, el("span", { class: "row-preview" }, this.lastLine(id, last)),
          unread ? el("span", { class: "unread", "aria-label": `${unread} unread` }, unread > 99 ? "99+" : String(unread)) : null)));
  }

  badges(face) {
    const marks = [];
    if (face.is_admin) marks.push(el("span", { class: "badge" }, "admin"));
    if (face.is_premium) marks.push(el("span", { class: "badge star", title: "Premium" }, "★"));
    if (face.has_blocked) marks.push(el("span", { class: "badge blocked", title: "Has blocked the bot" }, "blocked"));
    if (face.type === "channel") marks.push(el("span", { class: "badge" }, "channel"));
    return marks;
  }

  lastLine(id, last) {
    if (!last) return this.store.isPrivate(id) ? "Has not started the bot" : "No messages yet";
    if (service(last)) return service(last);
    const own = this.store.isPrivate(id) ? this.store.isOwn(id, last) && "You: " : last.from && `${last.from.first_name}: `;
    return `${own || ""}${preview(last)}`;
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const rows = [...this.people.list.children, ...this.groups.list.children].map((row) => row.firstChild);
    const next = rows[rows.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

const shortTime = (seconds) => (day(seconds) === "Today" ? clock(seconds) : new Date(seconds * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short" }));
