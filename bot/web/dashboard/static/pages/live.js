// Live: who is here and what happens, while it happens.

import { isCancelled } from "../ask.js";
import { button, el, fill, mark, write } from "../dom.js";
import { failure, say, skeleton } from "../states.js";
import { amount } from "../values.js";
import { isAdmin } from "./asking.js";
import { Filter } from "./live/filter.js";
import { wordOf } from "./live/kinds.js";
import { Pulse } from "./live/pulse.js";
import { Rows } from "./live/rows.js";
import { Wire } from "./live/wire.js";

const SUMMARY_SECONDS = 10;
const MOST_SAID = 3;
// Always heard: the one because rows have to go, the other because it says what people are called.
const FORGOTTEN = "UserForgotten";
const SEEN = "UserSeen";

class Live {
  constructor(view, kinds) {
    this.view = view;
    this.isPaused = false;
    this.seconds = 0;
    this.total = 0;
    this.skipped = 0;
    this.recent = new Map();
    this.leftOut = new Map();
    this.rows = new Rows(view);
    this.pulse = new Pulse();
    this.filter = new Filter(view, kinds, () => this.want());
    this.wire = new Wire({ asker: view.asker, heard: (told) => this.heard(told), state: (state) => this.stands(state) });
    this.people = el("dd", { class: "value" }, "–");
    this.rate = el("dd", { class: "value" }, "0");
    this.count = el("dd", { class: "value" }, "0");
    this.missed = el("dd", { class: "moved" });
    this.state = el("span", { class: "pill" });
    this.why = el("span", { class: "faint" });
    this.pause = button("Pause", null, () => this.turn(), { class: "plain small", "aria-pressed": "false" });
    this.retry = button("Connect now", "refresh", () => this.wire.open(), { class: "plain small", hidden: true });
    fill(view.node, this.strip(), this.listCard());
    this.seen = () => this.want();
    document.addEventListener("visibilitychange", this.seen);
    this.ticking = setInterval(() => this.tick(), 1000);
    view.onLeave(() => this.leave());
  }

  strip() {
    const card = (label, value, more = null, kind = "") => el("dl", { class: `card ${kind}` }, el("div", { class: "figure" }, el("dt", {}, label), value, more));
    return el("section", { class: "live-strip", "aria-label": "Now" },
      card("People now", this.people, el("dd", { class: "moved" }, "acted in the last five minutes"), "now"),
      card("Facts a second", this.rate, el("dd", { class: "moved" }, this.pulse.node), "pulse-card"),
      card("Facts here", this.count, this.missed));
  }

  listCard() {
    const note = isAdmin(this.view) ? null : el("p", { class: "faint readers" }, "You are signed in with the scope read: facts do not say who it was and what was written.");
    return el("section", { class: "card live-card", "aria-labelledby": "facts-title" },
      el("header", { class: "card-head live-head" }, el("div", { class: "row" }, el("h2", { class: "card-title", id: "facts-title" }, "As it happens"), this.state, this.why),
        el("div", { class: "row" }, this.retry, this.pause, button("Clear", null, () => this.clear(), { class: "plain small" }))),
      this.filter.node, note, this.rows.node);
  }

  begin() {
    this.drawCounts();
    this.want();
    return this.wire.open();
  }

  /** Nobody looks at a hidden tab, or wants to while it is paused; but rows of the forgotten have to go. */
  want() {
    const isQuiet = this.isPaused || document.hidden || !this.filter.chosen.length;
    const more = isAdmin(this.view) ? [FORGOTTEN, SEEN] : [FORGOTTEN];
    this.wire.want(isQuiet ? [FORGOTTEN] : [...new Set([...this.filter.chosen, ...more])].sort());
    this.drawState();
  }

  turn() {
    this.isPaused = !this.isPaused;
    mark(this.pause, "aria-pressed", String(this.isPaused));
    write(this.pause.lastChild, this.isPaused ? "Resume" : "Pause");
    this.want();
    say(this.isPaused ? "Paused." : "It goes on.");
  }

  clear() {
    this.rows.clear();
    this.total = this.skipped = 0;
    this.leftOut.clear();
    this.drawCounts();
  }

  heard(told) {
    if (told.type === "hello") write(this.people, amount(told.online, "count"));
    else if (told.type === "online") write(this.people, amount(told.people, "count"));
    else if (told.type === "facts") this.facts(told);
  }

  facts({ facts, skipped, left_out: leftOut = {} }) {
    if (facts.some((fact) => fact.kind === FORGOTTEN)) this.rows.forget();
    for (const fact of facts) this.rows.learn(fact);
    const isQuiet = this.isPaused || document.hidden;
    const shown = isQuiet ? [] : facts.filter((fact) => this.filter.set.has(fact.kind));
    const unwanted = Object.entries(leftOut).reduce((sum, [kind, count]) => sum + (this.filter.set.has(kind) ? 0 : count), 0);
    const missed = isQuiet ? 0 : Math.max(0, skipped - unwanted);
    for (const [kind, count] of Object.entries(leftOut)) if (this.filter.set.has(kind)) this.leftOut.set(kind, (this.leftOut.get(kind) ?? 0) + count);
    for (const { kind } of shown) this.recent.set(kind, (this.recent.get(kind) ?? 0) + 1);
    this.total += shown.length;
    this.skipped += missed;
    this.pulse.add(shown.length + missed);
    this.rows.add(shown);
    this.drawCounts();
  }

  drawCounts() {
    write(this.count, amount(this.total, "count"));
    const kinds = [...this.leftOut].sort((one, other) => other[1] - one[1]).slice(0, MOST_SAID).map(([kind, count]) => `${amount(count, "count")} ${wordOf(kind)}`);
    write(this.missed, this.skipped ? `${amount(this.skipped, "count")} more were too many to show${kinds.length ? `: ${kinds.join(", ")}` : ""}` : "the newest 200 are kept");
  }

  tick() {
    const rate = this.pulse.last(SUMMARY_SECONDS) / SUMMARY_SECONDS;
    write(this.rate, amount(rate, "ratio"));
    this.pulse.tick();
    this.drawState();
    this.seconds += 1;
    if (this.seconds % SUMMARY_SECONDS === 0) this.summary();
  }

  /** Not every row is read out. */
  summary() {
    this.pulse.describe();
    const all = [...this.recent].sort((one, other) => other[1] - one[1]);
    this.recent.clear();
    if (!all.length || document.hidden) return;
    const count = all.reduce((sum, one) => sum + one[1], 0);
    const most = all.slice(0, MOST_SAID).map(([kind, number]) => `${number} ${wordOf(kind)}`).join(", ");
    say(`${count} ${count === 1 ? "fact" : "facts"} in the last ${SUMMARY_SECONDS} seconds: ${most}${all.length > MOST_SAID ? ", and others" : ""}.`);
  }

  stands(state) {
    if (this.standing?.name === "live" && state.name === "waiting") say(`${state.text} This page connects again by itself.`);
    this.standing = state;
    this.drawState();
  }

  drawState() {
    const { name = "connecting", text = "", at = 0 } = this.standing ?? {};
    const seconds = Math.max(0, Math.ceil((at - Date.now()) / 1000));
    const [word, tone, why] = {
      live: this.isPaused ? ["Paused", "warn", ""] : this.filter.chosen.length ? ["Live", "good", ""] : ["Paused", "warn", "No kinds are chosen."],
      connecting: ["Connecting…", "", ""],
      waiting: ["Not connected", "bad", `${text} Next try in ${seconds} s.`],
      over: ["Not connected", "bad", text],
    }[name];
    mark(this.state, "class", `pill ${tone}`);
    write(this.state, word);
    write(this.why, why);
    this.retry.hidden = name !== "waiting";
  }

  leave() {
    clearInterval(this.ticking);
    document.removeEventListener("visibilitychange", this.seen);
    this.wire.close();
  }
}

export async function live(view) {
  view.needs({ period: false });
  let page = null;
  fill(view.node, skeleton(3, { isStrip: true }));
  // The numbers of the page come by the socket; this asks which kinds there are until that is known.
  await view.refreshing(async () => {
    try {
      const { data } = await view.get("live", "/api/v1/live");
      if (!page) (page = new Live(view, data.kinds)).begin();
      return true;
    } catch (error) {
      if (isCancelled(error)) return true;
      if (!page) fill(view.node, failure(error, () => view.again({})));
      return false;
    }
  });
}
