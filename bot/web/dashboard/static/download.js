// KIT: files for people: a table's rows as CSV, a chart as PNG, and what the server makes.
//
//   saveRows(block, sheet)            CSV of a table or grid: raw values below the heads that people see
//   savePicture(chartCard)            PNG with title, legend and period
//   save(blob, name)                  any file

import { el } from "./dom.js";
import { picture } from "./grid.js";
import { colours } from "./palette.js";
import { isKnown, plainText } from "./values.js";

const EDGE = 24;
const HEAD = 56;
const LEGEND = 26;
const FOOT = 34;

export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = el("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

export function saveRows(block, sheet) {
  const lines = block.kind === "grid" ? gridLines(block) : tableLines(block);
  const text = lines.map((line) => line.map(cell).join(",")).join("\r\n");
  save(new Blob([`\ufeff${text}\r\n`], { type: "text/csv" }), `${fileName(block, sheet)}.csv`);
}

const fileName = (block, sheet) => `telegauge-${sheet.name}-${block.key}-${sheet.period.first_day}-${sheet.period.last_day}`;

const tableLines = (block) => [block.columns.map((column) => plainText(column.label)), ...block.rows.map((row) => block.columns.map((column) => row[column.key]))];

function gridLines(block) {
  const heads = block.heads.length > 0;
  const head = [block.row_title, ...(heads ? [block.head_title] : []), ...block.columns];
  return [head, ...block.rows.map((name, index) => [name, ...(heads ? [block.heads[index]] : []), ...block.values[index]])];
}

/** A cell; text that a spreadsheet would take for a formula is kept as text. */
function cell(value) {
  if (!isKnown(value)) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function savePicture(card) {
  const { chart, block, sheet } = card;
  const tints = colours();
  const drawing = card.isHeat ? picture(block, tints) : card.drawn?.canvas;
  if (!drawing?.width) return;
  const ratio = card.isHeat ? 2 : card.drawn.currentDevicePixelRatio;
  framed(drawing, ratio, { chart, sheet, tints, legend: card.isHeat ? [] : shownSeries(card.drawn) })
    .toBlob((blob) => save(blob, `${fileName(block, sheet)}.png`), "image/png");
}

const shownSeries = (drawn) => drawn.data.datasets.filter((one, index) => one.inLegend && drawn.isDatasetVisible(index));

function framed(drawing, ratio, { chart, sheet, tints, legend }) {
  const [wide, high] = [drawing.width / ratio, drawing.height / ratio];
  const top = EDGE + HEAD - 20 + (legend.length > 1 ? LEGEND : 0);
  const canvas = el("canvas", { width: (wide + 2 * EDGE) * ratio, height: (top + high + FOOT) * ratio });
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = tints.surface;
  pen.fillRect(0, 0, wide + 2 * EDGE, top + high + FOOT);
  pen.fillStyle = tints.ink;
  pen.font = `600 17px ${tints.font}`;
  pen.fillText(chart.title, EDGE, EDGE + 14);
  if (legend.length > 1) drawLegend(pen, legend, tints);
  pen.drawImage(drawing, EDGE, top, wide, high);
  pen.fillStyle = tints.faint;
  pen.font = `11px ${tints.font}`;
  pen.fillText(foot(sheet), EDGE, top + high + FOOT - 13);
  return canvas;
}

function drawLegend(pen, legend, tints) {
  let x = EDGE;
  pen.font = `12px ${tints.font}`;
  for (const one of legend) {
    pen.fillStyle = one.borderColor;
    pen.fillRect(x, EDGE + 33, 10, 10);
    pen.fillStyle = tints.ink;
    pen.fillText(one.label, x + 15, EDGE + 42);
    x += 15 + pen.measureText(one.label).width + 18;
  }
}

function foot({ period, is_synthetic: isSynthetic }) {
  const days = `${period.first_day} to ${period.last_day}, ${period.zone}`;
  return isSynthetic ? `${days} · synthetic data from the sandbox, no real people` : days;
}
