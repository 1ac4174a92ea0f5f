// What an address says, read strictly: what cannot be meant is told, and the usual is shown instead.
//
//   const {state, wrong} = reading("revenue", new URLSearchParams("days=9999"))
// state is address.now; wrong has a sentence for each word that is not taken as it stands.

import { COMPARISONS, fault, INTERVALS, LONGEST } from "./period.js";
import { plainText } from "./values.js";

export const USUAL = { days: 30, compare: "previous", interval: "" };
const OWN = ["days", "from", "to", "compare", "interval"];
const FILTERS = ["only", "kinds", "rule"];
// Telegram adds words of its own to the address of a Mini App.
const TELEGRAMS = "tgWebApp";
const LONGEST_QUOTED = 60;

export function reading(page, words) {
  const wrong = [];
  const state = {
    page,
    ...periodOf(words, wrong),
    compare: one("compare", COMPARISONS, words, wrong),
    interval: one("interval", INTERVALS, words, wrong),
    filters: Object.fromEntries(FILTERS.filter((name) => words.has(name)).map((name) => [name, words.get(name)])),
  };
  return { state, wrong: [...wrong, ...strangers(words)] };
}

/** A word of the address, as it is quoted to people. */
export function quoted(text) {
  const plain = plainText(text);
  return `“${plain.length > LONGEST_QUOTED ? `${plain.slice(0, LONGEST_QUOTED - 1)}…` : plain}”`;
}

/** Dates, or the last so many days. */
function periodOf(words, wrong) {
  const [from, to] = [words.get("from") ?? "", words.get("to") ?? ""];
  const isDated = words.has("from") || words.has("to");
  const problem = isDated ? fault(from, to) : "";
  if (isDated && !problem) {
    if (words.has("days")) wrong.push(`${quoted(`days=${words.get("days")}`)} beside dates: The dates count.`);
    return { days: null, from, to };
  }
  const days = daysOf(words.get("days"));
  const shown = ` The last ${days ?? USUAL.days} days are shown.`;
  if (problem) wrong.push(`${quoted(`from=${from}&to=${to}`)}: ${problem}${shown}`);
  if (days === null) wrong.push(`${quoted(`days=${words.get("days")}`)}: from 1 to ${LONGEST} days can be shown.${shown}`);
  return { days: days ?? USUAL.days, from: "", to: "" };
}

/** The number of days; null for none that can be shown. */
function daysOf(text) {
  if (text === null) return USUAL.days;
  const days = /^\d+$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= LONGEST ? days : null;
}

function one(name, options, words, wrong) {
  const value = words.get(name);
  if (value === null || options.some(([key]) => key === value)) return value ?? USUAL[name];
  const [, usual] = options.find(([key]) => key === USUAL[name]);
  const known = options.map(([key]) => key).filter(Boolean).join(", ");
  wrong.push(`${quoted(`${name}=${value}`)} is none of ${known}. Shown: ${usual.toLowerCase()}.`);
  return USUAL[name];
}

/** Words that say nothing here, and those that stand there twice. */
function strangers(words) {
  const names = [...new Set(words.keys())].filter((name) => !name.startsWith(TELEGRAMS));
  const isKnown = (name) => OWN.includes(name) || FILTERS.includes(name);
  return [
    ...names.filter((name) => !isKnown(name)).map((name) => `${quoted(name)} means nothing here.`),
    ...names.filter((name) => isKnown(name) && words.getAll(name).length > 1).map((name) => `${quoted(name)} stands there more than once: the first one counts.`),
  ];
}
