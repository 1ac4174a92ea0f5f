// Links that show a page to whoever has them: which there are, a new one, and ending one.
//
//   const links = new Links(view);  links.node;  await links.ask()

import { isCancelled } from "../../ask.js";
import { period } from "../../catalogue.js";
import { button, el, fill } from "../../dom.js";
import { failure, skeleton } from "../../states.js";
import { ago, amount, day } from "../../values.js";
import { act, isSure } from "../asking.js";
import { Field, problemLine, select, spread } from "../fields.js";
import { onceNode } from "./once.js";

const PATH = "/api/v1/shares";
const LIVES = [["1", "1 day"], ["7", "7 days"], ["30", "30 days"], ["90", "90 days"]];
const ABOVE = "above";
const SPANS = [["7", "the last 7 days"], ["30", "the last 30 days"], ["90", "the last 90 days"], ["365", "the last year"], [ABOVE, "the days chosen above"]];

export class Links {
  constructor(view) {
    this.view = view;
    this.titles = new Map(view.session.pages.map((page) => [page.name, page.title]));
    const pages = view.session.pages.filter((page) => page.shared_reports.length);
    this.page = new Field("page", "Page", select(pages.map((page) => [page.name, page.title])));
    this.days = new Field("days", "Of", select(SPANS, "30"), { help: "Last days are those before each visit." });
    this.life = new Field("life_days", "The link ends after", select(LIVES, "7"));
    this.problem = problemLine();
    this.make = el("button", { type: "submit", class: "primary" }, "Make a link");
    this.made = el("div");
    this.body = el("div", {}, skeleton(1));
    this.node = el("section", { class: "card full", "aria-labelledby": "links-title" }, el("header", { class: "card-head" }, el("h2", { class: "card-title", id: "links-title" }, "Links for people without a token")),
      el("p", { class: "faint" }, "Whoever has a link sees one page, without people and chats by name, and can change nothing."),
      el("form", { class: "inline-form", novalidate: true, onsubmit: (event) => this.submitted(event) }, el("div", { class: "fields" }, [this.page, this.days, this.life].map((field) => field.node)), this.problem, el("div", { class: "row-end" }, this.make)),
      this.made, this.body);
  }

  async ask() {
    try {
      const { data } = await this.view.get("shares", PATH);
      this.draw(data.shares);
      return true;
    } catch (error) {
      if (isCancelled(error)) return true;
      if (!this.key) fill(this.body, failure(error, () => this.ask()));
      return false;
    }
  }

  draw(shares) {
    const key = JSON.stringify(shares);
    if (this.key === key) return;
    this.key = key;
    fill(this.body, shares.length ? el("ul", { class: "list tall" }, shares.map((one) => this.row(one))) : el("p", { class: "nothing small" }, "There are no links."));
  }

  row(share) {
    const title = this.titles.get(share.page) ?? share.page;
    const end = share.is_valid ? button("End", null, () => this.end(share, title, end), { class: "plain small danger", "aria-label": `End the link to ${title}, ${spanOf(share)}` }) : null;
    return el("li", {}, el("div", { class: "grow words" }, el("strong", {}, title), ` ${spanOf(share)}`, share.is_valid ? null : el("span", { class: "pill" }, share.revoked_at ? "ended by hand" : "ended"), el("p", { class: "faint" }, about(share))), end);
  }

  async end(share, title, opener) {
    if (!(await isSure({ title: `End the link to ${title}?`, text: "Whoever has it sees nothing any more, at once.", yes: "End it" }))) return;
    if (!(await act(opener, () => this.view.send("DELETE", `${PATH}/${share.id}`), `The link to ${title} has ended.`))) return;
    if (this.madeId === share.id) fill(this.made);
    this.page.control.focus();
    await this.ask();
  }

  async submitted(event) {
    event.preventDefault();
    if (this.make.disabled) return;
    this.make.disabled = true;
    const fields = [this.page, this.days, this.life];
    try {
      spread(null, fields, this.problem);
      const { share, url } = await this.view.send("POST", PATH, this.wanted());
      this.madeId = share.id;
      fill(this.made, onceNode({ label: "The link", value: url, text: `This is the link to ${this.titles.get(share.page)}. It is shown only now, and works until ${day(share.expires_at, { isFull: true })}.` }));
      this.made.querySelector("input").focus();
      await this.ask();
    } catch (error) {
      if (!isCancelled(error)) spread(error, fields, this.problem);
    } finally {
      this.make.disabled = false;
    }
  }

  wanted() {
    const { state } = this.view;
    const body = { page: this.page.value, life_days: Number(this.life.value), ...(this.days.value === ABOVE ? period(state) : { days: Number(this.days.value) }) };
    if (state.compare !== "none") body.compare = state.compare;
    if (state.interval) body.interval = state.interval;
    return body;
  }
}

const spanOf = ({ days, first_day: first, last_day: last }) => (first ? `${day(first, { isFull: true })} to ${day(last, { isFull: true })}` : days === 1 ? "of the day of each visit" : `of the last ${days} days`);

function about({ made_with: maker, created_at: created, expires_at: expires, use_count: count, last_used_at: used, is_valid: isValid, revoked_at: revoked }) {
  const end = revoked ? `ended ${day(revoked, { isFull: true })}` : `${isValid ? "ends" : "ended"} ${day(expires, { isFull: true })}`;
  const visits = count ? `opened ${count === 1 ? "once" : `${amount(count, "count")} times`}, last ${ago(used)}` : "never opened";
  return `made ${day(created, { isFull: true })} with ${maker} · ${end} · ${visits}`;
}
