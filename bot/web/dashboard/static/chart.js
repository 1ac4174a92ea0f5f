// KIT: one chart of a sheet as a card: legend, drawing, its table behind a button, PNG and CSV.
//
//   const card = new ChartCard(chart, block, {report, sheet, level});  card.node
//   card.update(chart, block, sheet, {isCompared})   in place;   card.leave()   when the page is left
// chart.kind "heat" is drawn as a table (grid.js), all others by Chart.js.  The canvas has a text that says
// what it shows, and "Show the table" puts the same numbers in its place.

import { isBlank } from "./chart_data.js";
import { configuration } from "./chart_options.js";
import { button, el, fill, mark, once, write } from "./dom.js";
import { savePicture, saveRows } from "./download.js";
import { Grid } from "./grid.js";
import { colours, onColours } from "./palette.js";
import { Table } from "./table.js";
import { plainText, written } from "./values.js";

const BAR_PX = 34;

export class ChartCard {
  constructor(chart, block, { sheet, level = 3, isCompared = true, isWide = false }) {
    this.isHeat = chart.kind === "heat";
    this.shown = {};
    this.hidden = new Set(); // keys of series that somebody has switched off
    this.title = el(`h${level}`, { class: "card-title" });
    this.swap = this.isHeat ? null : button("Show the table", "table", () => this.turn(), { isBare: true, "aria-pressed": "false" });
    this.body = el("div", { class: "chart-body" });
    this.node = el("section", { class: `card chart-card${isWide ? " wide" : ""}` },
      el("header", { class: "card-head" }, this.title, el("div", { class: "card-tools" }, this.swap,
        button("Download as PNG", "download", () => this.savePng(), { isBare: true }),
        button("CSV", null, () => saveRows(this.block, this.sheet), { title: "Download as CSV" }))), this.body);
    this.build(block, `${sheet.title}, ${chart.title}`);
    this.update(chart, block, sheet, { isCompared });
    this.forget = onColours(once(() => this.redraw()));
  }

  build(block, label) {
    if (this.isHeat) {
      this.grid = new Grid(block, { label });
      this.body.append(this.grid.node);
      return;
    }
    this.legend = el("div", { class: "legend" });
    this.canvas = el("canvas", { role: "img" });
    this.box = el("div", { class: "canvas-box" }, this.canvas);
    this.nothing = el("p", { class: "nothing" });
    this.table = new Table(block, { label });
    this.table.node.hidden = true;
    this.left = el("p", { class: "faint left-out" });
    this.body.append(this.legend, this.box, this.left, this.nothing, this.table.node);
  }

  update(chart, block, sheet, { isCompared = true } = {}) {
    Object.assign(this, { chart, block, sheet, isCompared });
    write(this.title, chart.title);
    if (this.isHeat) return this.grid.update(block);
    this.table.update(block);
    return this.redraw();
  }

  /** Why there is nothing to draw; empty where there is. */
  get lack() {
    if (this.block.rows.length === 0) return "Nothing in this period.";
    return this.made.datasets.every(isBlank) ? "No numbers are known." : "";
  }

  turn() {
    const isTable = this.table.node.hidden;
    this.table.node.hidden = !isTable;
    mark(this.swap, "aria-pressed", isTable);
    this.show();
  }

  /** Shows the drawing or the table, whichever is chosen. */
  show() {
    const isTable = !this.table.node.hidden;
    const { lack } = this;
    write(this.nothing, lack);
    this.nothing.hidden = isTable || !lack;
    this.box.hidden = isTable || Boolean(lack);
    this.legend.hidden = isTable || Boolean(lack);
    this.left.hidden = isTable || !this.left.textContent;
  }

  redraw() {
    if (this.isHeat) return;
    const made = configuration(this.chart, this.block, colours(), { isCompared: this.isCompared, width: () => this.body.clientWidth || 600, shown: this.shown });
    this.made = made.made;
    for (const one of made.data.datasets) one.hidden = this.hidden.has(one.key);
    if (this.made.isSideways) this.box.style.height = `${Math.max(3, made.data.labels.length) * BAR_PX + 16}px`;
    write(this.left, this.made.left > 0 ? `and ${this.made.left} more in the table` : "");
    mark(this.canvas, "aria-label", this.inWords());
    this.show();
    if (!this.drawn) this.drawn = new globalThis.Chart(this.canvas, made);
    else this.replace(made);
    this.drawLegend();
  }

  replace(made) {
    this.drawn.config.type = made.type; // one day may be bars, and the next choice a line
    this.drawn.data = made.data;
    this.drawn.options = made.options;
    this.drawn.update("none");
  }

  drawLegend() {
    const shown = this.drawn.data.datasets.filter((one) => one.inLegend);
    const key = shown.map((one) => `${one.label}${one.borderColor}`).join();
    if (this.legendKey === key) return;
    this.legendKey = key;
    if (shown.length < 2) fill(this.legend);
    else fill(this.legend, shown.map((one) => this.legendButton(one)));
  }

  legendButton(dataset) {
    const swatch = el("span", { class: `swatch${dataset.isBefore ? " before" : ""}`, "aria-hidden": "true" });
    swatch.style.setProperty("--colour", dataset.borderColor);
    return el("button", { type: "button", class: "legend-item", "aria-pressed": String(!this.hidden.has(dataset.key)), onclick: (event) => this.toggle(dataset.key, event.currentTarget) }, swatch, dataset.label);
  }

  toggle(key, pressed) {
    if (!this.hidden.delete(key)) this.hidden.add(key);
    mark(pressed, "aria-pressed", !this.hidden.has(key));
    this.drawn.data.datasets.forEach((one, index) => this.drawn.setDatasetVisibility(index, !this.hidden.has(one.key)));
    this.drawn.update("none");
  }

  /** What is drawn, for those who hear it. */
  inWords() {
    const { chart, block, made, lack } = this;
    if (lack) return `${chart.title}: ${lack}`;
    const first = made.datasets.find((one) => one.inLegend && !isBlank(one));
    const known = first.data.map((value, index) => [value, index]).filter(([value]) => value !== null);
    const [most, at] = known.reduce((best, one) => (one[0] > best[0] ? one : best));
    const count = `${block.rows.length} values from ${plainText(made.labels[0])} to ${plainText(made.labels[made.labels.length - 1])}`;
    return `${chart.title}: ${count}. Most ${first.label}: ${written(most, first.unit)} (${plainText(made.labels[at])}). The table has all of them.`;
  }

  savePng() {
    savePicture(this);
  }

  leave() {
    this.forget();
    this.drawn?.destroy();
  }
}
