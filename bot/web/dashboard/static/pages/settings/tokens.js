// Tokens for programs and people: which there are, a new one that is shown once, and ending one.
//
//   const tokens = new Tokens(view);  tokens.node;  await tokens.ask()

import { isCancelled } from "../../ask.js";
import { button, el, fill, mark } from "../../dom.js";
import { failure, skeleton } from "../../states.js";
import { ago, day, moment } from "../../values.js";
import { act, isSure } from "../asking.js";
import { Field, input, problemLine, select, spread } from "../fields.js";
import { onceNode } from "./once.js";

const PATH = "/api/v1/tokens";
const NAME = /^[A-Za-z0-9_ .-]{1,64}$/;
const SCOPES = [["read", "read: looks at everything"], ["track", "track: reports facts, and sees nothing"], ["admin", "admin: looks at and changes everything"]];
const LIVES = [["30", "30 days"], ["90", "90 days"], ["365", "1 year"], ["", "without end"]];

export class Tokens {
  constructor(view) {
    this.view = view;
    this.name = new Field("name", "Name", input({ maxlength: 64 }), { help: "Which program has it, such as grafana." });
    this.scope = new Field("scope", "What it may do", select(SCOPES));
    this.life = new Field("life_days", "It ends after", select(LIVES, "365"));
    this.problem = problemLine();
    this.make = el("button", { type: "submit", class: "primary" }, "Make a token");
    this.made = el("div");
    this.body = el("div", {}, skeleton(1));
    this.ended = el("ul", { class: "list tall" });
    this.old = el("details", { class: "more-fields", hidden: true }, el("summary", {}, "Tokens that have ended"), this.ended);
    this.node = el("section", { class: "card full", "aria-labelledby": "tokens-title" }, el("header", { class: "card-head" }, el("h2", { class: "card-title", id: "tokens-title" }, "Tokens")),
      el("p", { class: "faint" }, "A token opens the API and this page. Ending one also signs out whoever came with it."),
      el("form", { class: "inline-form", novalidate: true, onsubmit: (event) => this.submitted(event) }, el("div", { class: "fields" }, [this.name, this.scope, this.life].map((field) => field.node)), this.problem, el("div", { class: "row-end" }, this.make)),
      this.made, this.body, this.old);
  }

  async ask() {
    try {
      const { data } = await this.view.get("tokens", PATH);
      this.draw(data.tokens);
      return true;
    } catch (error) {
      if (isCancelled(error)) return true;
      if (!this.key) fill(this.body, failure(error, () => this.ask()));
      return false;
    }
  }

  draw(tokens) {
    const key = JSON.stringify(tokens);
    if (this.key === key) return;
    this.key = key;
    const [valid, ended] = [tokens.filter((one) => one.is_valid), tokens.filter((one) => !one.is_valid)];
    fill(this.body, valid.length ? el("ul", { class: "list tall" }, valid.map((one) => this.row(one))) : el("p", { class: "nothing small" }, "There is no token yet."));
    this.old.hidden = ended.length === 0;
    fill(this.ended, ended.map((one) => this.row(one)));
  }

  row(token) {
    const end = token.is_revocable ? button("End", null, () => this.end(token, end), { class: "plain small danger", "aria-label": `End the token ${token.name}` }) : null;
    return el("li", {}, el("div", { class: "grow words" }, el("strong", {}, token.name), el("span", { class: `pill${token.scope === "admin" ? " warn" : ""}` }, token.scope), el("p", { class: "faint" }, about(token))), end);
  }

  async end(token, opener) {
    const isOwn = token.name === this.view.session.name && !this.view.session.person;
    const text = isOwn ? "You came with this token: you will be signed out." : "Within five seconds programs that use it get no answers any more, and whoever signed in with it is signed out. It cannot be taken back.";
    if (!(await isSure({ title: `End the token ${token.name}?`, text, yes: "End it" }))) return;
    if (!(await act(opener, () => this.view.send("DELETE", `${PATH}/${token.id}`), `The token ${token.name} has ended.`))) return;
    if (this.madeId === token.id) fill(this.made);
    this.name.control.focus();
    await this.ask();
  }

  async submitted(event) {
    event.preventDefault();
    if (this.make.disabled) return null;
    this.make.disabled = true;
    const fields = [this.name, this.scope, this.life];
    try {
      spread(null, fields, this.problem);
      if (!NAME.test(this.name.value)) return spread({ errors: [{ field: "name", problem: this.name.value ? "takes letters a to z, digits, spaces and _ . - only" : "is missing" }] }, fields, this.problem);
      const { token, secret } = await this.view.send("POST", PATH, { name: this.name.value, scope: this.scope.value, life_days: this.life.value ? Number(this.life.value) : null });
      this.madeId = token.id;
      fill(this.made, onceNode({ label: `The token ${token.name}`, value: secret, text: `This is the token ${token.name}. It is shown only now: keep it where the program finds it.` }));
      this.name.value = "";
      mark(this.name.control, "aria-invalid", null);
      this.made.querySelector("input").focus();
      return await this.ask();
    } catch (error) {
      return isCancelled(error) ? null : spread(error, fields, this.problem);
    } finally {
      this.make.disabled = false;
    }
  }
}

function about({ id, is_valid: isValid, created_at: created, expires_at: expires, revoked_at: revoked, last_used_at: used }) {
  if (id === "own") return "API_TOKEN of the settings: it ends when it is taken out of them";
  const end = revoked ? `ended ${day(revoked, { isFull: true })}` : expires ? `${isValid ? "ends" : "ended"} ${day(expires, { isFull: true })}` : "without end";
  return [created ? `made ${day(created, { isFull: true })}` : "", end, used ? `last used ${ago(used)} (${moment(used)})` : "never used"].filter(Boolean).join(" · ");
}
