// KIT: the controls of the period: presets, dates, comparison, steps.  They read and write the address.
//
//   const picker = new Picker(address);  picker.node;  picker.draw(state);  picker.needs({period, compare, interval})

import { button, choice, el, icon, mark, newId, write } from "./dom.js";
import { Panel } from "./menu.js";
import { onColours } from "./palette.js";
import { COMPARISONS, fault, firstOf, INTERVALS, PRESETS, span } from "./period.js";
import { day, today } from "./values.js";

export class Picker {
  constructor(address) {
    this.address = address;
    this.presets = new Map(PRESETS.map(([days, text]) => [days, this.preset(days, text)]));
    this.dates = el("button", { type: "button", class: "seg dates" }, icon("calendar"), el("span", {}, "Dates"));
    this.panel = new Panel(this.dates, this.form());
    this.period = el("div", { class: "period", role: "group", "aria-label": "Period" },
      el("div", { class: "segments" }, [...this.presets.values()], this.dates), this.panel.node);
    this.compare = choice("Compared with", COMPARISONS, "previous", (compare) => address.go({ compare }));
    this.interval = choice("Steps", INTERVALS, "", (interval) => address.go({ interval }));
    this.node = el("div", { class: "picker" }, this.period, this.compare, this.interval);
  }

  preset(days, text) {
    const [count, unit] = text.split(" ");
    const brief = { day: "d", days: "d", year: "y" }[unit];
    return el("button", { type: "button", class: "seg", "aria-label": `${count}${brief}: the last ${text}`, title: `The last ${text}`, onclick: () => this.address.go({ days }) }, `${count}${brief}`);
  }

  form() {
    const [from, to] = [newId("from"), newId("to")];
    this.from = el("input", { type: "date", id: from, required: true });
    this.to = el("input", { type: "date", id: to, required: true });
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    return el("form", { class: "dates-panel", novalidate: true, onsubmit: (event) => this.chosen(event) },
      el("label", { for: from }, "From"), this.from, el("label", { for: to }, "To"), this.to, this.problem,
      el("button", { type: "submit", class: "primary" }, "Show these days"));
  }

  chosen(event) {
    event.preventDefault();
    const [from, to] = [this.from.value, this.to.value];
    const problem = fault(from, to);
    this.problem.hidden = !problem;
    write(this.problem, problem);
    if (problem) return;
    this.panel.close();
    this.address.go({ from, to });
  }

  draw(state) {
    for (const [days, node] of this.presets) mark(node, "aria-pressed", String(state.days === days));
    const isDated = state.days === null || !this.presets.has(state.days);
    mark(this.dates, "aria-pressed", String(isDated));
    write(this.dates.lastChild, isDated ? spanText(state) : "Dates");
    this.from.value = state.from || firstOf(span(state));
    this.to.value = state.to || today();
    this.from.max = this.to.max = today();
    this.compare.value = state.compare;
    this.interval.value = state.interval;
  }

  needs({ period = true, compare = period, interval = period }) {
    this.period.hidden = !period;
    this.compare.hidden = !compare;
    this.interval.hidden = !interval;
    this.node.hidden = !(period || compare || interval);
  }
}

const spanText = (state) => (state.days === null ? `${day(state.from)} – ${day(state.to)}` : `${state.days} days`);

/** Light, dark, or as the system has it. */
export function themePicker(theme) {
  const looks = [["light", "Light", "sun"], ["dark", "Dark", "moon"], ["system", "As the system", "screen"]];
  const node = el("div", { class: "segments themes", role: "group", "aria-label": "Colours" });
  const draw = () => looks.forEach(([key], index) => mark(node.children[index], "aria-pressed", String(theme.choice === key)));
  node.append(...looks.map(([key, label, picture]) => button(label, picture, () => theme.choose(key), { isBare: true, class: "seg" })));
  draw();
  // There are several of these at once, and one that is gone need not know.
  const forget = onColours(() => (node.isConnected ? draw() : forget()));
  return node;
}
