// Silences: those that hold or are to come, ending one, and making one.
//
//   const silences = new Silences(view, changed);  silences.node;  silences.draw(list, rules)
//   hushDialog({view, alert, changed})      for the rule of one alert

import { Trouble } from "../../ask.js";
import { button, el, fill } from "../../dom.js";
import { toast } from "../../states.js";
import { day, moment, plainText } from "../../values.js";
import { act, formDialog, isAdmin, isSure } from "../asking.js";
import { Field, input, secondsOf, select } from "../fields.js";
import { actor, targets, targetWords, Ticker, time, until } from "./words.js";

const LENGTHS = [["3600", "1 hour"], ["14400", "4 hours"], ["28800", "8 hours"], ["86400", "1 day"], ["259200", "3 days"], ["604800", "1 week"], ["", "another time…"]];
const UNITS = [["m", "minutes"], ["h", "hours"], ["d", "days"]];
const REASON = 200;

export class Silences {
  constructor(view, changed) {
    Object.assign(this, { view, changed });
    this.ticker = new Ticker(view);
    this.rules = [];
    this.body = el("div");
    this.opener = isAdmin(view) ? button("New silence", null, () => this.make(), { class: "plain small", "aria-haspopup": "dialog" }) : null;
    this.node = el("section", { class: "card", "aria-labelledby": "silences-title" },
      el("header", { class: "card-head" }, el("h2", { class: "card-title", id: "silences-title" }, "Silences"), this.opener),
      this.body);
  }

  draw(silences, rules) {
    this.rules = rules;
    const key = JSON.stringify(silences);
    if (this.key === key) return;
    this.key = key;
    fill(this.body, silences.length ? el("ul", { class: "list tall" }, silences.map((one) => this.row(one))) : el("p", { class: "nothing small" }, "Nothing is silenced: every alert is told."));
  }

  row(one) {
    const { view } = this;
    const ends = one.is_on ? () => `ends ${until(one.ends_at)}` : () => `begins ${until(one.starts_at)}, until ${moment(one.ends_at)}`;
    const end = isAdmin(view) ? button("End", null, () => this.end(one, end), { class: "plain small", "aria-label": `End the silence of ${targetWords(one.target)}` }) : null;
    return el("li", {}, el("div", { class: "grow words" },
      el("strong", {}, targetWords(one.target)), one.is_on ? null : el("span", { class: "pill" }, "planned"),
      one.reason ? el("p", {}, el("bdi", {}, plainText(one.reason))) : null,
      el("p", { class: "faint" }, `by ${actor(one.by, view.session)}, `, this.ticker.add(time(one.ends_at, ""), ends))), end);
  }

  async end(one, opener) {
    const words = targetWords(one.target);
    if (!(await isSure({ title: `End the silence of ${words}?`, text: "What still fires is told at once.", yes: "End it" }))) return;
    if (!(await act(opener, () => this.view.send("DELETE", `/api/v1/silences/${one.id}`), `The silence of ${words} has ended.`))) return;
    // The row goes, and with it the button that has the focus.
    this.opener.focus();
    this.changed();
  }

  make() {
    const target = new Field("target", "What is not told", select(targets(this.rules)));
    const starts = new Field("starts_at", "From", input({ type: "datetime-local" }), { help: "Empty: from now on. In this device's time." });
    hushForm({
      title: "New silence",
      text: "Meanwhile nothing of it is told but the end of what was told before. The rules go on, and this page shows what fires.",
      before: [target],
      after: [starts],
      send: (wish) => {
        if (!target.value) throw new Trouble("", { errors: [{ field: "target", problem: "choose what is not told" }] });
        return this.view.send("POST", "/api/v1/silences", { target: target.value, ...wish, ...startOf(starts) });
      },
      changed: this.changed,
    });
  }
}

const startOf = (starts) => (starts.value ? { starts_at: new Date(starts.value).toISOString() } : {});

/** For the rule of one alert: how long, and why. */
export function hushDialog({ view, alert, changed }) {
  hushForm({
    title: `Silence ${alert.rule}`,
    text: "Nothing more is told of this rule meanwhile, but the end of what was told before.",
    send: (wish) => view.send("POST", `/api/v1/alerts/${alert.id}/silence`, wish),
    changed,
  });
}

function hushForm({ title, text, before = [], after = [], send, changed }) {
  const length = new Field("seconds", "For how long", select(LENGTHS, "14400"));
  const count = input({ inputmode: "decimal", value: "2", "aria-label": "How many" });
  const unit = select(UNITS, "h");
  unit.setAttribute("aria-label", "Minutes, hours or days");
  const own = el("div", { class: "row", hidden: true }, count, unit);
  length.node.insertBefore(own, length.problem);
  length.control.addEventListener("change", () => {
    own.hidden = length.value !== "";
    if (!own.hidden) count.focus();
  });
  const reason = new Field("reason", "Why", input({ maxlength: REASON }), { help: "Shown in the chat and here; may be empty." });
  const seconds = () => (length.value ? Number(length.value) : secondsOf(count.value, unit.value));
  formDialog({ title, text, fields: [...before, length, reason, ...after], yes: "Silence", onSend: async () => {
    const made = await send({ seconds: sane(seconds()), reason: reason.value });
    toast(made.is_on ? `Silenced until ${moment(made.ends_at)}.` : `Silenced from ${day(made.starts_at)} on.`);
    changed();
  } });
}

/** What is no number goes to the server as none, which says so beside the field. */
const sane = (seconds) => (Number.isFinite(seconds) ? Math.round(seconds) : null);
