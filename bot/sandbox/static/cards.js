// Polls, quizzes and invoices.

import { el, icon } from "./dom.js";
import { money } from "./service.js";

function pollTitle(poll) {
  const kind = poll.type === "quiz" ? "quiz" : "poll";
  const words = [poll.is_anonymous ? `Anonymous ${kind}` : `Public ${kind}`];
  if (poll.allows_multiple_answers) words.push("several answers");
  if (poll.is_closed) words.push("closed");
  return words.join(" · ");
}

function result(poll, option, index, mine) {
  const share = poll.total_voter_count ? Math.round((100 * option.voter_count) / poll.total_voter_count) : 0;
  const right = poll.type === "quiz" && rightAnswers(poll).includes(index);
  const wrong = poll.type === "quiz" && mine.includes(index) && !right && rightAnswers(poll).length > 0;
  const mark = right ? "✓" : wrong ? "✗" : mine.includes(index) ? "•" : "";
  const bar = el("span", { class: "bar" }, el("span", {}));
  bar.firstChild.style.width = `${share}%`;
  return el("li", { class: `option result ${right ? "right" : ""} ${wrong ? "wrong" : ""}` },
    el("span", { class: "share" }, `${share}%`), el("span", { class: "option-text" }, `${option.text} `, el("b", {}, mark)), bar);
}

const rightAnswers = (poll) => poll.correct_option_ids ?? (poll.correct_option_id === undefined ? [] : [poll.correct_option_id]);

function choices(poll, vote) {
  const type = poll.allows_multiple_answers ? "checkbox" : "radio";
  const options = poll.options.map((option, index) =>
    el("li", { class: "option" }, el("label", {}, el("input", { type, name: `poll${poll.id}`, value: String(index) }), el("span", { class: "option-text" }, option.text))));
  const list = el("ul", { class: "options" }, options);
  const send = () => vote([...list.querySelectorAll(":checked")].map((box) => Number(box.value)));
  if (type === "radio") {
    // A click votes at once; from the keyboard arrows only choose, so Enter votes.
    list.addEventListener("click", (event) => event.detail > 0 && event.target.matches("input") && send());
    list.addEventListener("keydown", (event) => event.key === "Enter" && send());
    return [list];
  }
  return [list, el("button", { type: "button", class: "plain", onclick: send }, "Vote")];
}

/** A poll; mine: the indexes this person chose, null before the vote. */
export function pollCard(poll, mine, vote) {
  const shown = poll.is_closed || mine !== null;
  const body = shown
    ? [el("ul", { class: "options" }, poll.options.map((option, index) => result(poll, option, index, mine ?? [])))]
    : choices(poll, vote);
  const explanation = shown && poll.explanation ? el("p", { class: "explanation" }, poll.explanation) : null;
  const count = poll.total_voter_count === 1 ? "1 vote" : `${poll.total_voter_count} votes`;
  return el("div", { class: "poll", role: "group", "aria-label": poll.question },
    el("p", { class: "question" }, poll.question), el("p", { class: "faint" }, pollTitle(poll)), ...body, explanation,
    el("p", { class: "faint" }, poll.total_voter_count ? count : "No votes yet"));
}

/** An invoice; its Pay button stands in the keyboard below. */
export function invoiceCard(invoice) {
  return el("div", { class: "invoice" },
    el("span", { class: "invoice-mark" }, icon("star")),
    el("div", {}, el("strong", {}, invoice.title), el("p", { class: "wrap" }, invoice.description), el("p", { class: "price" }, money(invoice))));
}

/** The pinned message above the conversation. */
export const pinBar = (text, onclick) =>
  el("button", { type: "button", class: "pinned", onclick, "aria-label": `Pinned: ${text}` }, icon("pin"), el("span", { class: "clip-text" }, text));
