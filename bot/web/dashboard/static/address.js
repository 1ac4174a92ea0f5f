// KIT: what the address says: page, period, comparison, interval, filters.  Back and forward work.
//
//   const address = new Address("/dashboard", onChange)
//   address.now       {page, days, from, to, compare, interval, filters: {…}}; days is null beside from and to
//   address.go({days: 7})                      a new entry of the history, then onChange(now, before)
//   address.go({filters: {q: "x"}}, {isSmall: true})   replaces the entry: while somebody types
//   address.href({page: "revenue"})            the address as a link has it
// Filters are any other words behind the question mark; a page reads and sets those that it knows.

import { today } from "./values.js";

export const PRESETS = [[1, "1 day"], [7, "7 days"], [30, "30 days"], [90, "90 days"], [365, "1 year"]];
export const COMPARISONS = [["previous", "Days before"], ["weekdays", "Same weekdays"], ["year", "Year before"], ["none", "No comparison"]];
export const INTERVALS = [["", "Usual steps"], ["hourly", "By hour"], ["daily", "By day"], ["weekly", "By week"], ["monthly", "By month"]];
const USUAL = { days: 30, compare: "previous", interval: "" };
const OWN = ["days", "from", "to", "compare", "interval"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export class Address {
  constructor(root, onChange) {
    this.root = root;
    this.onChange = onChange;
    this.now = this.read();
    // A jump within the page (#main) is no other address.
    addEventListener("popstate", () => location.pathname + location.search !== this.whole && this.changed());
    document.addEventListener("click", (event) => this.follow(event));
  }

  read() {
    this.whole = location.pathname + location.search;
    const words = new URLSearchParams(location.search);
    const page = location.pathname.slice(this.root.length).replace(/^\/|\/$/g, "") || "overview";
    const [from, to] = [words.get("from") ?? "", words.get("to") ?? ""];
    const isDated = DAY.test(from) && DAY.test(to);
    const days = Number(words.get("days"));
    return {
      page,
      days: isDated ? null : Number.isInteger(days) && days >= 1 && days <= 365 ? days : USUAL.days,
      from: isDated ? from : "",
      to: isDated ? to : "",
      compare: one(COMPARISONS, words.get("compare"), USUAL.compare),
      interval: one(INTERVALS, words.get("interval"), USUAL.interval),
      filters: Object.fromEntries([...words].filter(([name]) => !OWN.includes(name))),
    };
  }

  /** The link to what is shown now, with *changes*; filters belong to a page and stay there. */
  href(changes = {}) {
    const next = merged(this.now, changes);
    const words = new URLSearchParams();
    if (next.days === null) {
      words.set("from", next.from);
      words.set("to", next.to);
    } else if (next.days !== USUAL.days) words.set("days", next.days);
    for (const name of ["compare", "interval"]) if (next[name] !== USUAL[name]) words.set(name, next[name]);
    for (const [name, value] of Object.entries(next.filters)) if (value !== "" && value !== null) words.set(name, value);
    const query = words.toString();
    return `${this.root}${next.page === "overview" ? "" : `/${next.page}`}${query ? `?${query}` : ""}`;
  }

  go(changes, { isSmall = false } = {}) {
    const href = this.href(changes);
    if (isSmall) history.replaceState(null, "", href);
    else if (href !== location.pathname + location.search) history.pushState(null, "", href);
    this.changed();
  }

  changed() {
    const before = this.now;
    this.now = this.read();
    this.onChange(this.now, before);
  }

  /** Links between our pages need no loading; those to be opened elsewhere stay links. */
  follow(event) {
    const link = event.target.closest?.("a[data-page]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.go({ page: link.dataset.page });
  }
}

const one = (options, value, usual) => (options.some(([key]) => key === value) ? value : usual);

function merged(now, changes) {
  const next = { ...now, ...changes };
  if (changes.page && changes.page !== now.page && !changes.filters) next.filters = {};
  if (changes.days) Object.assign(next, { from: "", to: "" });
  if (changes.from && changes.to) next.days = null;
  return next;
}

/** How many days *state* is about. */
export function span(state) {
  if (state.days !== null) return state.days;
  return Math.round((Date.parse(state.to) - Date.parse(state.from)) / 86400000) + 1;
}

/** The first day of the last *days*, today included. */
export const firstOf = (days) => new Date(Date.parse(today()) - (days - 1) * 86400000).toISOString().slice(0, 10);
