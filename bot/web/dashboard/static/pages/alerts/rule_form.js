// The form of a rule: its fields as docs/alerts.md has them, what it would have done, and storing it.
//
//   const form = new RuleForm(view, {definition, isNew, isActive, names, onClose, onSaved});  form.node;  form.begin()
// What was typed is kept while the page is away, and is there when the form is opened again.

import { isCancelled } from "../../ask.js";
import { button, el, fill } from "../../dom.js";
import { failure, toast } from "../../states.js";
import { isAdmin, isSure } from "../asking.js";
import { Field, input, problemLine, select, spread } from "../fields.js";
import { previewNode } from "./rule_preview.js";
import { TraceCard } from "./readings.js";
import { CHOICES, valuesOf, wordsOf } from "./rule_words.js";

const REQUIRED = ["series", "threshold"]; // beside the name, without which the server cannot be asked
const drafts = new Map(); // by the name of the rule that is changed, "" for a new one

export class RuleForm {
  constructor(view, { definition = null, isNew = true, isActive = true, names = [], onClose, onSaved }) {
    Object.assign(this, { view, isNew, names, onClose, onSaved });
    this.key = isNew ? "" : definition.name;
    this.fields = fieldsOf();
    this.isActive = el("input", { type: "checkbox" });
    this.problem = problemLine();
    this.preview = el("div", { class: "preview", "aria-live": "polite" });
    this.stale = el("p", { class: "old stale", hidden: true }, "This is of the rule before your last changes.");
    this.trace = new TraceCard(view, "The last 7 days", { level: 4 });
    this.save = isAdmin(view) ? el("button", { type: "submit", class: "primary" }, isNew ? "Store the rule" : "Store the changes") : null;
    this.look = el("button", { type: this.save ? "button" : "submit", class: "plain", onclick: () => this.save && this.try() }, "Preview");
    this.node = this.build();
    this.usual = valuesOf(definition);
    this.set(drafts.get(this.key)?.values ?? this.usual, drafts.get(this.key)?.isActive ?? isActive);
    this.active = isActive;
    if (!isNew) this.named("name").control.readOnly = true;
  }

  build() {
    const get = (...names) => names.map((name) => this.named(name).node);
    const more = el("details", { class: "more-fields" }, el("summary", {}, "More: when it recovers, how often it is told, no data"),
      el("div", { class: "fields" }, get("for", "recovery", "throttle", "repeat", "no_data", "at_least")));
    return el("form", { class: "card rule-form", novalidate: true, "aria-label": this.isNew ? "A new rule" : `The rule ${this.key}`, onsubmit: (event) => this.submitted(event), oninput: () => this.changed() },
      el("h3", {}, this.isNew ? (this.save ? "A new rule" : "Try a rule") : `Change ${this.key}`),
      el("div", { class: "fields" }, get("name", "series", "labels")),
      el("div", { class: "fields" }, get("read", "window", "comparison", "threshold", "severity")),
      el("div", { class: "fields" }, get("first_aid")), more, this.problem,
      el("div", { class: "row form-end" }, this.save ? el("label", { class: "row check-line" }, this.isActive, "It is asked") : el("p", { class: "faint" }, "To store a rule, sign in with a token of the scope admin."),
        el("div", { class: "row row-right" }, button("Close", null, () => this.close()), this.look, this.save)), this.stale, this.preview);
  }

  named(name) {
    return this.fields.find((field) => field.name === name);
  }

  set(values, isActive) {
    for (const field of this.fields) field.value = values[field.name] ?? "";
    this.isActive.checked = isActive;
    this.named("labels").control.rows = Math.max(1, (values.labels ?? "").split("\n").length);
  }

  get values() {
    return Object.fromEntries(this.fields.map((field) => [field.name, field.value]));
  }

  begin() {
    this.node.scrollIntoView({ block: "nearest" });
    this.named(this.isNew ? "name" : "threshold").control.focus();
  }

  changed() {
    drafts.set(this.key, { values: this.values, isActive: this.isActive.checked });
    this.stale.hidden = !this.preview.firstChild;
  }

  get isChanged() {
    const { values, usual } = this;
    return this.isActive.checked !== this.active || Object.entries(values).some(([name, text]) => text !== (usual[name] ?? ""));
  }

  async close() {
    if (this.isChanged && !(await isSure({ title: "Close without storing?", text: "What you have typed would be lost.", yes: "Close" }))) return;
    this.leave();
    this.onClose();
  }

  leave() {
    drafts.delete(this.key);
    this.trace.leave();
    this.node.remove();
  }

  submitted(event) {
    event.preventDefault();
    return this.save ? this.store() : this.try();
  }

  async store() {
    const { name, ...values } = this.values;
    const fault = this.nameFault(name);
    if (fault) return spread({ errors: [{ field: "name", problem: fault }, ...missing(values)] }, this.fields, this.problem);
    return this.asking(this.save, async () => {
      await this.view.send("PUT", `/api/v1/rules/${encodeURIComponent(name)}`, { ...wordsOf(values), is_active: this.isActive.checked });
      toast(this.isActive.checked ? `${name} is stored, and asked from the next check on.` : `${name} is stored, and not asked.`);
      this.leave();
      this.onSaved(name);
    });
  }

  nameFault(name) {
    if (!name) return "is missing";
    const taken = this.isNew && this.names.find((one) => one.toLowerCase() === name.toLowerCase());
    return taken ? `is taken: there is the rule ${taken} already` : "";
  }

  try() {
    const { name: _, ...values } = this.values;
    return this.asking(this.look, async () => {
      const done = await this.view.send("POST", "/api/v1/rules/preview", wordsOf(values));
      this.stale.hidden = true;
      fill(this.preview, previewNode(done, this.trace));
    });
  }

  /** What is wrong is told beside its field, and all that was typed stays. */
  async asking(opener, work) {
    opener.disabled = true;
    try {
      spread(null, this.fields, this.problem);
      await work();
    } catch (error) {
      if (isCancelled(error)) return;
      if (error.status >= 500 || !error.status) fill(this.preview, failure(error));
      else spread(error, this.fields, this.problem);
    } finally {
      opener.disabled = false;
    }
  }
}

const missing = (values) => REQUIRED.filter((name) => !values[name]).map((name) => ({ field: name, problem: "is missing" }));

const NUMBER = { inputmode: "decimal" };

function fieldsOf() {
  return [
    new Field("name", "Name", input({ maxlength: 40 }), { help: "Letters, digits and _, such as VipPaymentsFail." }),
    new Field("series", "Series", input({ maxlength: 100 }), { help: "As /metrics calls it, such as bot_updates_total." }),
    new Field("labels", "Labels", el("textarea", { rows: 1, spellcheck: "false", maxlength: 2000 }), { help: "Which of them count, one a line: plan = pro, vip. Empty: all." }),
    new Field("read", "What is read", select(CHOICES.read)),
    new Field("window", "Within", input({ placeholder: "5m" }), { help: "10s to 24h; not for a value." }),
    new Field("comparison", "Bad when it is", select(CHOICES.comparison)),
    new Field("threshold", "Threshold", input(NUMBER)),
    new Field("severity", "Severity", select(CHOICES.severity)),
    new Field("first_aid", "What to do first", input({ maxlength: 300, spellcheck: "true" }), { help: "A sentence for whoever is woken." }),
    new Field("for", "Fires when it is bad for", input({ placeholder: "two checks" }), { help: "Such as 90s. A critical rule fires at once." }),
    new Field("recovery", "Good again at", input({ ...NUMBER, placeholder: "0.8 of the threshold" })),
    new Field("throttle", "Not told again for", input({ placeholder: "0s" })),
    new Field("repeat", "Told that it still fires every", input({ placeholder: "4h" }), { help: "0s: never." }),
    new Field("no_data", "No figure means", select(CHOICES.no_data)),
    new Field("at_least", "Observations a percentile needs", input({ inputmode: "numeric", placeholder: "20" })),
  ];
}
