// KIT: where each report is asked for, and what may be asked of it (the same as docs/api.md says).
//
//   REPORTS.revenue            {path, longest, steps, least, feature}
//   question("revenue", state) {path, params, note}: what to ask for the period in the address, and what
//                              is shown instead where a report cannot do just that
//   Unless somebody says how, the last day or two are cut by the hour wherever a report can be.
//   state is address.now.

import { firstOf, span } from "./period.js";

// Of so many days, steps of a day would be dots.
const FEW_DAYS = 2;
const HOURS = "hourly";
const ALL = ["daily", "weekly", "monthly"];

// longest: days; least: a view of fewer says nothing; steps: intervals, empty where it cannot be cut.
const report = (path, { longest = 365, least = 1, steps = [], feature = "" } = {}) => ({ path: `/api/v1/analytics/${path}`, longest, least, steps, feature });

export const REPORTS = {
  users: report("summary"),
  analytics: report("dashboard", { longest: 90 }),
  messages: report("messages"),
  timeline: report("timeline", { steps: [HOURS, ...ALL] }),
  engagement: report("engagement", { longest: 90 }),
  top: report("top"),
  chats: report("chats"),
  audience: report("audience"),
  lifecycle: report("lifecycle", { steps: ALL }),
  retention: report("retention", { least: 84, steps: ALL }),
  segments: report("segments", { steps: ALL }),
  languages: report("languages"),
  blocks: report("blocks", { steps: ALL }),
  funnel: report("funnel"),
  sources: report("sources"),
  peak: report("peak-hours"),
  revenue: report("revenue", { steps: ALL, feature: "billing" }),
  downloads: report("downloads", { steps: [HOURS, "daily", "weekly"], feature: "downloads" }),
  quizzes: report("quizzes", { feature: "quiz" }),
  assistant: report("assistant", { steps: ALL, feature: "assistant" }),
  conversations: report("conversations", { feature: "assistant" }),
  api: report("api-usage", { steps: ALL }),
  commands: report("commands"),
  handlers: report("handlers"),
  errors: report("errors", { steps: [HOURS, "daily", "weekly"] }),
  alerts: report("alerts", { steps: ALL }),
  daily: report("daily-stats"),
  forecast: report("forecast", { least: 90 }),
  unusual: report("unusual"),
};

/** What to ask of a report for *state*, and a note where that is not quite what was chosen. */
export function question(name, state) {
  const { path, longest, least, steps } = REPORTS[name];
  const days = span(state);
  const asked = Math.min(Math.max(days, least), longest);
  const note = asked === days ? "" : asked < days
    ? `The last ${asked} days: more are not reported here.`
    : `The last ${asked} days: fewer would say too little.`;
  return { path, params: { ...period(state, asked), ...comparison(state), ...interval(state, asked, steps) }, note };
}

/** The parameters of a period, for any endpoint that takes one. */
export function period(state, days = span(state)) {
  if (state.days !== null) return { days };
  return { first_day: firstOf(days, state.to), last_day: state.to };
}

const comparison = (state) => (state.compare === "none" || state.compare === "previous" ? {} : { compare: state.compare });

function interval(state, days, steps) {
  // Further back hours may be gone, while sums of days stay.
  const isRecent = state.days !== null || state.to >= firstOf(FEW_DAYS);
  const wanted = state.interval || (days <= FEW_DAYS && isRecent ? HOURS : "");
  return steps.includes(wanted) ? { interval: wanted } : {};
}
