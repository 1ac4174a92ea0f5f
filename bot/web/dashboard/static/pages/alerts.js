// Alerts: what fires and what to do about it, silences, the rules, what fired before, and how often.

import { isCancelled } from "../ask.js";
import { el, fill } from "../dom.js";
import { Parts } from "../reports.js";
import { failure, say, skeleton } from "../states.js";
import { readersNote } from "./asking.js";
import { Firing } from "./alerts/firing.js";
import { History, PAGE } from "./alerts/history.js";
import { Silences } from "./alerts/hush.js";
import { Rules } from "./alerts/rules.js";

const REPORTS = [["alerts", { title: "In this period" }]];

class Alerts {
  constructor(view) {
    this.view = view;
    const changed = () => view.again({});
    this.firing = new Firing(view, changed);
    this.silences = new Silences(view, changed);
    this.rules = new Rules(view, changed);
    this.history = new History(view);
    this.parts = new Parts(view, REPORTS);
    this.chosen = this.rule = "";
    this.note = readersNote(view, "acknowledge and silence alerts, and to store rules");
    this.top = el("div", { class: "part" }, skeleton(2));
    view.node.append(...(this.note ? [this.note] : []), this.top, this.history.node, ...this.parts.nodes, this.rules.node);
    this.rules.node.hidden = this.history.node.hidden = true;
  }

  async ask({ isChanged = false } = {}) {
    const asked = [this.board(), this.parts.ask({ isChanged: isChanged && this.isMoved() })];
    const done = await Promise.all(asked);
    return !done.includes(false);
  }

  /** Whether the address names another period; a rule that was chosen is none. */
  isMoved() {
    const { days, from, to, compare, interval } = this.view.state;
    const chosen = [days, from, to, compare, interval].join();
    const isMoved = this.chosen !== chosen;
    this.chosen = chosen;
    return isMoved;
  }

  async board() {
    const { view } = this;
    try {
      const [{ data: board }, { data: rules }] = await Promise.all([view.get("board", "/api/v1/alerts", { limit: PAGE }), view.get("rules", "/api/v1/rules")]);
      this.draw(board, rules);
      const isWell = await this.firing.askTraces();
      if (this.rule !== this.history.rule) await this.history.filtered();
      this.rule = this.history.rule;
      return isWell;
    } catch (error) {
      if (isCancelled(error)) return true;
      if (!this.isDrawn) fill(this.top, failure(error, () => view.again({})));
      return false;
    }
  }

  draw(board, rules) {
    if (!this.isDrawn) fill(this.top, this.firing.node, this.silences.node);
    this.isDrawn = true;
    this.rules.node.hidden = this.history.node.hidden = false;
    this.firing.draw(board.firing, board.pending, board.is_checked);
    this.silences.draw(board.silences, rules.rules);
    this.rules.draw(rules);
    this.history.merge(board);
    this.history.names(rules.rules);
    this.tell(board.firing);
  }

  /** What is new since the last look, for those who hear it. */
  tell(firing) {
    const now = new Set(firing.map((one) => one.id));
    const fresh = firing.filter((one) => this.seen && !this.seen.has(one.id));
    const over = this.seen ? [...this.seen].filter((id) => !now.has(id)).length : 0;
    this.seen = now;
    const words = [fresh.length ? `Now firing: ${fresh.map((one) => one.rule).join(", ")}.` : "", over ? `${over} ${over === 1 ? "alert is" : "alerts are"} over.` : ""];
    if (fresh.length || over) say(words.filter(Boolean).join(" "));
  }
}

export async function alerts(view) {
  const page = new Alerts(view);
  page.isMoved();
  await view.refreshing((why) => page.ask(why));
}
