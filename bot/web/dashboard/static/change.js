// KIT: what a figure was before, beside it.
//
//   change(line, reportName) → {turn, size, from, why, tone: "good" | "bad" | "even"}, or null without a comparison
//   turn: 1, -1 or 0;  size: "12%";  from: "from 5,440", why: why there is nothing to compare with.
//   line is one of a sheet's figures: {key, unit, value, before, is_partial}.

import { amount, isKnown, reason, written } from "./values.js";

const NO_AMOUNTS = ["day", "moment", "text", "foreign"];
const LESS_IS_BETTER = /fail|error|refund|block|cancel|abandon|churn|waiting|retry|refus|firing|alerts|total_seconds|unusual|unpriced|dormant|^left$/;
const GOOD_ALL_THE_SAME = /unblock|^success/;
const RESPONSE_TIMES = /(mean|p50|p95|p99|median|noticed|acknowledged)(_seconds)?$/;
// How long people play or talk is neither good nor bad.
const TIMES_THAT_MATTER = ["analytics", "downloads", "assistant", "commands", "handlers", "api", "alerts", "funnel"];
const NEUTRAL = /token|cost|length|_each|open|days/;

// What recurring revenue loses stands below zero: nearer to zero is better.
const LOSSES = ["contraction", "voluntary", "failed", "refunded"];

/** +1, -1: more is good, or bad; 0: neither. */
function taste(key, report) {
  if (report === "revenue" && LOSSES.includes(key)) return 1;
  if (NEUTRAL.test(key)) return 0;
  if (GOOD_ALL_THE_SAME.test(key)) return 1;
  if (LESS_IS_BETTER.test(key) || (report === "blocks" && ["net", "rate"].includes(key))) return -1;
  if (RESPONSE_TIMES.test(key)) return TIMES_THAT_MATTER.includes(report) ? -1 : 0;
  return 1;
}

/** How *line* moved against before; null when nothing was compared. */
export function change(line, report = "") {
  const { key, unit, value, before } = line;
  if (before === null || before === undefined || typeof value !== "number") return null;
  if (!isKnown(before)) return even("no figure before", reason(before));
  if (typeof before !== "number" || NO_AMOUNTS.includes(unit)) return null;
  if (line.is_partial) return even(`${written(before, unit)} before, in whole days`);
  const moved = value - before;
  if (moved === 0) return even("as before");
  return { turn: Math.sign(moved), size: size(unit, value, before), from: `from ${written(before, unit)}`, why: null, tone: toned(moved, taste(key, report)) };
}

const even = (from, why = null) => ({ turn: 0, size: "", from, why, tone: "even" });

function size(unit, value, before) {
  const moved = Math.abs(value - before);
  // A change of a share in percent confuses.
  if (unit === "share") return `${(moved * 100).toFixed(moved < 0.01 ? 2 : 1)} points`;
  if (before === 0 || value * before < 0) return amount(moved, unit);
  const part = moved / Math.abs(before);
  if (part >= 10) return `${Math.round(value / before)} times`;
  return `${(part * 100).toFixed(part < 0.1 ? 1 : 0)}%`;
}

const toned = (moved, wanted) => (wanted === 0 ? "even" : Math.sign(moved) === wanted ? "good" : "bad");
