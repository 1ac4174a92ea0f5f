// Words about alerts that several parts of the page say.

import { el } from "../../dom.js";
import { moment } from "../../values.js";

export const severityPill = (severity) => el("span", { class: `pill ${severity === "critical" ? "bad" : "warn"}` }, severity);

/** Who acted: "you", "the token grafana", "admin 1001". */
export function actor(by, session) {
  if (!by) return "somebody";
  if (by.kind === "token") return by.name === session.name && !session.person ? "you" : `the token ${by.name}`;
  if (by.id && by.id === session.person) return "you";
  return by.id ? `admin ${by.id}` : "an admin";
}

const STEPS = [[60, 1, "s"], [3600, 60, "min"], [86400, 3600, "h"], [Infinity, 86400, "days"]];

/** "in 12 min": how long until *iso*; "now" when it is over. */
export function until(iso, now = Date.now()) {
  const seconds = Math.round((new Date(iso) - now) / 1000);
  if (seconds <= 0) return "now";
  const [, size, unit] = STEPS.find(([limit]) => seconds < limit);
  const count = Math.ceil(seconds / size);
  return `in ${count}\u00a0${unit === "days" && count === 1 ? "day" : unit}`;
}

/** A moment that is also a <time>. */
export const time = (iso, text) => el("time", { datetime: iso, title: moment(iso) }, text);

/** Texts that grow older by themselves: ticker.add(node, () => text). */
export class Ticker {
  constructor(view, ms = 5000) {
    this.texts = new Map();
    const ticking = setInterval(() => this.tick(), ms);
    view.onLeave(() => clearInterval(ticking));
  }

  add(node, text) {
    this.texts.set(node, text);
    node.textContent = text();
    return node;
  }

  tick() {
    for (const [node, text] of this.texts) {
      if (!node.isConnected) this.texts.delete(node);
      else if (node.textContent !== text()) node.textContent = text();
    }
  }
}

/** The label, severity and rule targets a silence can have, for a <select>. */
export function targets(rules) {
  const labels = new Set(rules.flatMap((rule) => Object.entries(rule.labels).map(([key, value]) => `${key}=${value}`)));
  const names = rules.map((rule) => rule.name).sort();
  return [
    ["", "choose…"],
    ["all", "everything"],
    { label: "Severity", options: [["severity=warning", "every warning"], ["severity=critical", "everything critical"]] },
    labels.size ? { label: "Label", options: [...labels].sort().map((one) => [one, one]) } : null,
    { label: "Rule", options: names.map((name) => [`rule=${name}`, name]) },
  ].filter(Boolean);
}

export const targetWords = (target) => (target === "all" ? "everything" : target.startsWith("rule=") ? target.slice(5) : target);
