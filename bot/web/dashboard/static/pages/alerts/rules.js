// The rules: which there are and where they come from, those of one's own made, tried, changed and removed.
//
//   const rules = new Rules(view, changed);  rules.node;  rules.draw(answer)      of GET rules

import { isCancelled } from "../../ask.js";
import { button, el, fill, mark } from "../../dom.js";
import { toast } from "../../states.js";
import { ago, plainText } from "../../values.js";
import { act, isAdmin, isSure } from "../asking.js";
import { figure } from "./readings.js";
import { RuleForm } from "./rule_form.js";
import { valuesOf } from "./rule_words.js";
import { actor, severityPill } from "./words.js";

const ORIGINS = { "built-in": "built in", file: "file", stored: "stored" };
const PATH = "/api/v1/rules";
// What a rule's own sentence does not say.
const SAID = [["labels", "Labels"], ["for", "Bad for"], ["recovery", "Good again at"], ["throttle", "Not told again for"], ["repeat", "Told again every"], ["at_least", "Observations at least"], ["no_data", "No figure means"]];

export class Rules {
  constructor(view, changed) {
    Object.assign(this, { view, changed });
    this.rules = [];
    this.unasked = [];
    this.rows = new Map();
    this.form = null;
    this.place = el("div", { class: "form-place" });
    this.faults = el("ul", { class: "old faults", hidden: true });
    this.list = el("ul", { class: "list tall rules" });
    this.opener = button(isAdmin(view) ? "New rule" : "Try a rule", null, () => this.open({}), { class: "plain small" });
    this.reload = isAdmin(view) ? button("Read the file again", "refresh", () => this.readFile(), { class: "plain small quiet", title: "ALERT_RULES_FILE, as SIGHUP does" }) : null;
    this.node = el("section", { class: "part", "aria-labelledby": "rules-title" },
      el("header", { class: "part-head" }, el("h2", { id: "rules-title" }, "Rules"), el("div", { class: "row" }, this.reload, this.opener)),
      this.faults, this.place, el("div", { class: "card" }, this.list));
    view.onLeave(() => this.form?.trace.leave());
  }

  draw({ rules, faults, unasked }) {
    Object.assign(this, { rules, unasked });
    this.drawFaults(faults);
    const all = [...rules.filter((one) => one.origin !== "built-in"), ...unasked.map((name) => ({ name, origin: "stored", isUnasked: true })), ...rules.filter((one) => one.origin === "built-in")];
    const key = JSON.stringify(all);
    if (this.key === key) return;
    this.key = key;
    for (const [name] of this.rows) if (!all.some((one) => one.name === name)) this.rows.delete(name);
    fill(this.list, all.map((rule) => this.row(rule)));
  }

  drawFaults(faults) {
    this.faults.hidden = faults.length === 0;
    fill(this.faults, faults.map((fault) => el("li", {}, fault)));
  }

  row(rule) {
    const known = this.rows.get(rule.name);
    if (known?.key === JSON.stringify(rule)) return known.node;
    const row = new RuleRow(this, rule);
    this.rows.set(rule.name, row);
    return row.node;
  }

  open({ definition = null, isNew = true, isActive = true }) {
    if (this.form) return this.form.begin();
    const names = [...this.rules.map((one) => one.name), ...this.unasked];
    this.form = new RuleForm(this.view, { definition, isNew, isActive, names, onClose: () => this.closed(), onSaved: (name) => this.saved(name) });
    fill(this.place, this.form.node);
    return this.form.begin();
  }

  closed() {
    this.form = null;
    this.opener.focus();
  }

  saved(name) {
    this.closed();
    this.rows.delete(name);
    this.key = "";
    this.changed();
  }

  async readFile() {
    try {
      mark(this.reload, "aria-busy", "true");
      this.draw(await this.view.send("POST", `${PATH}/reload`));
      toast("The rules were read again.");
    } catch (error) {
      if (!isCancelled(error)) toast(error.message, { isBad: true });
      this.changed();
    } finally {
      mark(this.reload, "aria-busy", null);
    }
  }
}

class RuleRow {
  constructor(rules, rule) {
    Object.assign(this, { rules, rule, view: rules.view, key: JSON.stringify(rule) });
    this.body = el("div", { class: "rule-body", hidden: true });
    this.swap = button("Details", "down", null, { isBare: true, class: "plain small quiet", "aria-expanded": "false", "aria-label": `Details of ${rule.name}` });
    const labels = Object.entries(rule.labels ?? {}).map(([key, value]) => el("span", { class: "pill" }, `${key}=${value}`));
    // The whole line can be pressed; who uses the keyboard has the button, whose presses come here as well.
    this.node = el("li", {}, el("div", { class: "past-line pressed", onclick: () => getSelection().isCollapsed && this.turn() },
      el("div", { class: "grow words" }, el("strong", {}, rule.name), " ", rule.severity ? severityPill(rule.severity) : null, el("span", { class: `pill${rule.origin === "stored" ? " good" : ""}` }, ORIGINS[rule.origin]), labels,
        rule.isUnasked ? el("span", { class: "pill warn" }, "not asked") : null, rule.first_aid ? el("p", { class: "faint" }, plainText(rule.first_aid)) : null),
      this.swap), this.body);
  }

  async turn() {
    this.body.hidden = !this.body.hidden;
    mark(this.swap, "aria-expanded", !this.body.hidden);
    if (this.body.hidden) return;
    try {
      const { data } = await this.view.get(`rule ${this.rule.name}`, `${PATH}/${this.rule.name}`);
      fill(this.body, this.facts(data), this.acts(data));
    } catch (error) {
      if (!isCancelled(error)) fill(this.body, el("p", { class: "problem" }, error.message));
    }
  }

  facts({ limits, definition, fault, updated_at: at, updated_by: by }) {
    const values = definition ? valuesOf(definition) : {};
    const said = SAID.filter(([name]) => definition && name in definition && !(name === "no_data" && values[name] === "keep") && values[name]);
    const told = [
      limits?.reads ? ["Reads", limits.reads] : null,
      limits && limits.threshold !== null ? ["Threshold", `${definition?.comparison ?? ""} ${figure(limits.threshold, limits.unit)}`.trim()] : null,
      ...said.map(([name, label]) => [label, values[name]]),
      at ? ["Stored", `${ago(at)} by ${actor(by, this.view.session)}`] : null,
      fault ? ["Not asked because", fault] : null,
    ].filter(Boolean);
    return el("dl", { class: "facts" }, told.map(([name, value]) => [el("dt", {}, name), el("dd", {}, el("bdi", {}, value))]));
  }

  acts({ is_stored: isStored, is_asked: isAsked, definition, origin, fault }) {
    const { view } = this;
    if (origin === "built-in") return el("p", { class: "faint" }, `Built in: [builtin.${this.rule.name}] in ALERT_RULES_FILE changes it.`);
    const open = (isNew) => this.rules.open({ definition: isNew ? { ...definition, name: "" } : definition, isNew, isActive: isNew || isAsked || Boolean(fault) });
    const copy = definition ? button(isAdmin(view) ? "Copy as a new rule" : "Try with other figures", null, () => open(true), { class: "plain small" }) : null;
    if (!isStored) return el("div", { class: "row" }, copy, el("p", { class: "faint" }, "Stands in ALERT_RULES_FILE, and is changed there."));
    const remove = isAdmin(view) ? button("Remove", null, () => this.remove(remove), { class: "plain small danger" }) : null;
    return el("div", { class: "row" }, isAdmin(view) && definition ? button("Change", null, () => open(false), { class: "plain small" }) : null, copy, remove);
  }

  async remove(opener) {
    const { name } = this.rule;
    if (!(await isSure({ title: `Remove ${name}?`, text: "What it lets fire ends. Its history is kept.", yes: "Remove it" }))) return;
    if (await act(opener, () => this.view.send("DELETE", `${PATH}/${name}`), `${name} is removed.`)) {
      this.rules.rows.delete(name);
      this.rules.changed();
      this.rules.opener.focus();
    }
  }
}
