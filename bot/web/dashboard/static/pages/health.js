// Health: the checks and the jobs, how fast the bot answers, what Telegram says, and what went wrong.

import { el } from "../dom.js";
import { Parts } from "../reports.js";
import { HealthStrip } from "../strip.js";
import { Table } from "../table.js";

const REPORTS = [
  ["errors", { wide: ["places", "last"] }],
  ["api", { title: "API usage", tables: ["methods"] }],
  ["handlers", { tables: ["handlers"] }],
  ["daily", { title: "Day by day", tables: [] }],
  ["unusual", { title: "Unusual activity" }],
];

const JOBS = [
  { key: "job", label: "Job", unit: "text" },
  { key: "every", label: "Every", unit: "seconds" },
  { key: "ran_at", label: "Ran last", unit: "moment" },
  { key: "took", label: "Took", unit: "seconds" },
  { key: "failures", label: "Failed since the start", unit: "count" },
  { key: "error", label: "Last run", unit: "text" },
];

class JobCard {
  constructor() {
    this.box = el("div");
    this.node = el("section", { class: "card wide", hidden: true }, el("header", { class: "card-head" }, el("h2", { class: "card-title" }, "Jobs")), this.box);
  }

  draw({ jobs }) {
    const rows = jobs.map((job) => ({ ...job, job: job.name.replaceAll("_", " "), every: job.seconds, error: outcome(job) }));
    const block = { title: "Jobs", columns: JOBS, rows, total: rows.length, is_last_partial: false };
    if (this.table) this.table.update(block);
    else this.box.append((this.table = new Table(block, { rows: 20, isBarred: false })).node);
    this.node.hidden = false;
  }
}

function outcome({ ran_at, error }) {
  if (error) return `failed: ${error}`;
  return ran_at ? "went well" : "not yet";
}

export async function health(view) {
  const strip = new HealthStrip(view);
  const jobs = new JobCard();
  const parts = new Parts(view, REPORTS);
  view.node.append(strip.node, ...parts.nodes, jobs.node);
  const seen = async () => jobs.draw(await strip.ask());
  await view.refreshing(async (why) => {
    const [isWell, isStripWell] = await Promise.all([parts.ask(why), seen().then(() => true, () => false)]);
    return isWell && isStripWell;
  });
}
