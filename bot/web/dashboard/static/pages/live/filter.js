// Which kinds are shown: chips for groups, and below them for single kinds.  The address keeps the choice.
//
//   const filter = new Filter(view, kinds, onChange);  filter.node;  filter.chosen → names of kinds

import { button, el, mark } from "../../dom.js";
import { quoted } from "../../reading.js";
import { groupsOf, usualOf, wordOf } from "./kinds.js";

export class Filter {
  constructor(view, kinds, onChange) {
    Object.assign(this, { view, kinds, onChange });
    this.usual = usualOf(kinds);
    this.groups = groupsOf(kinds);
    this.set = new Set(this.read());
    this.chips = new Map();
    this.groupChips = this.groups.map((group) => this.chip(group.title, () => this.turnGroup(group)));
    const singles = this.groups.map((group) => el("div", { class: "kinds-line", role: "group", "aria-label": group.title }, el("span", { class: "faint" }, group.title), el("div", { class: "kind-chips" }, group.kinds.map((kind) => this.single(kind)))));
    this.node = el("div", { class: "filter" },
      el("div", { class: "kind-chips", role: "group", "aria-label": "Kinds that are shown" }, this.groupChips),
      el("details", { class: "singles" }, el("summary", {}, "Single kinds"),
        el("div", { class: "row" }, button("All of them", null, () => this.choose(this.kinds), { class: "plain small" }), button("The usual ones", null, () => this.choose(this.usual), { class: "plain small" })), singles));
    this.draw();
  }

  /** From the address; unknown names are told and left out. */
  read() {
    const named = this.view.state.filters.kinds;
    if (!named || named === "none") return named ? [] : this.usual;
    const asked = named.split(",");
    const known = asked.filter((kind) => this.kinds.includes(kind));
    if (known.length < asked.length) this.refuse(asked.filter((kind) => !known.includes(kind)), known);
    return known.length ? known : this.usual;
  }

  refuse(strange, known) {
    const left = known.length ? "The others are shown." : "The usual ones are shown.";
    this.view.refuse("kinds", known.join(","), `${quoted(strange.join(", "))} is no kind of facts. ${left}`);
  }

  get chosen() {
    return this.kinds.filter((kind) => this.set.has(kind));
  }

  chip(text, onclick) {
    return el("button", { type: "button", class: "kind-chip", onclick }, text);
  }

  single(kind) {
    const chip = this.chip(wordOf(kind), () => this.turn(kind));
    this.chips.set(kind, chip);
    return chip;
  }

  turn(kind) {
    if (!this.set.delete(kind)) this.set.add(kind);
    this.changed();
  }

  turnGroup({ kinds }) {
    const isOn = kinds.some((kind) => this.set.has(kind));
    // What is usual of a group first; all of it when nothing is.
    const usual = kinds.filter((kind) => this.usual.includes(kind));
    for (const kind of kinds) this.set.delete(kind);
    if (!isOn) for (const kind of usual.length ? usual : kinds) this.set.add(kind);
    this.changed();
  }

  choose(kinds) {
    this.set = new Set(kinds);
    this.changed();
  }

  changed() {
    const { chosen, usual } = this;
    const isUsual = chosen.length === usual.length && usual.every((kind) => this.set.has(kind));
    this.draw();
    this.view.go({ filters: { ...this.view.state.filters, kinds: isUsual ? "" : chosen.join(",") || "none" } }, { isSmall: true });
    this.onChange(chosen);
  }

  draw() {
    this.groups.forEach(({ kinds }, index) => {
      const on = kinds.filter((kind) => this.set.has(kind)).length;
      mark(this.groupChips[index], "aria-pressed", on === 0 ? "false" : on === kinds.length || kinds.every((kind) => this.set.has(kind) || !this.usual.includes(kind)) ? "true" : "mixed");
    });
    for (const [kind, chip] of this.chips) mark(chip, "aria-pressed", String(this.set.has(kind)));
  }
}
