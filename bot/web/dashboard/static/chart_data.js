// KIT: from a chart of a sheet and its block to the datasets of Chart.js.
//
//   series(chart, block, colours, {isCompared}) → {labels, datasets, unit, isSideways}
//   drawable(chart, block)   the chart as it says something: a line of one time is a bar
// Datasets carry `unit`, `isBefore`, and `inLegend` beside what Chart.js knows.

import { faded } from "./palette.js";
import { isNumeric, plainText, short, written } from "./values.js";

// More bars than these say nothing; the table has them all.
const MOST_BARS = 12;
const POINTS_SEEN = 14;
const POINT_PX = 2.5;

/** One time is no line, and one pile has no neighbours: they are bars, and their numbers beside them. */
export function drawable(chart, block) {
  return isSole(block) && ["lines", "stack"].includes(chart.kind) ? { ...chart, kind: "bars" } : chart;
}

const isSole = (block) => block.rows.length === 1;

export function series(chart, block, colours, { isCompared = true } = {}) {
  const columns = new Map(block.columns.map((column) => [column.key, column]));
  const isSideways = chart.kind === "funnel" || (chart.kind === "bars" && isNamed(columns.get(chart.x), block.rows, chart.x));
  const rows = isSideways ? block.rows.slice(0, chart.most ?? MOST_BARS) : block.rows;
  const made = { chart, columns, rows, colours, isCompared, isSideways, lastPartial: block.is_last_partial ? rows.length - 1 : -1 };
  const datasets = { lines, bars, stack, bands, funnel: bars }[chart.kind](made);
  const x = columns.get(chart.x);
  return {
    labels: rows.map((row) => label(row[chart.x], x)),
    titles: rows.map((row) => title(row[chart.x], x)),
    datasets,
    unit: columns.get(chart.kind === "bands" ? chart.y[0] : shownY(chart)[0]).unit,
    isSideways,
    isSole: isSole(block) && !isSideways,
    rows,
    left: block.rows.length - rows.length,
  };
}

/** Whether the bars are things with names, which need room, and no amounts or times. */
function isNamed(column, rows, key) {
  if (!["text", "foreign"].includes(column.unit)) return false;
  return !rows.every((row) => /^\d/.test(String(row[key])) && String(row[key]).length < 12) || column.unit === "foreign";
}

const label = (value, column) => short(value, column.unit);
const title = (value, column) => (isNumeric(column.unit) ? `${column.label}: ${written(value, column.unit)}` : written(value, column.unit));

// A funnel's further columns are written beside its bars.
const shownY = (chart) => (chart.kind === "funnel" ? chart.y.slice(0, 1) : chart.y);

const numbers = (rows, key) => rows.map((row) => (isNumber(row[key]) ? row[key] : null));

function dataset({ columns, rows }, key, more) {
  const column = columns.get(key);
  return { label: plainText(column.label), unit: column.unit, data: numbers(rows, key), inLegend: true, key, ...more };
}

function before(made, more) {
  const { chart, colours, isCompared } = made;
  if (!chart.before || !isCompared) return [];
  const drawn = dataset(made, chart.before, { isBefore: true, borderColor: colours.before, backgroundColor: faded(colours.before, 0.55), order: 9, ...more });
  // What was not recorded is not drawn, so the legend does not promise it.
  return isBlank(drawn) ? [] : [drawn];
}

/** Whether there is nothing of it to draw. */
export const isBlank = (dataset) => dataset.data.every((value) => value === null);

/** How large each point is: one between gaps has no line, so it is always seen. */
const radii = (values, radius) => values.map((_, at) => (isNumber(values[at - 1]) || isNumber(values[at + 1]) ? radius : POINT_PX));
const isNumber = (value) => typeof value === "number";

function lines(made) {
  const { chart, rows, colours } = made;
  const radius = rows.length <= POINTS_SEEN ? POINT_PX : 0;
  const isAlone = chart.y.length === 1;
  const drawn = chart.y.map((key, index) => dataset(made, key, { ...line(made, colours.series[index]), pointRadius: radii(numbers(rows, key), radius), fill: isAlone ? "origin" : false, backgroundColor: faded(colours.series[index], 0.1), order: index }));
  const limit = chart.limit ? [dataset(made, chart.limit, { ...line(made, colours.warning), borderDash: [6, 4], order: 8 })] : [];
  return [...drawn, ...limit, ...before(made, { borderWidth: 1.5, borderDash: [4, 4], pointRadius: radii(numbers(rows, chart.before), 0), pointHoverRadius: 3, cubicInterpolationMode: "monotone", fill: false })];
}

function line({ lastPartial }, colour) {
  // What is not over yet is dashed, so that nobody takes it for a fall.
  const isOpen = (context) => context.p1DataIndex === lastPartial;
  return {
    borderColor: colour,
    pointBackgroundColor: colour,
    borderWidth: 2,
    pointRadius: 0,
    pointHoverRadius: 4,
    pointHitRadius: 12,
    cubicInterpolationMode: "monotone",
    spanGaps: false,
    segment: { borderDash: (context) => (isOpen(context) ? [3, 4] : undefined) },
  };
}

function bars(made) {
  const { chart, colours } = made;
  const drawn = shownY(chart).map((key, index) => dataset(made, key, { ...bar(made, colours.series[index]), order: index }));
  return [...drawn, ...before(made, { borderRadius: 3, maxBarThickness: 34 })];
}

function bar({ rows, lastPartial }, colour) {
  const fills = rows.map((_, index) => (index === lastPartial ? faded(colour, 0.4) : colour));
  return { backgroundColor: fills, hoverBackgroundColor: colour, borderColor: colour, borderRadius: 3, maxBarThickness: 34, categoryPercentage: 0.82, barPercentage: 0.9 };
}

function stack(made) {
  const { chart, colours } = made;
  return chart.y.map((key, index) => dataset(made, key, { ...bar(made, colours.series[index % colours.series.length]), borderRadius: 2, stack: "all", order: index }));
}

function bands(made) {
  const { chart, colours } = made;
  const [measured, expected] = chart.y;
  const spread = chart.bands.flatMap(([low, high], index) => [
    dataset(made, low, { borderWidth: 0, pointRadius: 0, pointHoverRadius: 0, fill: false, inLegend: false, inTooltip: false, cubicInterpolationMode: "monotone", order: 8 - index }),
    dataset(made, high, {
      label: chart.band_labels[index] ?? "",
      borderWidth: 0,
      pointRadius: 0,
      pointHoverRadius: 0,
      fill: "-1",
      backgroundColor: faded(colours.series[1], 0.14 + 0.12 * index),
      borderColor: faded(colours.series[1], 0.3 + 0.2 * index),
      lowKey: low,
      cubicInterpolationMode: "monotone",
      order: 8 - index,
    }),
  ]);
  const drawn = [
    dataset(made, measured, { ...line(made, colours.series[0]), order: 0 }),
    dataset(made, expected, { ...line(made, colours.series[1]), borderDash: [5, 4], order: 1 }),
  ];
  return [...spread, ...drawn];
}
