// Lists of people: who did what last, and who does the most.
//
//   const list = new ActivityList(view);  list.node;  await list.ask()      the last ten, with times that go on
//   used("help")                                                            "used /help"
//   const top = new TopList(view);  top.node;  await top.ask()              the five most active people of the period

import { period } from "./catalogue.js";
import { el, fill, write } from "./dom.js";
import { isCancelled } from "./ask.js";
import { failure, skeleton } from "./states.js";
import { ago, amount, moment, plainText } from "./values.js";

const TICK_MS = 10000;
const WORDS = {
  message: "wrote", command: "used", button: "pressed", edit: "edited a message", reaction: "reacted", join: "joined", leave: "left",
  block: "blocked the bot", unblock: "came back", download_queued: "asked for a download", quiz_started: "started a quiz", quiz_right: "answered right",
  quiz_wrong: "answered wrong", checkout: "is about to pay", payment: "paid",
};
const LABELLED = ["button", "download_queued", "quiz_started", "checkout", "payment"];

// What is recorded in the place of a command that the bot does not have.
const UNKNOWN = "other";

/** A command, by its name without the slash. */
export const used = (command) => (command === UNKNOWN ? "used an unknown command" : `used /${plainText(command)}`);

/** What somebody did, in a few words. */
function deed({ kind, label }) {
  if (kind === "message") return label && label !== "text" ? `sent ${plainText(label)}` : "wrote";
  if (kind === "command" && label) return used(label);
  return `${WORDS[kind] ?? plainText(kind)}${label && LABELLED.includes(kind) ? ` ${plainText(label).replaceAll("_", " ")}` : ""}`;
}

export const nameOf = (one) => plainText(one.name || (one.username ? `@${one.username}` : String(one.telegram_id)));

class List {
  constructor(view, title, kind) {
    this.view = view;
    this.body = el("div", {}, skeleton(1));
    this.node = el("section", { class: `card ${kind}` }, el("header", { class: "card-head" }, el("h2", { class: "card-title" }, title)), this.body);
  }

  async asked(name, path, params) {
    try {
      const { data } = await this.view.get(name, path, params);
      this.isKnown = true;
      return data;
    } catch (error) {
      if (!isCancelled(error) && !this.isKnown) fill(this.body, failure(error, () => this.view.again({})));
      throw error;
    }
  }
}

export class ActivityList extends List {
  constructor(view) {
    super(view, "Last activities", "narrow");
    this.times = [];
    const ticking = setInterval(() => this.tick(), TICK_MS);
    view.onLeave(() => clearInterval(ticking));
  }

  async ask() {
    const { activities } = await this.asked("activities", "/api/v1/analytics/users/activities", { limit: 10 });
    this.times = activities.map((one) => [el("time", { class: "faint", datetime: one.at, title: moment(one.at) }), one.at]);
    fill(this.body, activities.length ? el("ol", { class: "list" }, activities.map((one, index) => this.row(one, this.times[index][0]))) : el("p", { class: "nothing" }, "Nobody has done anything yet."));
    this.tick();
  }

  row(one, time) {
    const place = one.chat_title ? ["in ", el("bdi", {}, plainText(one.chat_title))] : one.chat_type && one.chat_type !== "private" ? ["in a group"] : [];
    return el("li", {}, el("span", { class: "grow" }, el("strong", {}, el("bdi", {}, nameOf(one))), ` ${deed(one)} `, el("span", { class: "faint" }, place)), time);
  }

  tick() {
    for (const [node, at] of this.times) write(node, ago(at));
  }
}

export class TopList extends List {
  constructor(view) {
    super(view, "Most active people", "");
  }

  async ask() {
    const { view } = this;
    const { users, total } = await this.asked("top people", "/api/v1/analytics/users/top", { ...period(view.state), limit: 5 });
    const most = Math.max(...users.map((one) => one.activity), 1);
    fill(this.body, users.length
      ? [el("ol", { class: "list ranked" }, users.map((one) => this.row(one, one.activity / most))), el("p", { class: "faint" }, `of ${amount(total, "count")} active people`)]
      : el("p", { class: "nothing" }, "Nobody was active in this period."));
  }

  row(one, part) {
    const line = el("li", {}, el("span", { class: "grow" }, el("bdi", {}, nameOf(one))), el("span", { class: "faint" }, `${amount(one.messages, "count")} messages`), el("strong", { class: "number" }, amount(one.activity, "count")));
    line.style.setProperty("--part", part.toFixed(3));
    line.title = `${amount(one.activity, "count")} actions`;
    return line;
  }
}
