// KIT: what is drawn over and under a chart: times behind the lines, words beside bars that lie, and the
// numbers of bars that are alone.
//
//   plugins: [marks(shown)]      shown: {chart, made, colours}, looked up whenever it is drawn

import { faded } from "./palette.js";
import { amount, plainText, written } from "./values.js";

const GAP_PX = 4;

export function marks(shown) {
  return {
    id: "marks",
    beforeDatasetsDraw: (drawn) => {
      if (shown.chart.spans?.length) drawSpans(drawn, shown);
    },
    afterDatasetsDraw: (drawn) => {
      if (shown.made.isSideways) drawWords(drawn, shown);
      if (shown.made.isSole) drawNumbers(drawn, shown);
    },
  };
}

function drawSpans({ ctx, chartArea, scales }, { chart, made, colours }) {
  const times = made.rows.map((row) => Date.parse(row[chart.x]));
  const at = (moment) => times.findIndex((time) => time >= Date.parse(moment));
  for (const span of chart.spans) {
    const first = at(span.start);
    const last = at(span.end) < 0 ? times.length - 1 : at(span.end);
    if (first < 0) continue;
    const [left, right] = [scales.x.getPixelForValue(first), scales.x.getPixelForValue(last)];
    ctx.save();
    ctx.fillStyle = faded(span.kind === "trouble" ? colours.warning : colours.faint, 0.16);
    ctx.fillRect(left, chartArea.top, Math.max(2, right - left), chartArea.bottom - chartArea.top);
    ctx.restore();
  }
}

/** What is to be written on a drawing, ready to be. */
function pen({ ctx }, colours, more) {
  ctx.save();
  return Object.assign(ctx, { font: `600 12px ${colours.font}`, fillStyle: colours.ink, ...more });
}

function drawNumbers(drawn, { colours }) {
  const ctx = pen(drawn, colours, { textAlign: "center" });
  for (const { data, index } of drawn.getSortedVisibleDatasetMetas()) {
    const { data: values, unit } = drawn.data.datasets[index];
    if (values[0] === null) continue;
    Object.assign(ctx, { textBaseline: values[0] < 0 ? "top" : "bottom" });
    ctx.fillText(amount(values[0], unit), data[0].x, data[0].y + (values[0] < 0 ? GAP_PX : -GAP_PX));
  }
  ctx.restore();
}

function drawWords(drawn, { chart, made, colours }) {
  const { chartArea, data } = drawn;
  const index = data.datasets.findIndex((one) => !one.isBefore);
  const ctx = pen(drawn, colours, { textBaseline: "middle" });
  made.rows.forEach((row, at) => {
    const value = data.datasets[index].data[at];
    const bar = drawn.getDatasetMeta(index).data[at];
    if (value === null || !bar) return;
    ctx.fillText(beside(row, value, chart, made), Math.max(bar.x, chartArea.left) + 7, bar.y);
  });
  ctx.restore();
}

function beside(row, value, chart, made) {
  const more = chart.kind === "funnel" ? chart.y.slice(1).map((key) => written(row[key], "share")) : [];
  return plainText([amount(value, made.unit), ...more].join(" · "));
}
