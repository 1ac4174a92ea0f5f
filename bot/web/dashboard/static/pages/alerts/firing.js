// What fires: a card for each alert, kept in place from one look to the next; and what may fire soon.
//
//   const firing = new Firing(view, changed);  firing.node;  firing.draw(alerts, pending, isChecked);  await firing.askTraces()

import { button, el, fill, icon, mark, newId, write } from "../../dom.js";
import { isCancelled } from "../../ask.js";
import { amount, ago, duration, moment, plainText } from "../../values.js";
import { act, isAdmin } from "../asking.js";
import { hushDialog } from "./hush.js";
import { figure, TraceCard } from "./readings.js";
import { actor, severityPill, Ticker, time } from "./words.js";

// More charts than these at once are opened by hand.
const OPEN_CHARTS = 3;

export class Firing {
  constructor(view, changed) {
    Object.assign(this, { view, changed });
    this.ticker = new Ticker(view);
    this.cards = new Map();
    this.calm = el("p", { class: "calm" }, icon("check"), el("span", {}, "Nothing fires."));
    this.unchecked = el("p", { class: "old", hidden: true }, "This process asks no rules: another one does, or alerts are switched off. What stands here may be old.");
    this.list = el("div", { class: "cards firing" });
    this.soon = el("ul", { class: "list" });
    this.soonCard = el("section", { class: "card", "aria-labelledby": "soon-title", hidden: true }, el("header", { class: "card-head" }, el("h2", { class: "card-title", id: "soon-title" }, "May fire soon")), this.soon);
    this.node = el("section", { class: "part", "aria-labelledby": "firing-title" }, el("header", { class: "part-head" }, el("h2", { id: "firing-title" }, "Firing now")), this.unchecked, this.calm, this.list, this.soonCard);
    view.onLeave(() => this.cards.forEach((card) => card.leave()));
  }

  draw(alerts, pending, isChecked) {
    this.unchecked.hidden = isChecked;
    this.calm.hidden = alerts.length > 0;
    for (const [id, card] of this.cards) if (!alerts.some((one) => one.id === id)) this.drop(id, card);
    alerts.forEach((alert, index) => this.place(alert, index));
    this.soonCard.hidden = pending.length === 0;
    fill(this.soon, pending.map((one) => el("li", {}, el("span", { class: "grow words" }, el("strong", {}, one.rule), one.checks === 1 ? " bad at the last check" : ` bad at ${one.checks} checks in a row`), this.ticker.add(time(one.since, ""), () => `since ${ago(one.since)}`))));
  }

  place(alert, index) {
    const known = this.cards.get(alert.id);
    if (known) return known.update(alert);
    const card = new AlertCard(this, alert, index < OPEN_CHARTS);
    this.cards.set(alert.id, card);
    return this.list.insertBefore(card.node, this.list.children[index] ?? null);
  }

  drop(id, card) {
    card.leave();
    card.node.remove();
    this.cards.delete(id);
  }

  /** The readings of the charts that are open; false when one could not be had. */
  async askTraces() {
    const done = await Promise.all([...this.cards.values()].filter((card) => card.isOpen).map((card) => card.askTrace()));
    return !done.includes(false);
  }
}

class AlertCard {
  constructor({ view, changed, ticker }, alert, isOpen) {
    Object.assign(this, { view, changed, isOpen, alert });
    const title = el("h3", { id: newId("alert"), tabindex: "-1" }, alert.rule);
    this.pill = severityPill(alert.severity);
    this.value = el("strong");
    this.rest = el("span");
    this.about = el("p", { class: "faint" });
    this.state = el("p", { class: "alert-state", hidden: true });
    this.aid = el("p", { class: "aid" });
    this.acts = el("div", { class: "row acts" });
    this.place = el("div", { class: "trace" });
    this.trace = new TraceCard(view, "Readings");
    this.swap = button("Chart", "chart", () => this.turn(), { class: "plain small", "aria-pressed": String(isOpen), "aria-label": `Chart of ${alert.rule}` });
    this.node = el("article", { class: `card alert-card ${alert.severity}`, "aria-labelledby": title.id },
      el("header", { class: "card-head" }, el("div", { class: "row" }, this.pill, title), ticker.add(time(alert.fired_at, ""), () => `since ${since(alert.fired_at)}`)),
      el("p", { class: "reading" }, this.value, " ", this.rest), this.about, this.aid, this.state, this.acts, this.place);
    this.drawActs();
    this.update(alert);
  }

  drawActs() {
    if (isAdmin(this.view)) {
      const { rule } = this.alert;
      this.acknowledge = button("Acknowledge", "check", () => this.take(), { class: "primary small" });
      this.hours = [1, 4].map((hours) => button(`Silence ${hours} h`, null, (event) => this.hush(hours, event.currentTarget), { class: "plain small", "aria-label": `Silence ${hours} h: ${rule}` }));
      this.acts.append(this.acknowledge, ...this.hours, button("Silence…", null, () => hushDialog({ ...this }), { class: "plain small", "aria-label": `Silence ${rule} for another time`, "aria-haspopup": "dialog" }));
    }
    this.acts.append(this.swap);
  }

  update(alert) {
    this.alert = alert;
    this.drawReading();
    write(this.about, plainText(alert.details));
    write(this.aid, alert.first_aid ? `First: ${alert.first_aid}` : "");
    this.aid.hidden = !alert.first_aid;
    const state = this.states();
    this.state.hidden = !state.length;
    write(this.state, state.join(" · "));
    if (this.acknowledge) this.acknowledge.hidden = Boolean(alert.acknowledged);
  }

  /** The last reading, where the chart has asked for it; an alert itself keeps the one that let it fire. */
  drawReading() {
    const { alert, last } = this;
    const limit = alert.threshold === null ? "" : `threshold ${figure(alert.threshold, alert.unit)}`;
    const began = [figure(alert.value, alert.unit), affected(alert) ? `(${affected(alert)})` : ""].filter(Boolean).join(" ");
    const isKnown = typeof last === "number";
    write(this.value, isKnown ? figure(last, alert.unit) : figure(alert.value, alert.unit));
    write(this.rest, [isKnown ? "now" : "when it fired", !isKnown && affected(alert), limit, isKnown && `${began} when it fired`].filter(Boolean).join(" · "));
  }

  states() {
    const { acknowledged, silenced_until: silenced, escalated_at: escalated, unwatched_seconds: unwatched } = this.alert;
    return [
      acknowledged ? `Acknowledged by ${actor(acknowledged.by, this.view.session)} after ${duration(Math.round(acknowledged.seconds))}` : "",
      silenced ? `Silenced until ${moment(silenced)}` : "",
      escalated && !acknowledged ? `Brought before every admin at ${moment(escalated)}` : "",
      unwatched >= 60 ? `Nobody checked for ${duration(Math.round(unwatched))} of it` : "",
    ].filter(Boolean);
  }

  async take() {
    const { view, alert, acknowledge } = this;
    const taken = await act(acknowledge, () => view.send("POST", `/api/v1/alerts/${alert.id}/acknowledge`), `${alert.rule} is acknowledged: only its end is told any more.`);
    // The button that had the focus is gone.
    if (taken) this.swap.focus();
    this.changed();
  }

  async hush(hours, opener) {
    const { view, alert } = this;
    await act(opener, () => view.send("POST", `/api/v1/alerts/${alert.id}/silence`, { seconds: hours * 3600 }), `${alert.rule} is silenced for ${hours} h.`);
    this.changed();
  }

  turn() {
    this.isOpen = !this.isOpen;
    mark(this.swap, "aria-pressed", this.isOpen);
    this.place.hidden = !this.isOpen;
    if (this.isOpen) this.askTrace();
  }

  async askTrace() {
    const isWell = await drawTrace(this);
    this.last = this.trace.last;
    this.drawReading();
    return isWell;
  }

  leave() {
    this.trace.leave();
  }
}

/** Asks for an alert's readings and draws them into its place; false when that did not work. */
export async function drawTrace({ view, alert, trace, place }) {
  try {
    const { data } = await view.get(`trace ${alert.id}`, `/api/v1/alerts/${alert.id}/trace`);
    if (!data.points.length) fill(place, el("p", { class: "faint" }, "What the rule read is not kept any more."));
    else if (!place.contains(trace.draw(data))) fill(place, trace.card.node);
    return true;
  } catch (error) {
    if (isCancelled(error)) return true;
    if (!trace.card) fill(place, el("p", { class: "faint" }, error.message));
    return false;
  }
}

function affected({ bad, total }) {
  if (bad === null || bad === undefined) return "";
  return total ? `${amount(bad, "count")} of ${amount(total, "count")}` : amount(bad, "count");
}

/** How long it has been so; the time of day beside it. */
const since = (iso) => `${duration(Math.max(1, Math.round((Date.now() - new Date(iso)) / 1000)))} (${moment(iso)})`;
