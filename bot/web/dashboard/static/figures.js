// KIT: figures as cards: the value, how it changed, and a small line of the days where one is known.
//
//   const figure = new Figure();  figure.node is a <div> for a <dl>;  figure.update(line, reportName, {points})
//   pointsOf(sheet, column)   such points of a report's days; null where they are too few
//   const card = new FiguresCard(block, reportName);  card.node;  card.update(block)
// Updating in place changes texts only, so nothing jumps.

import { change } from "./change.js";
import { el, fill, mark, svg, write } from "./dom.js";
import { DAY_MS } from "./period.js";
import { isKnown, NOTHING, reason, written } from "./values.js";

// Which people a report is about: the usual segment here, always.
const SAID_ELSEWHERE = ["segment"];
const FEW = 4;
const WIDE = 100;
const HIGH = 28;
const FEW_DAYS = 3;

export class Figure {
  constructor() {
    this.label = el("dt");
    this.value = el("dd", { class: "value" });
    this.moved = el("dd", { class: "moved" });
    this.sign = el("span", { "aria-hidden": "true" });
    this.turn = el("span", { class: "unseen" });
    this.size = el("span");
    this.arrow = el("span", { class: "arrow" }, this.sign, this.turn, this.size);
    this.from = el("span");
    this.moved.append(this.arrow, this.from);
    this.spark = el("dd", { class: "spark", "aria-hidden": "true", hidden: true });
    this.node = el("div", { class: "figure" }, this.label, this.value, this.moved, this.spark);
  }

  /** points: numbers by day, oldest first; null without. */
  update(line, report, { points = null, isCompared = true } = {}) {
    write(this.label, line.label);
    const isNumber = isKnown(line.value);
    write(this.value, isNumber ? written(line.value, line.unit) : NOTHING);
    mark(this.value, "class", `value${typeof line.value === "string" ? " words" : ""}${isNumber ? "" : " unknown"}`);
    this.change(line, isCompared ? change(line, report) : null, isNumber);
    this.spark.hidden = !points;
    if (points) this.drawSpark(points);
  }

  change(line, moved, isNumber) {
    const turn = moved?.turn ?? 0;
    write(this.sign, turn ? (turn > 0 ? "▲ " : "▼ ") : "");
    write(this.turn, turn ? (turn > 0 ? "up " : "down ") : "");
    write(this.size, turn ? `${moved.size} ` : "");
    mark(this.arrow, "class", `arrow ${moved?.tone ?? "even"}`);
    mark(this.moved, "title", moved?.why ?? null);
    write(this.from, isNumber ? moved?.from ?? "" : reason(line.value).replace("unknown, ", ""));
  }

  drawSpark(points) {
    const key = points.join();
    if (this.sparkKey === key) return;
    this.sparkKey = key;
    fill(this.spark, spark(points));
  }
}

/** The days of one column, for a small line over the whole period; nothing for a few. */
export function pointsOf({ blocks, period }, column) {
  const { rows, columns } = blocks.find((block) => block.kind === "table") ?? { rows: [] };
  if (!rows.length) return null;
  // A table of days may begin with the records; what is left out before them is a gap.
  const before = Math.round((Date.parse(rows[0][columns[0].key]) - Date.parse(period.first_day)) / DAY_MS);
  const points = [...Array(Math.max(before, 0)).fill(null), ...rows.map((row) => row[column])];
  return points.length >= FEW_DAYS && points.some(isKnown) ? points : null;
}

/** A small line with its area; nothing is drawn where nothing is known. */
export function spark(points) {
  const most = Math.max(...points.filter(isKnown), 0) || 1;
  const x = (index) => (points.length < 2 ? WIDE / 2 : (index * WIDE) / (points.length - 1)).toFixed(1);
  const y = (value) => (HIGH - 2 - ((HIGH - 5) * value) / most).toFixed(1);
  const stretches = known(points).map(([first, values]) => {
    const line = values.map((value, at) => `${at ? "L" : "M"}${x(first + at)} ${y(value)}`).join("");
    return { line, area: `${line}V${HIGH}H${x(first)}Z` };
  });
  return svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", focusable: "false" },
    svg("path", { class: "spark-area", d: stretches.map(({ area }) => area).join("") }),
    // A stretch of one day is a dot: a line to where it began.
    svg("path", { class: "spark-line", d: stretches.map(({ line }) => `${line}h0`).join(""), "vector-effect": "non-scaling-stroke" }));
}

/** The stretches without gaps: where each begins, and its values. */
function known(points) {
  const found = [];
  points.forEach((value, at) => {
    if (!isKnown(value)) return;
    if (at && isKnown(points[at - 1])) found.at(-1)[1].push(value);
    else found.push([at, [value]]);
  });
  return found;
}

export class FiguresCard {
  constructor(block, report, { level = 3, isBare = false } = {}) {
    this.report = report;
    this.isBare = isBare;
    this.figures = new Map();
    this.title = el(`h${level}`, { class: "card-title" });
    this.list = el("dl", { class: "figures" });
    this.node = el("section", { class: "card figures-card" }, el("header", { class: isBare ? "unseen" : "card-head" }, this.title), this.list);
    this.update(block);
  }

  update(block, { isCompared = true } = {}) {
    write(this.title, block.title);
    this.node.classList.toggle("few", !this.isBare && block.lines.length <= FEW);
    const lines = block.lines.filter((line) => !SAID_ELSEWHERE.includes(line.key));
    for (const line of lines) {
      if (!this.figures.has(line.key)) {
        this.figures.set(line.key, new Figure());
        this.list.append(this.figures.get(line.key).node);
      }
      this.figures.get(line.key).update(line, this.report, { isCompared });
    }
    const isMoved = isCompared && lines.some((line) => line.before !== null || !isKnown(line.value));
    this.list.classList.toggle("unmoved", !isMoved);
    for (const [key, figure] of this.figures) figure.node.hidden = !lines.some((line) => line.key === key);
  }

  leave() {}
}
