// Overview: how many people there are, what they do, what it brings, and whether all is well.

import { isCancelled } from "../ask.js";
import { question } from "../catalogue.js";
import { ChartCard } from "../chart.js";
import { el, fill, icon, mark, write } from "../dom.js";
import { Figure, pointsOf } from "../figures.js";
import { ActivityList, TopList } from "../people.js";
import { EVERY_MS } from "../refresh.js";
import { failure, say, skeleton } from "../states.js";
import { HealthStrip } from "../strip.js";
import { clock } from "../values.js";

const PEOPLE = [["online", "People now"], ["today", "Today"], ["week", "7 days"], ["month", "30 days"]];
// The report and its figure; the report and the column of a table with its days.
const ACTS = [
  { report: "timeline", key: "total", label: "Messages", days: ["daily", "messages"] },
  { report: "commands", key: "uses", label: "Commands", days: ["daily", "commands"] },
  { report: "revenue", key: "gross", label: "Revenue", days: ["revenue", "gross"] },
  { report: "errors", key: "error_rate", label: "Error rate", days: ["daily", "errors"] },
  { report: "commands", key: "p95_seconds", label: "95 % of commands within", days: null },
];
const FEW_BARS = 6;

class Overview {
  constructor(view) {
    this.view = view;
    const known = new Set(view.session.pages.flatMap((page) => page.reports));
    this.acts = ACTS.filter((act) => known.has(act.report));
    this.people = strip("People", PEOPLE.map(([key]) => key));
    this.online = this.people.figures.get("online");
    this.online.card.classList.add("now");
    this.period = strip("This period", this.acts.map((act) => act.key));
    this.timeline = slot("wide");
    this.commands = slot("");
    this.activity = new ActivityList(view);
    this.top = new TopList(view);
    this.health = new HealthStrip(view);
    this.welcome = welcome();
    view.node.append(
      el("div", { class: "glance" }, this.people.node, this.period.node),
      el("div", { class: "cards" }, this.timeline.node, this.activity.node),
      el("div", { class: "cards" }, this.top.node, this.commands.node), this.health.node);
    view.onLeave(() => [this.timeline, this.commands].forEach((one) => one.card?.leave()));
  }

  async ask({ isChanged = false } = {}) {
    this.sheets = new Map();
    if (isChanged) for (const { node } of [this.period, this.timeline, this.commands, this.top]) mark(node, "aria-busy", "true");
    const asked = [
      this.into(this.people, () => this.glance().catch((error) => this.outdated(error))),
      this.into(this.period, () => Promise.all(this.acts.map((act) => this.act(act)))),
      this.into(this.timeline, async () => this.draw(this.timeline, await this.sheet("timeline"))),
      this.into(this.commands, async () => this.draw(this.commands, await this.sheet("commands"))),
      this.into(this.top, () => this.top.ask()),
      this.activity.ask(),
      this.health.ask(),
    ];
    const done = await Promise.all(asked.map((one) => one.then(() => true, isCancelled)));
    const isWell = !done.includes(false);
    if (isChanged) say(isWell ? "The figures are up to date." : "Some figures could not be loaded.");
    return isWell;
  }

  async glance() {
    const { data } = await this.view.get("glance", "/api/v1/analytics/glance");
    this.glancedAt = new Date();
    this.online.card.classList.remove("outdated");
    if (data.known?.reason === "nothing_recorded") this.view.node.prepend(this.welcome);
    else this.welcome.remove();
    for (const [key, label] of PEOPLE) {
      const before = key === "online" ? null : data.before[key];
      const line = { key, label, unit: "count", value: data[key], before, is_partial: key === "today" };
      this.people.figures.get(key).update(line, "glance", { isCompared: this.view.isCompared });
    }
  }

  /** Nobody knows who is here now: the last answer stays, and says when that was. */
  outdated(error) {
    if (this.glancedAt && !isCancelled(error)) {
      this.online.card.classList.add("outdated");
      write(this.online.from, `as of ${clock(this.glancedAt)}, not now`);
    }
    throw error;
  }

  async act({ report, key, label, days }) {
    const [sheet, daily] = await Promise.all([this.sheet(report), days ? this.sheet(days[0]) : null]);
    const line = sheet.blocks.filter((block) => block.kind === "figures").flatMap((block) => block.lines).find((one) => one.key === key);
    const points = daily ? pointsOf(daily, days[1]) : null;
    this.period.figures.get(key).update({ ...line, label }, report, { isCompared: this.view.isCompared, points });
  }

  /** A report's sheet, asked for once in a round. */
  sheet(name) {
    if (!this.sheets.has(name)) {
      const { path, params } = question(name, this.view.state);
      this.sheets.set(name, this.view.get(name, path, params).then(({ data }) => data));
    }
    return this.sheets.get(name);
  }

  draw(place, sheet) {
    const chart = { ...sheet.charts[0], most: FEW_BARS };
    const block = sheet.blocks.find((one) => one.key === chart.block);
    const { isCompared } = this.view;
    if (place.card) return place.card.update(chart, block, sheet, { isCompared });
    place.card = new ChartCard(chart, block, { sheet, level: 2, isCompared, isWide: place.isWide });
    return fill(place.node, place.card.node);
  }

  /** What was there stays when something newer could not be had. */
  async into(place, work) {
    try {
      await work();
      place.isKnown = true;
      mark(place.node, "aria-busy", null);
      if (place.list) fill(place.node, place.list);
    } catch (error) {
      if (isCancelled(error)) throw error;
      mark(place.node, "aria-busy", null);
      if (!place.isKnown) fill(place.body ?? place.node, failure(error, () => this.view.again({})));
      throw error;
    }
  }
}

/** For a bot that nobody has written to. */
const welcome = () => el("section", { class: "card welcome", "aria-label": "Nothing yet" }, icon("live"),
  el("div", {}, el("h2", {}, "The bot is running, and nobody has written to it yet."), el("p", { class: "faint" }, `Write something to it in Telegram: within ${EVERY_MS / 1000} seconds this page shows it.`)));

/** A place for a chart that is still being asked for. */
const slot = (kind) => ({ isWide: kind === "wide", card: null, node: fill(el("div", { class: `slot ${kind}` }), skeleton(1)) });

/** A row of cards, one figure each. */
function strip(title, keys) {
  const figures = new Map(keys.map((key) => [key, new Figure()]));
  for (const figure of figures.values()) {
    write(figure.label, "\u00a0");
    write(figure.value, "\u00a0");
    figure.card = el("dl", { class: "card" }, figure.node);
  }
  const list = el("div", { class: "strip" }, [...figures.values()].map((figure) => figure.card));
  return { figures, list, node: el("section", { "aria-label": title }, list) };
}

export async function overview(view) {
  const page = new Overview(view);
  await view.refreshing((why) => page.ask(why));
}
