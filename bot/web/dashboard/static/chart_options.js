// KIT: how Chart.js draws what chart_data.js has made: axes and tooltips, all in our colours.
//
// Chart.js keeps a chart's plugins for its life, so ours look up what is shown now in *shown*.
//
//   configuration(chart, block, colours, {isCompared, width, shown}) → what `new Chart(canvas, …)` takes

import { drawable, series } from "./chart_data.js";
import { marks } from "./chart_marks.js";
import { amount, axis } from "./values.js";

// Names take a third of the width at most.
const LETTER_PX = 7.2;
const WHOLE = ["count", "stars"];

export function configuration(asked, block, colours, { isCompared = true, width = () => 600, shown = {} } = {}) {
  const chart = drawable(asked, block);
  const made = series(chart, block, colours, { isCompared });
  Object.assign(shown, { chart, made, colours });
  const isLine = ["lines", "bands"].includes(chart.kind);
  return {
    type: isLine ? "line" : "bar",
    data: { labels: made.labels, datasets: made.datasets },
    options: options(chart, made, colours, width),
    plugins: [marks(shown)],
    made,
  };
}

function options(chart, made, colours, width) {
  const value = valueAxis(chart, made, colours);
  const names = nameAxis(chart, made, colours, () => Math.max(8, Math.floor(width() / 3 / LETTER_PX)));
  return {
    indexAxis: made.isSideways ? "y" : "x",
    responsive: true,
    maintainAspectRatio: false,
    // Figures that swing are not read faster, and every refresh would swing.
    animation: false,
    interaction: { mode: "index", axis: made.isSideways ? "y" : "x", intersect: false },
    layout: { padding: { top: 6, right: { funnel: 110, bars: made.isSideways ? 72 : 6 }[chart.kind] ?? 6 } },
    font: { family: colours.font },
    scales: made.isSideways ? { x: { ...value, display: false }, y: names } : { x: names, y: value },
    plugins: { legend: { display: false }, tooltip: tooltip(made, colours) },
  };
}

const font = (colours, size = 11.5) => ({ family: colours.font, size });

function valueAxis(chart, made, colours) {
  return {
    beginAtZero: true,
    stacked: chart.kind === "stack",
    border: { display: false },
    grid: { color: (context) => (context.tick?.value === 0 ? colours.before : colours.rule), drawTicks: false },
    ticks: { color: colours.faint, font: font(colours), padding: 8, maxTicksLimit: 6, precision: WHOLE.includes(made.unit) ? 0 : undefined, callback: (value) => axis(value, made.unit) },
    // Numbers stand above bars that are alone.
    grace: made.isSole ? "12%" : 0,
    // A share cannot be more than all; a chart of nothing still needs a height.
    suggestedMax: WHOLE.includes(made.unit) ? 4 : undefined,
  };
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function nameAxis(chart, made, colours, room) {
  return {
    stacked: chart.kind === "stack",
    border: { display: false },
    grid: { display: false },
    ticks: made.isSideways
      ? { color: colours.ink, font: font(colours, 12.5), autoSkip: false, callback: (_, index) => cut(made.labels[index], room()) }
      : { color: colours.faint, font: font(colours), maxRotation: 0, autoSkip: true, autoSkipPadding: 18, maxTicksLimit: 12 },
  };
}

function tooltip(made, colours) {
  return {
    backgroundColor: colours.raised,
    titleColor: colours.ink,
    bodyColor: colours.ink,
    footerColor: colours.faint,
    borderColor: colours.line,
    borderWidth: 1,
    cornerRadius: 8,
    padding: 10,
    boxWidth: 8,
    boxHeight: 8,
    boxPadding: 5,
    usePointStyle: true,
    titleFont: { ...font(colours, 12.5), weight: 600 },
    bodyFont: font(colours, 12.5),
    filter: (item) => item.dataset.inTooltip !== false && item.raw !== null,
    callbacks: {
      title: (items) => (items.length ? made.titles[items[0].dataIndex] : ""),
      label: (item) => `${item.dataset.label}: ${said(item, made)}`,
      labelColor: (item) => ({ backgroundColor: solid(item.dataset), borderColor: solid(item.dataset) }),
      labelPointStyle: () => ({ pointStyle: "circle", rotation: 0 }),
    },
  };
}

const solid = (dataset) => (typeof dataset.borderColor === "string" ? dataset.borderColor : dataset.backgroundColor);

function said(item, made) {
  const { dataset, dataIndex } = item;
  const high = amount(dataset.data[dataIndex], dataset.unit);
  if (!dataset.lowKey) return high;
  return `${amount(made.rows[dataIndex][dataset.lowKey], dataset.unit)} to ${high}`;
}
