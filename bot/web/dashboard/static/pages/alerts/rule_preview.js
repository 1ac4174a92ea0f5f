// What a rule would have done in the last week: how often, for how long, on which grounds, and the chart.
//
//   previewNode(answer, traceCard) → nodes

import { el } from "../../dom.js";
import { amount, duration, moment } from "../../values.js";
import { figure } from "./readings.js";

const MOST_SPANS = 5;

export function previewNode(done, trace) {
  if (!done.based_on.length) return [el("p", { class: "preview-said" }, "What it would have done is not known."), el("p", { class: "faint" }, sentence(done.reason ?? "nothing of it is on record"))];
  return [el("p", { class: "preview-said" }, el("strong", {}, said(done))), el("p", { class: "faint" }, checks(done)), ...done.based_on.map(basis), spans(done),
    trace.draw({
      rule: "preview",
      unit: done.unit,
      since: done.since,
      until: done.until,
      points: done.points.map((point) => ({ ...point, threshold: done.threshold })),
      firings: done.spans,
      silenced: [],
    })];
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

function said({ counts, spans: found }) {
  if (!counts.fired) return "It would not have fired in the last 7 days.";
  const times = counts.fired === 1 ? "once" : `${amount(counts.fired, "count")} times`;
  const now = found.at(-1)?.end === null ? ", and would be firing now" : "";
  return `It would have fired ${times} in the last 7 days, for ${duration(counts.seconds)} in all${now}.`;
}

function checks({ counts, reads, comparison, threshold, unit }) {
  const unknown = counts.unknown ? `, ${amount(counts.unknown, "count")} had no figure` : "";
  return `${sentence(reads)} It was ${comparison} ${figure(threshold, unit)} at ${amount(counts.bad, "count")} of ${amount(counts.checks, "count")} checks${unknown}.`;
}

const basis = ({ source, what, since, until, checks: count }) =>
  el("p", { class: "faint" }, `${source === "readings" ? "Readings" : "Counts"}, ${moment(since)} to ${moment(until)}, ${amount(count, "count")} checks: ${what}.`);

/** The newest of them in words: a chart of a week has few points. */
function spans({ spans: found }) {
  if (!found.length) return null;
  const newest = found.slice(-MOST_SPANS).reverse();
  const rest = found.length - newest.length;
  return el("details", {}, el("summary", { class: "faint" }, "When"), el("ul", { class: "list" }, newest.map(({ start, end }) => el("li", {}, `${moment(start)} to ${end ? moment(end) : "now"}`)),
    rest > 0 ? el("li", { class: "faint" }, `and ${amount(rest, "count")} before`) : null));
}
