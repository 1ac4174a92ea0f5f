// KIT: which periods there are, what they are compared with, and how they are cut.
//
//   fault("2026-02-05", "2026-01-04")   why these days are no period; "" when they are one
//   span(state)                         how many days address.now is about
//   firstOf(7)                          the first of the last seven days, today included

import { day, today } from "./values.js";

export const PRESETS = [[1, "1 day"], [7, "7 days"], [30, "30 days"], [90, "90 days"], [365, "1 year"]];
export const COMPARISONS = [["previous", "Days before"], ["weekdays", "Same weekdays"], ["year", "Year before"], ["none", "No comparison"]];
export const INTERVALS = [["", "Usual steps"], ["hourly", "By hour"], ["daily", "By day"], ["weekly", "By week"], ["monthly", "By month"]];
export const LONGEST = 365; // days, as for the API
export const EARLIEST = "2013-08-14";
export const DAY_MS = 86400000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** How many days *state* is about. */
export function span(state) {
  if (state.days !== null) return state.days;
  return Math.round((Date.parse(state.to) - Date.parse(state.from)) / DAY_MS) + 1;
}

/** The first of *days* that end with *last*. */
export const firstOf = (days, last = today()) => new Date(Date.parse(last) - (days - 1) * DAY_MS).toISOString().slice(0, 10);

/** Whether a calendar has that day: 2026-02-30 is in none. */
function isDay(text) {
  const at = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export function fault(from, to) {
  if (!from || !to) return "Both days are needed.";
  if (!isDay(from) || !isDay(to)) return "A day is written as 2026-01-31.";
  if (to < from) return "The last day is before the first.";
  if (to > today()) return "The last day is not here yet.";
  if (from < EARLIEST) return `Telegram began on ${day(EARLIEST)}.`;
  if (span({ days: null, from, to }) > LONGEST) return `At most ${LONGEST} days can be shown.`;
  return "";
}
