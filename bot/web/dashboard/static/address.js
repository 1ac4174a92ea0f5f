// KIT: what the address says: page, period, comparison, interval, filters.  Back and forward work.
//
//   const address = new Address("/dashboard", onChange)
//   address.now       {page, days, from, to, compare, interval, filters: {…}}; days is null beside from and to
//   address.go({days: 7})                      a new entry of the history, then onChange(now, before)
//   address.go({filters: {kinds: "x"}}, {isSmall: true})   replaces the entry: while somebody types
//   address.href({page: "revenue"})            the address as a link has it
//   address.wrong     a sentence for each word of the address that cannot be meant; the address has lost it then
//   address.refuse("only", "", "…")            the same, by a page that does not know a filter's value
// Filters stand behind the question mark; reading.js lists their names, a page reads and sets its own.

import { reading, USUAL } from "./reading.js";

export class Address {
  constructor(root, onChange) {
    this.root = root;
    this.onChange = onChange;
    this.onWrong = () => {};
    this.read();
    // A jump within the page (#main) is no other address.
    addEventListener("popstate", () => location.pathname + location.search !== this.whole && this.changed());
    document.addEventListener("click", (event) => this.follow(event));
  }

  read() {
    const page = location.pathname.slice(this.root.length).replace(/^\/|\/$/g, "") || "overview";
    const { state, wrong } = reading(page, new URLSearchParams(location.search));
    this.now = state;
    this.wrong = wrong;
    if (wrong.length) this.rewrite();
    else this.whole = location.pathname + location.search;
  }

  /** The address says what is shown, and nothing else. */
  rewrite() {
    history.replaceState(null, "", this.href());
    this.whole = location.pathname + location.search;
  }

  /** A filter's value that its page does not know becomes *value*. */
  refuse(name, value, sentence) {
    this.now = { ...this.now, filters: { ...this.now.filters, [name]: value } };
    this.wrong = [...this.wrong, sentence];
    this.rewrite();
    this.onWrong(this.wrong);
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
    this.read();
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

function merged(now, changes) {
  const next = { ...now, ...changes };
  if (changes.page && changes.page !== now.page && !changes.filters) next.filters = {};
  if (changes.days) Object.assign(next, { from: "", to: "" });
  if (changes.from && changes.to) next.days = null;
  return next;
}
