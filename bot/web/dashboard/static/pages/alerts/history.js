// What fired before, the newest first, page by page; of one rule if somebody wants that.
//
//   const history = new History(view);  history.node;  history.merge(board);  history.names(rules)

import { isCancelled } from "../../ask.js";
import { button, choice, el, fill, mark, write } from "../../dom.js";
import { failure, say } from "../../states.js";
import { duration, moment, plainText } from "../../values.js";
import { drawTrace } from "./firing.js";
import { figure, TraceCard } from "./readings.js";
import { actor, severityPill } from "./words.js";

export const PAGE = 20;
const LARGE_PAGE = 100;
const MOST_PAGES = 10;

export class History {
  constructor(view) {
    this.view = view;
    this.known = new Map(); // by id
    this.rows = new Map();
    this.shown = PAGE;
    this.cursor = null;
    this.isBegun = false;
    this.list = el("ol", { class: "list tall past" });
    this.nothing = el("p", { class: "nothing small" }, "Nothing has fired yet.");
    this.trouble = el("div");
    this.more = button("Older", "down", () => this.older(), { class: "plain", hidden: true });
    this.filter = el("div");
    this.node = el("section", { class: "part", "aria-labelledby": "history-title" },
      el("header", { class: "part-head" }, el("h2", { id: "history-title" }, "What fired before"), this.filter),
      el("div", { class: "card" }, this.list, this.nothing, this.trouble, el("div", { class: "row-middle" }, this.more)));
    view.onLeave(() => this.rows.forEach((row) => row.leave()));
  }

  get rule() {
    return this.view.state.filters.rule ?? "";
  }

  /** The rules that can be chosen: those there are, and those that fired. */
  names(rules) {
    const names = [...new Set([...rules.map((one) => one.name), ...[...this.known.values()].map((one) => one.rule), this.rule])].filter(Boolean).sort();
    const key = names.join();
    // A list that somebody has opened stays as it is.
    if (this.nameKey === key || (this.select && document.activeElement === this.select)) {
      this.select.value = this.rule;
      return;
    }
    this.nameKey = key;
    this.select = choice("Alerts of", [["", "All rules"], ...names.map((name) => [name, name])], this.rule, (rule) => this.view.go({ filters: { ...this.view.state.filters, rule } }));
    fill(this.filter, this.select);
  }

  /** The first page as it is now; what was loaded further down stays. */
  merge({ history, next_cursor: cursor }) {
    for (const alert of history) this.known.set(alert.id, alert);
    if (!this.isBegun) this.cursor = cursor;
    this.isBegun = true;
    this.draw();
  }

  chosen() {
    return [...this.known.values()].filter((one) => !this.rule || one.rule === this.rule).sort((one, other) => other.id - one.id);
  }

  /** Somebody chose another rule: as many as a page holds are looked for. */
  async filtered() {
    this.shown = PAGE;
    this.draw();
    if (this.chosen().length < PAGE) await this.load();
  }

  async older() {
    const before = this.list.children.length;
    this.shown += PAGE;
    await this.load();
    const first = this.list.children[before];
    say(first ? `${this.list.children.length - before} more.` : "There are no more.");
    if (this.more.hidden) first?.querySelector("button")?.focus();
  }

  async load() {
    mark(this.more, "aria-busy", "true");
    try {
      for (let pages = 0; pages < MOST_PAGES && this.cursor && this.chosen().length < this.shown; pages += 1) await this.loadPage();
      fill(this.trouble);
    } catch (error) {
      if (!isCancelled(error)) fill(this.trouble, failure(error, () => this.load()));
    } finally {
      mark(this.more, "aria-busy", null);
      this.draw();
    }
  }

  async loadPage() {
    const limit = this.rule ? LARGE_PAGE : PAGE;
    const { data } = await this.view.get("history", "/api/v1/alerts", { limit, cursor: this.cursor });
    for (const alert of data.history) this.known.set(alert.id, alert);
    this.cursor = data.next_cursor;
  }

  draw() {
    const chosen = this.chosen();
    const shown = chosen.slice(0, this.shown);
    for (const [id, row] of this.rows) if (!shown.some((one) => one.id === id)) this.drop(id, row);
    shown.forEach((alert, index) => this.place(alert, index));
    this.nothing.hidden = shown.length > 0;
    write(this.nothing, this.cursor ? `Nothing of ${this.rule} among the newest ${this.known.size} alerts.` : this.rule ? `${this.rule} has not fired, as far as is kept.` : "Nothing has fired yet, as far as is kept.");
    this.more.hidden = !this.cursor && chosen.length <= this.shown;
  }

  place(alert, index) {
    let row = this.rows.get(alert.id);
    if (!row) this.rows.set(alert.id, (row = new Past(this.view, alert)));
    if (this.list.children[index] !== row.node) this.list.insertBefore(row.node, this.list.children[index] ?? null);
  }

  drop(id, row) {
    row.leave();
    row.node.remove();
    this.rows.delete(id);
  }
}

class Past {
  constructor(view, alert) {
    Object.assign(this, { view, alert });
    this.trace = new TraceCard(view, `Readings of ${alert.rule}`, { level: 3 });
    this.place = el("div", { class: "trace", hidden: true });
    this.swap = button("Chart", "chart", () => this.turn(), { isBare: true, class: "plain small quiet", "aria-expanded": "false", "aria-label": `Chart of ${alert.rule}, ${moment(alert.fired_at)}` });
    const threshold = alert.threshold === null ? "" : `, threshold ${figure(alert.threshold, alert.unit)}`;
    const taken = alert.acknowledged ? ` · acknowledged by ${actor(alert.acknowledged.by, view.session)} after ${duration(Math.round(alert.acknowledged.seconds))}` : "";
    const told = alert.told_at ? "" : " · told to nobody";
    this.node = el("li", {}, el("div", { class: "past-line" },
      severityPill(alert.severity),
      el("div", { class: "grow words" }, el("strong", {}, alert.rule), ` for ${duration(Math.round(alert.seconds))}`,
        el("p", { class: "faint" }, `${figure(alert.value, alert.unit)}${threshold}${alert.details ? ` · ${plainText(alert.details)}` : ""}${taken}${told}`)),
      el("time", { class: "faint", datetime: alert.fired_at, title: alert.resolved_at ? `until ${moment(alert.resolved_at)}` : null }, moment(alert.fired_at)), this.swap), this.place);
  }

  turn() {
    this.place.hidden = !this.place.hidden;
    mark(this.swap, "aria-expanded", !this.place.hidden);
    if (!this.place.hidden) drawTrace(this);
    else this.trace.leave();
  }

  leave() {
    this.trace.leave();
  }
}
