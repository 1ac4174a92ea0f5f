// Who is signed in and until when, the colours, and where programs read on.
//
//   youCard(view), looksCard(), programsCard()  → nodes

import { el } from "../../dom.js";
import { themePicker } from "../../picker.js";
import { miniApp } from "../../telegram.js";
import { theme } from "../../theme.js";
import { moment, zoneName } from "../../values.js";
import { Ticker, until } from "../alerts/words.js";

const SCOPES = { admin: "admin: you can look at and change everything", read: "read: you can look at everything, and change nothing" };
const WORDS = "POST /api/v1/query";

export function youCard(view) {
  const { session } = view;
  const left = new Ticker(view).add(el("span"), () => until(session.expires_at));
  const who = session.person ? `Telegram’s ${session.person}` : session.name;
  return card("you", "You", el("dl", { class: "facts" },
    el("dt", {}, "Signed in as"), el("dd", {}, el("bdi", {}, who || "a token")),
    el("dt", {}, "Scope"), el("dd", {}, SCOPES[session.scope] ?? session.scope),
    el("dt", {}, "Until"), el("dd", {}, el("time", { datetime: session.expires_at }, moment(session.expires_at)), " (", left, ")"),
    el("dt", {}, "Times are of"), el("dd", {}, zoneName()),
    el("dt", {}, "Features"), el("dd", {}, session.features.join(", ") || "none are switched on"),
    el("dt", {}, "Telegauge"), el("dd", {}, session.version ?? "")));
}

export function looksCard() {
  const picker = miniApp.isInside ? el("p", { class: "faint" }, "Inside Telegram this page has Telegram’s colours.") : el("div", { class: "row" }, themePicker(theme), el("span", { class: "faint" }, "Kept in this browser."));
  return card("looks", "Colours", picker);
}

export function programsCard() {
  return card("programs", "For programs", el("p", { class: "faint" }, "Everything on these pages can be asked for by programs, with a token."),
    el("ul", { class: "list tall links" },
      link("/api/docs", "API reference", "every endpoint, to try it out"),
      link("/api/openapi.json", "OpenAPI description", "for what makes clients"),
      words(WORDS, "any measure by any dimension: docs/query.md"),
      words("POST /api/v1/track/…", "facts from other services: docs/track.md"),
      words("GET /api/v1/live", "a WebSocket with facts as they happen: docs/live.md")));
}

const card = (id, title, ...children) => el("section", { class: "card", "aria-labelledby": `${id}-title` }, el("header", { class: "card-head" }, el("h2", { class: "card-title", id: `${id}-title` }, title)), children);
const link = (href, title, text) => el("li", {}, el("div", { class: "grow words" }, el("a", { href, target: "_blank", rel: "noopener" }, title), el("p", { class: "faint" }, text)));
const words = (title, text) => el("li", {}, el("div", { class: "grow words" }, el("code", {}, title), el("p", { class: "faint" }, text)));
