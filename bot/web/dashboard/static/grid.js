// KIT: a sheet's grid as a heat map: a table whose cells are coloured, with text that is read on every colour.
//
//   const grid = new Grid(block);  grid.node;  grid.update(block);  picture(block, colours) → canvas, for a PNG
// A block is {title, unit, row_title, rows: […], columns: […], values: [[…]], head_title, heads: […]}.

import { el, fill, mark, write } from "./dom.js";
import { amount, isKnown, plainText, reason, written } from "./values.js";

export const LEVELS = 8;

export class Grid {
  constructor(block, { label = block.title } = {}) {
    this.label = label;
    this.caption = el("caption", { class: "unseen" });
    this.head = el("tr");
    this.body = el("tbody");
    this.table = el("table", { class: "heat" }, this.caption, el("thead", {}, this.head), this.body);
    this.scroller = el("div", { class: "scroller", tabindex: "0", role: "region" }, this.table);
    this.nothing = el("p", { class: "nothing" }, "Nothing in this period.");
    this.node = el("div", { class: "table-box" }, this.scroller, this.nothing);
    this.update(block);
  }

  update(block) {
    this.block = block;
    write(this.caption, block.title);
    mark(this.scroller, "aria-label", `${this.label}: table`);
    this.nothing.hidden = block.rows.length > 0;
    this.scroller.hidden = block.rows.length === 0;
    const key = JSON.stringify([block.rows, block.columns, block.head_title]);
    if (this.key !== key) this.build(block);
    this.key = key;
    this.colour(block);
  }

  build(block) {
    const hasHeads = block.heads.length > 0;
    fill(this.head, el("th", { scope: "col" }, block.row_title), hasHeads ? el("th", { scope: "col", class: "number" }, block.head_title) : null,
      block.columns.map((name) => el("th", { scope: "col", class: "number" }, plainText(name))));
    fill(this.body, block.rows.map((name) => el("tr", {}, el("th", { scope: "row" }, plainText(name)),
      hasHeads ? el("td", { class: "number head" }) : null, block.columns.map(() => el("td", { class: "cell" })))));
  }

  colour(block) {
    const hasHeads = block.heads.length > 0;
    const most = mostOf(block);
    block.values.forEach((values, at) => {
      const cells = [...this.body.children[at].children].slice(1);
      if (hasHeads) write(cells.shift(), written(block.heads[at], "count"));
      values.forEach((value, index) => paint(cells[index], value, block.unit, most));
    });
  }
}

function paint(cell, value, unit, most) {
  if (!cell) return;
  write(cell, brief(value, unit, most));
  mark(cell, "class", `cell heat-${level(value, most)}`);
  mark(cell, "title", isKnown(value) ? written(value, unit) : value === null ? null : reason(value));
}

const numbers = (block) => block.values.flat().filter((value) => typeof value === "number");
const mostOf = (block) => Math.max(0, ...numbers(block));

/** 0 for little or nothing, up to LEVELS - 1; "none" where there is no value. */
function level(value, most) {
  if (typeof value !== "number") return "none";
  if (most <= 0 || value <= 0) return 0;
  return Math.min(LEVELS - 1, Math.ceil((value / most) ** 0.75 * (LEVELS - 1)));
}

/** A cell is narrow, so there are no decimals that say nothing. */
function brief(value, unit, most) {
  if (!isKnown(value)) return value === null ? "" : value.reason === "not_over" ? "…" : "?";
  if (unit === "share") return `${Math.round(value * 100)}%`;
  if (unit === "ratio") return value === 0 ? "0" : value.toFixed(most >= 20 ? 0 : 1);
  return amount(value, unit);
}

/** The heat map as a picture. */
export function picture(block, colours) {
  const [left, wide, high, top] = [110, Math.max(34, Math.min(72, 1000 / block.columns.length)), 30, 26];
  const canvas = el("canvas", { width: 2 * (left + wide * block.columns.length), height: 2 * (top + high * block.rows.length) });
  const pen = canvas.getContext("2d");
  pen.scale(2, 2);
  pen.font = `12px ${colours.font}`;
  pen.textBaseline = "middle";
  const most = mostOf(block);
  pen.fillStyle = colours.faint;
  block.rows.forEach((name, row) => pen.fillText(plainText(name), 4, top + high * (row + 0.5), left - 10));
  pen.textAlign = "center";
  block.columns.forEach((name, column) => pen.fillText(plainText(name), left + wide * (column + 0.5), top / 2, wide));
  block.values.forEach((values, row) => values.forEach((value, column) => {
    const of = level(value, most);
    if (of === "none") return;
    pen.fillStyle = colours.heat[of];
    pen.fillRect(left + wide * column + 1, top + high * row + 1, wide - 2, high - 2);
    pen.fillStyle = colours.heatInk[of];
    pen.fillText(brief(value, block.unit, most), left + wide * (column + 0.5), top + high * (row + 0.5), wide - 4);
  }));
  return canvas;
}
