// What rules see: their figures in words, and as a chart against the threshold.
//
//   written(value, "%")                      "12.3%", "8.1 s", "3 downloads"
//   traceCard(trace, view) / new TraceCard   of GET alerts/ID/trace; previews have the same shape

import { ChartCard } from "../../chart.js";
import { amount, zoneName } from "../../values.js";

const KNOWN = { "%": ["share", 0.01], s: ["seconds", 1], seconds: ["seconds", 1], bytes: ["bytes", 1], B: ["bytes", 1] };

// Parts of more than so many say nothing.
const WHOLE = 100;

const unitOf = (unit) => KNOWN[unit] ?? ["ratio", 1];

/** A figure of a rule with its unit. */
export function figure(value, unit) {
  if (value === null || value === undefined) return "unknown";
  const [kind, factor] = unitOf(unit);
  const text = kind === "ratio" && Math.abs(value) >= WHOLE ? amount(Math.round(value), "count") : amount(value * factor, kind);
  return kind === "ratio" && unit ? `${text}\u00a0${unit}` : text;
}

/** A chart of points {at, value, threshold}, and the times when the rule fired or was silenced. */
export class TraceCard {
  constructor(view, title, { level = 4 } = {}) {
    Object.assign(this, { view, title, level });
    this.card = null;
    this.last = null;
  }

  /** The node of the chart, which stays the same. */
  draw(trace) {
    this.last = trace.points.at(-1)?.value ?? null;
    const { chart, block, sheet } = drawn(trace, this.title, this.view.session);
    if (this.card) this.card.update(chart, block, sheet, { isCompared: false });
    else this.card = new ChartCard(chart, block, { sheet, level: this.level, isCompared: false });
    return this.card.node;
  }

  leave() {
    this.card?.leave();
    this.card = null;
  }
}

function drawn(trace, title, session) {
  const [kind, factor] = unitOf(trace.unit);
  const times = (value) => (typeof value === "number" ? value * factor : null);
  const rows = trace.points.map(({ at, value, threshold }) => ({ at, value: times(value), threshold: times(threshold) }));
  const word = kind === "ratio" && trace.unit ? `Reading, ${trace.unit}` : "Reading";
  const columns = [{ key: "at", label: "Time", unit: isWithinMinutes(rows) ? "second" : "moment" }, { key: "value", label: word, unit: kind }, { key: "threshold", label: "Threshold", unit: kind }];
  const spans = [...trace.firings.map((span) => spanOf(span, "trouble", trace)), ...trace.silenced.map((span) => spanOf(span, "quiet", trace))];
  return {
    chart: { kind: "lines", block: "readings", title, x: "at", y: ["value"], limit: "threshold", spans },
    block: { kind: "table", key: "readings", title, columns, rows, total: rows.length },
    sheet: { name: trace.rule ?? "rule", title, period: { first_day: trace.since.slice(0, 10), last_day: trace.until.slice(0, 10), zone: zoneName() }, is_synthetic: session.is_synthetic },
  };
}

/** Whether a minute has several points, which would be called the same. */
const isWithinMinutes = (rows) => rows.some(({ at }, index) => index > 0 && minuteOf(at) === minuteOf(rows[index - 1].at));
const MINUTE_LETTERS = "2026-11-21T00:52".length;
const minuteOf = (iso) => iso.slice(0, MINUTE_LETTERS);

const spanOf = ({ start, end }, kind, trace) => ({ start: start < trace.since ? trace.since : start, end: end ?? trace.until, kind });
