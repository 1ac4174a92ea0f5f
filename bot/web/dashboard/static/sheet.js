// KIT: any report's sheet, drawn: figures, charts, tables, heat maps; updated in place.
//
//   const part = new SheetPart("revenue", {title, tables: [blockKeys], hide: [blockKeys], skip: [y of charts], wide: [blockKeys], isHalf, files})
//   part.node                        a <section> with an <h2>
//   part.loading()                   skeletons at first; dimmed while something newer is asked for
//   part.draw(sheet, {note, isCompared})
//   part.failed(error, retry)        an error in its place, or beside what was there
//   part.leave()
// A table with a chart is behind the chart's button; `tables` names those that are shown beside it as well.
// files: (report, ending) => …, what the menu of files does; without it there is none.

import { ChartCard } from "./chart.js";
import { button, el, fill, mark, newId, write } from "./dom.js";
import { saveRows } from "./download.js";
import { FiguresCard } from "./figures.js";
import { Menu } from "./menu.js";
import { failure, skeleton } from "./states.js";
import { Table } from "./table.js";
import { isKnown, reason } from "./values.js";

const ENDINGS = [["csv", "CSV, all tables"], ["json", "JSON"], ["pdf", "PDF"], ["png", "PNG, first chart"]];
const MANY_COLUMNS = 5;

export class SheetPart {
  constructor(name, { title = "", tables = [], hide = [], skip = [], wide = [], files = null, level = 2, isHalf = false } = {}) {
    Object.assign(this, { name, tables, hide, skip, wide, level, isTitled: Boolean(title) });
    this.cards = new Map();
    this.title = el(`h${level}`, { id: newId("part") }, title);
    this.menu = files ? new Menu("Files", "download", ENDINGS.map(([ending, text]) => [text, () => files(name, ending)])) : null;
    this.notes = el("ul", { class: "notes", hidden: true });
    this.body = el("div", { class: "part-body" });
    this.node = el("section", { class: `part${isHalf ? " half" : ""}`, "data-report": name, "aria-labelledby": this.title.id },
      el("header", { class: "part-head" }, this.title, this.menu?.node), this.notes, this.body);
  }

  get isBusy() {
    return this.node.getAttribute("aria-busy") === "true";
  }

  loading() {
    mark(this.node, "aria-busy", "true");
    if (!this.cards.size) fill(this.body, skeleton(2));
  }

  draw(whole, { note = "", isCompared = true } = {}) {
    const sheet = isCompared ? folded(whole) : whole;
    mark(this.node, "aria-busy", null);
    if (!this.isTitled) write(this.title, sheet.title);
    this.drawNotes([note, ...sheet.notes].filter(Boolean));
    const wanted = planned(sheet, this);
    const key = wanted.map((one) => one.key).join();
    if (this.key !== key) this.rebuild(wanted, sheet, isCompared);
    else for (const one of wanted) one.update(this.cards.get(one.key), sheet, isCompared);
    this.key = key;
  }

  drawNotes(notes) {
    this.notes.hidden = notes.length === 0;
    if (this.noteKey !== notes.join()) fill(this.notes, notes.map((note) => el("li", {}, note)));
    this.noteKey = notes.join();
  }

  rebuild(wanted, sheet, isCompared) {
    this.dropCards();
    for (const one of wanted) this.cards.set(one.key, one.make(sheet, isCompared, this.level + 1));
    // Figures have rows of their own: beside a chart they would be stretched to its height.
    const nodes = [...this.cards.values()].map((card) => [card instanceof FiguresCard, card.node]);
    const row = (isFigures) => nodes.filter(([is]) => is === isFigures).map(([, node]) => node);
    fill(this.body, [true, false].map((is) => (row(is).length ? el("div", { class: "cards" }, row(is)) : null)));
  }

  failed(error, retry) {
    mark(this.node, "aria-busy", null);
    this.dropCards();
    this.key = "";
    this.drawNotes([]);
    fill(this.body, failure(error, retry));
  }

  dropCards() {
    for (const card of this.cards.values()) card.leave();
    this.cards.clear();
  }

  leave() {
    this.dropCards();
    this.menu?.leave();
  }
}

/** Why several figures have nothing before them stands once, in a note. */
function folded(sheet) {
  const lines = sheet.blocks.flatMap((block) => block.lines ?? []);
  const [first, ...more] = lines.filter((line) => line.before !== null && !isKnown(line.before) && typeof line.value === "number");
  if (!more.length) return sheet;
  const isSame = (line) => line.before?.reason === first.before.reason;
  const blocks = sheet.blocks.map((block) => (block.lines ? { ...block, lines: block.lines.map((line) => (isSame(line) ? { ...line, before: null } : line)) } : block));
  return { ...sheet, blocks, notes: [`Before, where no change is shown: ${reason(first.before)}.`, ...sheet.notes] };
}

/** The cards of a sheet: what each is called, how it is made, and how it is updated. */
function planned(sheet, part) {
  const blocks = new Map(sheet.blocks.filter((block) => !part.hide.includes(block.key)).map((block) => [block.key, block]));
  const figures = [...blocks.values()].filter((block) => block.kind === "figures");
  const charts = sheet.charts.map((chart, index) => [chart, index]).filter(([chart]) => blocks.has(chart.block) && !part.skip.includes(chart.y[0]));
  const charted = new Set(charts.map(([chart]) => chart.block));
  const isBroad = (block) => part.wide.includes(block.key) || (block.columns?.length ?? 0) > MANY_COLUMNS;
  const rest = [...blocks.values()].sort((one, other) => isBroad(one) - isBroad(other)).filter((block) => block.kind !== "figures" && (!charted.has(block.key) || part.tables.includes(block.key)));
  return [
    ...figures.map((block) => figuresPlan(block, sheet.name, figures.length === 1)),
    ...charts.map(([chart, index]) => chartPlan(chart, index, blocks.get(chart.block), part)),
    ...rest.map((block) => (block.kind === "grid" ? chartPlan(heat(block), block.key, block, part) : tablePlan(block, part))),
  ];
}

const heat = (block) => ({ kind: "heat", block: block.key, title: block.title });
const blockOf = (sheet, key) => sheet.blocks.find((block) => block.key === key);

function figuresPlan({ key }, report, isBare) {
  return {
    key: `figures ${key}`,
    make: (sheet, isCompared, level) => {
      const card = new FiguresCard(blockOf(sheet, key), report, { level, isBare });
      card.update(blockOf(sheet, key), { isCompared });
      return card;
    },
    update: (card, sheet, isCompared) => card.update(blockOf(sheet, key), { isCompared }),
  };
}

function chartPlan(chart, index, block, part) {
  const isOfTime = ["day", "moment"].includes(block.columns?.find?.((column) => column.key === chart.x)?.unit);
  const isWide = part.wide.includes(chart.block) || isOfTime || chart.kind === "heat";
  const current = (sheet) => (chart.kind === "heat" ? heat(blockOf(sheet, chart.block)) : sheet.charts[index]);
  return {
    key: `chart ${chart.kind} ${chart.block} ${chart.y ?? ""}`,
    make: (sheet, isCompared, level) => new ChartCard(titled(current(sheet), chart), blockOf(sheet, chart.block), { sheet, level, isCompared, isWide }),
    update: (card, sheet, isCompared) => card.update(titled(current(sheet), chart), blockOf(sheet, chart.block), sheet, { isCompared }),
  };
}

const titled = (chart, planned) => ({ ...chart, title: planned.title });

function tablePlan(block, part) {
  const isWide = part.wide.includes(block.key) || block.columns.length > MANY_COLUMNS;
  return {
    key: `table ${block.key}`,
    make: (sheet, _, level) => new TableCard(blockOf(sheet, block.key), sheet, { level, isWide }),
    update: (card, sheet) => card.update(blockOf(sheet, block.key), sheet),
  };
}

/** A table as a card of its own. */
export class TableCard {
  constructor(block, sheet, { level = 3, isWide = false } = {}) {
    this.table = new Table(block, { label: `${sheet.title}, ${block.title}` });
    this.title = el(`h${level}`, { class: "card-title" });
    this.node = el("section", { class: `card table-card${isWide ? " full" : ""}` },
      el("header", { class: "card-head" }, this.title, el("div", { class: "card-tools" }, button("CSV", null, () => saveRows(this.block, this.sheet), { title: "Download as CSV" }))), this.table.node);
    this.update(block, sheet);
  }

  update(block, sheet) {
    Object.assign(this, { block, sheet });
    write(this.title, block.title);
    this.table.update(block);
  }

  leave() {}
}
