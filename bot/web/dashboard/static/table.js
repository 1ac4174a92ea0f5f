// KIT: a sheet's table: sortable by every column, long ones in pages, a bar behind what is counted.
//
//   const table = new Table(block, {rows: 10, label});  table.node;  table.update(block)
// Order, page and focus stay when the rows are updated.  A block is {title, columns: [{key, label, unit}], rows: [{…}],
// total, is_last_partial}; columns of ids stand beside the name of the first column.

import { el, fill, icon, mark, newId, write } from "./dom.js";
import { amount, ago, isKnown, isNumeric, moment, plainText, reason, short } from "./values.js";

const IDS = ["id", "telegram_id", "chat_id"];
const LEFT_OUT = ["tag"];
const IS_TIME = { day: true, moment: true, second: true };

export class Table {
  constructor(block, { rows = 10, isBarred = true, label = block.title } = {}) {
    this.label = label;
    this.size = rows;
    this.isBarred = isBarred;
    this.page = 0;
    this.sort = IS_TIME[block.columns[0]?.unit] ? { key: block.columns[0].key, turn: -1 } : null;
    this.head = el("tr");
    this.body = el("tbody");
    this.caption = el("caption", { class: "unseen" });
    this.table = el("table", {}, this.caption, el("thead", {}, this.head), this.body);
    this.scroller = el("div", { class: "scroller", tabindex: "0", role: "region" }, this.table);
    this.pager = el("div", { class: "pager", hidden: true });
    this.shown = el("p", { class: "faint", "aria-live": "off" });
    this.back = this.turner("Previous rows", -1);
    this.next = this.turner("Next rows", 1);
    this.pager.append(this.shown, this.back, this.next);
    this.nothing = el("p", { class: "nothing" }, "Nothing in this period.");
    this.node = el("div", { class: "table-box" }, this.scroller, this.nothing, this.pager);
    this.update(block);
  }

  turner(label, step) {
    return el("button", { type: "button", class: `plain small ${step < 0 ? "turn-back" : "turn-on"}`, "aria-label": label, title: label, onclick: () => this.turn(step) }, icon("down"));
  }

  update(block) {
    this.block = block;
    write(this.caption, block.title);
    mark(this.scroller, "aria-label", `${this.label}: table`);
    this.columns = block.columns.filter((column, index) => index === 0 || !(IDS.includes(column.key) || LEFT_OUT.includes(column.key)));
    this.idKey = block.columns.slice(1).find((column) => IDS.includes(column.key))?.key;
    const key = JSON.stringify(this.columns);
    if (this.headKey !== key) this.drawHead();
    this.headKey = key;
    this.draw();
  }

  drawHead() {
    fill(this.head, this.columns.map((column) => el("th", { scope: "col", class: isNumeric(column.unit) ? "number" : "", "data-key": column.key },
      el("button", { type: "button", onclick: () => this.order(column) }, plainText(column.label), el("span", { class: "sorted", "aria-hidden": "true" })))));
  }

  order(column) {
    const first = isNumeric(column.unit) || IS_TIME[column.unit] ? -1 : 1;
    this.sort = { key: column.key, turn: this.sort?.key === column.key ? -this.sort.turn : first };
    this.page = 0;
    this.draw();
  }

  turn(step) {
    this.page += step;
    this.draw();
    const [used, other] = step < 0 ? [this.back, this.next] : [this.next, this.back];
    if (used.disabled) other.focus(); // a button that is switched off would lose the focus
  }

  rows() {
    if (!this.sort) return this.block.rows;
    const { key, turn } = this.sort;
    return [...this.block.rows].sort((one, other) => compared(one[key], other[key], turn));
  }

  draw() {
    const rows = this.rows();
    const pages = Math.max(1, Math.ceil(rows.length / this.size));
    this.page = Math.min(Math.max(0, this.page), pages - 1);
    const from = this.page * this.size;
    for (const cell of this.head.children) this.drawOrder(cell);
    this.nothing.hidden = rows.length > 0;
    this.scroller.hidden = rows.length === 0;
    this.drawRows(rows.slice(from, from + this.size));
    this.drawPager(rows.length, from, pages);
  }

  drawOrder(cell) {
    const turn = this.sort?.key === cell.dataset.key ? this.sort.turn : 0;
    mark(cell, "aria-sort", turn ? (turn > 0 ? "ascending" : "descending") : null);
  }

  drawPager(count, from, pages) {
    const total = this.block.total ?? count;
    this.pager.hidden = pages === 1 && total <= count;
    const upTo = Math.min(from + this.size, count);
    const more = total > count ? ` of the first ${amount(count, "count")}, ${amount(total, "count")} in all` : ` of ${amount(count, "count")}`;
    write(this.shown, `${amount(from + 1, "count")}–${amount(upTo, "count")}${more}`);
    this.back.hidden = this.next.hidden = pages === 1;
    this.back.disabled = this.page === 0;
    this.next.disabled = this.page === pages - 1;
  }

  drawRows(rows) {
    const bar = this.isBarred && !IS_TIME[this.columns[0].unit] && this.columns.slice(1).find((column) => ["count", "stars", "share"].includes(column.unit));
    const most = bar ? Math.max(...this.block.rows.map((row) => Number(row[bar.key]) || 0)) : 0;
    while (this.body.children.length > rows.length) this.body.lastChild.remove();
    while (this.body.children.length < rows.length) this.body.append(el("tr"));
    rows.forEach((row, index) => {
      const line = this.body.children[index];
      this.fitCells(line);
      this.columns.forEach((column, at) => drawCell(line.children[at], row[column.key], column.unit));
      this.drawName(line.firstChild, row, most > 0 ? Math.max(0, Number(row[bar.key]) || 0) / most : 0);
      line.classList.toggle("partial", this.isPartial(row));
    });
  }

  isPartial(row) {
    return Boolean(this.block.is_last_partial) && row === this.block.rows[this.block.rows.length - 1];
  }

  fitCells(line) {
    if (line.children.length === this.columns.length) return;
    fill(line, this.columns.map((column, index) =>
      index === 0 ? el("th", { scope: "row", id: newId("row") }) : el("td", { class: isNumeric(column.unit) ? "number" : "" })));
  }

  drawName(cell, row, part) {
    cell.style.setProperty("--part", part.toFixed(3));
    cell.classList.toggle("barred", part > 0);
    const id = this.idKey ? String(row[this.idKey] ?? "") : "";
    const isNamed = id && cell.textContent !== id;
    if (isNamed) cell.append(" ", el("span", { class: "faint" }, id));
    if (this.isPartial(row)) cell.append(" ", el("span", { class: "faint" }, "so far"));
  }
}

function drawCell(cell, value, unit) {
  const text = short(value, unit);
  if (unit === "foreign") fill(cell, el("bdi", {}, text));
  else write(cell, text);
  mark(cell, "title", !isKnown(value) && value !== null ? reason(value) : unit === "moment" && value ? `${moment(value)}, ${ago(value)}` : text.length > 40 ? text : null);
}

/** What is unknown or empty comes last, whichever way the others turn. */
function compared(one, other, turn) {
  if (!isKnown(one) || !isKnown(other)) return Number(isKnown(other)) - Number(isKnown(one));
  if (typeof one === "number" && typeof other === "number") return turn * (one - other);
  return turn * String(one).localeCompare(String(other), "en", { numeric: true });
}
