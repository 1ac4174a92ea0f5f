// KIT: a page that is a list of reports, each drawn from its sheet.
//
//   export const revenue = (view) => reportsPage(view, [["revenue", {wide: ["plans"]}], ["funnel"]]);
//   const parts = new Parts(view, list)      for a page that has more: parts.nodes, await parts.ask(why)
// The filter "only" of the address leaves one of them: ?only=funnel; a row of buttons above sets it.
// The options are those of SheetPart.  Reports of features that are switched off are left out.

import { isCancelled, withParams } from "./ask.js";
import { question } from "./catalogue.js";
import { el, mark } from "./dom.js";
import { quoted } from "./reading.js";
import { SheetPart } from "./sheet.js";
import { say } from "./states.js";

export class Parts {
  constructor(view, list) {
    this.view = view;
    const known = new Set(view.session.pages.flatMap((page) => page.reports));
    this.parts = list.filter(([name]) => !known.size || known.has(name)).map(([name, options]) => new SheetPart(name, { ...options, files: (report, ending) => this.file(report, ending) }));
    const titles = new Map(list.map(([name, options]) => [name, options?.title ?? name[0].toUpperCase() + name.slice(1)]));
    this.chips = new Map([["", this.chip("", "Everything")], ...this.parts.map((part) => [part.name, this.chip(part.name, titles.get(part.name))])]);
    view.onLeave(() => this.parts.forEach((part) => part.leave()));
  }

  get nodes() {
    const chips = el("div", { class: "chips", role: "group", "aria-label": "Reports of this page", hidden: this.parts.length < 3 }, [...this.chips.values()]);
    return [chips, ...this.parts.map((part) => part.node)];
  }

  chip(name, text) {
    return el("button", { type: "button", class: "chip", onclick: () => this.view.go({ filters: { ...this.view.state.filters, only: name } }) }, text);
  }

  /** Those that the address leaves; a name that is not here leaves all, and is told. */
  get shown() {
    const asked = this.view.state.filters.only ?? "";
    if (!this.chips.has(asked)) this.view.refuse("only", "", `${quoted(`only=${asked}`)} is no report of this page. All of them are shown.`);
    const only = this.view.state.filters.only ?? "";
    const chosen = this.parts.filter((part) => part.name === only);
    for (const [name, chip] of this.chips) mark(chip, "aria-pressed", String(name === only));
    const shown = chosen.length ? chosen : this.parts;
    for (const part of this.parts) part.node.hidden = !shown.includes(part);
    return shown;
  }

  file(report, ending) {
    const { params } = question(report, this.view.state);
    return this.view.file(withParams(`/api/v1/export/${report}.${ending}`, params));
  }

  /** Asks for all of them; false when one of them failed. */
  async ask({ isChanged = false } = {}) {
    const done = await Promise.all(this.shown.map((part) => this.askOne(part, isChanged)));
    return !done.includes(false);
  }

  async askOne(part, isChanged = true) {
    const { view } = this;
    const { path, params, note } = question(part.name, view.state);
    if (isChanged || !part.key) part.loading();
    try {
      const { data, isSame } = await view.get(part.name, path, params);
      if (!isSame || isChanged || part.isBusy || !part.key) part.draw(data, { note, isCompared: view.isCompared });
      return true;
    } catch (error) {
      if (isCancelled(error)) return true;
      // What was there a minute ago is better than nothing; the frame says that it is old.
      if (!part.key || isChanged) part.failed(error, () => this.askOne(part));
      return false;
    }
  }
}

/** A page of nothing but reports. */
export async function reportsPage(view, list) {
  const parts = new Parts(view, list);
  view.node.append(...parts.nodes);
  await view.refreshing(async (why) => {
    const isWell = await parts.ask(why);
    if (why.isChanged) say(isWell ? "The figures are up to date." : "Some figures could not be loaded.");
    return isWell;
  });
}
