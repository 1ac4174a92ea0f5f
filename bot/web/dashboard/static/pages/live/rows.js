// The facts as rows, the newest on top, two hundred at most; each opens to all its fields.
//
//   const rows = new Rows(view);  rows.node;  rows.add(facts);  rows.forget();  rows.clear()

import { el, fill, once, write } from "../../dom.js";
import { ago, clock, moment, plainText } from "../../values.js";
import { deed, tone, wordOf } from "./kinds.js";

const MOST = 200;
const MOST_NAMES = 500;
const TICK_MS = 5000;
const WHO = ["user_id", "chat_id", "username", "name"];
const LONGEST = 600;

export class Rows {
  constructor(view) {
    this.waiting = [];
    this.times = [];
    this.names = new Map();
    this.list = el("ol", { class: "list facts-list", "aria-label": "Facts, the newest first" });
    this.nothing = el("p", { class: "nothing" }, "Nothing yet: facts stand here as they happen.");
    this.node = el("div", {}, this.list, this.nothing);
    this.plan = once(() => this.draw());
    const ticking = setInterval(() => this.tick(), TICK_MS);
    view.onLeave(() => clearInterval(ticking));
  }

  /** Facts, oldest first. */
  add(facts) {
    this.waiting.push(...facts);
    if (this.waiting.length > MOST) this.waiting.splice(0, this.waiting.length - MOST);
    this.plan();
  }

  /** Facts say who people are called only when they are seen. */
  learn({ user_id: id, name, username }) {
    const called = name || (username ? `@${username}` : "");
    if (!id || !called) return;
    this.names.delete(id);
    this.names.set(id, plainText(called));
    if (this.names.size > MOST_NAMES) this.names.delete(this.names.keys().next().value);
  }

  draw() {
    const rows = this.waiting.splice(0).reverse().map((fact) => this.row(fact));
    this.list.prepend(...rows.map((row) => row.node));
    this.times.unshift(...rows);
    for (const { node } of this.times.splice(MOST)) node.remove();
    this.nothing.hidden = this.times.length > 0;
  }

  row(fact) {
    const time = el("time", { class: "faint", datetime: fact.at, title: moment(fact.at) }, ago(fact.at));
    const who = this.who(fact);
    const fields = el("dl", { class: "facts" });
    const node = el("li", { class: "fact" }, el("details", { ontoggle: (event) => event.currentTarget.open && fill(fields, told(fact)) },
      el("summary", {}, el("span", { class: `pill ${tone(fact.kind)}` }, wordOf(fact.kind)),
        el("span", { class: "grow" }, who ? el("strong", {}, el("bdi", {}, who)) : null, who ? " " : "", el("bdi", {}, deed(fact))), time), fields));
    return { node, time, at: fact.at, isOfPeople: WHO.some((field) => fact[field] !== undefined && fact[field] !== null) };
  }

  who(fact) {
    if (fact.name) return plainText(fact.name);
    if (fact.username) return `@${plainText(fact.username)}`;
    if (!fact.user_id) return "";
    return this.names.get(fact.user_id) ?? `Person ${fact.user_id}`;
  }

  tick() {
    for (const { time, at } of this.times) write(time, ago(at));
  }

  /** Somebody is forgotten; the fact does not say who, so nobody's facts stay. */
  forget() {
    this.names.clear();
    this.waiting = this.waiting.filter((fact) => !WHO.some((field) => fact[field]));
    for (const row of this.times) if (row.isOfPeople) row.node.remove();
    this.times = this.times.filter((row) => !row.isOfPeople);
  }

  clear() {
    this.waiting = [];
    this.times = [];
    fill(this.list);
    this.nothing.hidden = false;
  }
}

/** All that the fact says. */
function told(fact) {
  return Object.entries(fact).filter(([, value]) => value !== null && value !== "").flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, el("bdi", {}, name === "at" ? `${clock(new Date(value))}, ${value}` : cut(value)))]);
}

function cut(value) {
  const text = String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
