// Fields of forms, each with its label, its help, and the place where its trouble is told.
//
//   const reason = new Field("reason", "Reason", input({maxlength: 200}), {help: "Shown in the chat."})
//   reason.node, reason.control, reason.value;  reason.say("is too long")
//   spread(trouble, fields, problemLine)     what the server said, beside the fields it names; null clears it

import { el, mark, newId, write } from "../dom.js";

export const input = (props = {}) => el("input", { type: "text", autocomplete: "off", spellcheck: "false", ...props });

/** options: [value, text], or {label, options} for a group of them. */
export function select(options, value = null) {
  const node = el("select", {}, options.map((one) => (Array.isArray(one) ? option(one) : el("optgroup", { label: one.label }, one.options.map(option)))));
  if (value !== null) node.value = value;
  return node;
}

const option = ([value, text]) => el("option", { value }, text);

export class Field {
  constructor(name, label, control, { help = "" } = {}) {
    Object.assign(this, { name, control });
    const id = newId(name.replaceAll("_", "-"));
    this.problem = el("span", { class: "problem", id: `${id}-problem`, hidden: true });
    this.help = help ? el("span", { class: "help-line", id: `${id}-help` }, help) : null;
    control.id = id;
    mark(control, "aria-describedby", [help ? `${id}-help` : "", `${id}-problem`].join(" ").trim());
    this.node = el("div", { class: "labelled", "data-field": name }, el("label", { for: id }, label), control, this.help, this.problem);
  }

  get value() {
    return this.control.value.trim();
  }

  set value(text) {
    this.control.value = text;
  }

  say(text) {
    this.problem.hidden = !text;
    write(this.problem, text);
    mark(this.control, "aria-invalid", text ? "true" : null);
  }
}

export const problemLine = () => el("p", { class: "problem", role: "alert", hidden: true });

/** Tells each problem beside its field, the rest in *line*; the first wrong field gets the focus. */
export function spread(error, fields, line) {
  for (const field of fields) field.say("");
  const rest = [];
  let first = null;
  for (const { field: name, problem } of error?.errors ?? []) {
    const field = fields.find((one) => one.name === name.split(".")[0]);
    const path = name.split(".").slice(1).join(".");
    if (!field) rest.push(`${name}: ${problem}`);
    else field.say(`${path ? `${path}: ` : ""}${problem}`);
    first ??= field ?? null;
  }
  const said = error && !error.errors?.length ? error.message || "That did not work." : rest.join("; ");
  line.hidden = !said;
  write(line, said);
  if (!first) return;
  const folded = first.node.closest("details");
  if (folded) folded.open = true;
  first.control.focus();
}

/** "4 h" of a number and its unit, in seconds; NaN for what is no number. */
export const secondsOf = (count, unit) => Number(String(count).replace(",", ".")) * { m: 60, h: 3600, d: 86400 }[unit];
