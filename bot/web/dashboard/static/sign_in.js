// The way in: a token, in a form that password managers know; inside Telegram, Telegram itself.
//
//   signInView({onToken, reason}) → a node; onToken(token) throws Trouble
//   reopenView({onClose}) → a node, for whom Telegram let in an hour ago

import { el, mark, write } from "./dom.js";

/** reason: why nobody is signed in, when there is more to say than that. */
export function signInView({ onToken, reason = "" }) {
  const problem = el("p", { class: "problem", role: "alert", id: "sign-in-problem", hidden: true });
  const token = el("input", { type: "password", id: "token", name: "password", autocomplete: "current-password", required: true, maxlength: "512", spellcheck: "false", autocapitalize: "none", "aria-describedby": "token-help sign-in-problem" });
  const button = el("button", { type: "submit", class: "primary wide" }, "Sign in");
  const say = (text) => {
    problem.hidden = !text;
    write(problem, text);
    mark(token, "aria-invalid", text ? "true" : null);
  };
  const submit = async (event) => {
    event.preventDefault();
    if (!token.value.trim()) return say("Paste a token first.");
    button.disabled = true;
    try {
      await onToken(token.value.trim());
    } catch (error) {
      say(told(error));
      token.select();
    } finally {
      button.disabled = false;
    }
  };
  return el("main", { class: "entry", id: "main" },
    el("form", { class: "card entry-card", onsubmit: submit, novalidate: true },
      el("img", { src: "/dashboard/static/icon.svg", alt: "", width: "44", height: "44" }),
      el("h1", {}, "Telegauge"),
      el("p", { class: "faint" }, reason || "What your bot is doing, on one page."),
      // Password managers keep a secret under a name.
      el("input", { type: "text", name: "username", autocomplete: "username", value: "telegauge", hidden: true, readonly: true, tabindex: "-1" }),
      el("label", { for: "token" }, "Token"), token, problem, button,
      help()));
}

/** Asks to open the page again: Telegram then says anew who looks. */
export function reopenView({ onClose }) {
  return el("main", { class: "entry", id: "main" },
    el("div", { class: "card entry-card", role: "alert" },
      el("img", { src: "/dashboard/static/icon.svg", alt: "", width: "44", height: "44" }),
      el("h1", {}, "Your session has ended"),
      el("p", { class: "faint" }, "Inside Telegram it lasts an hour. Close this page and open it again, with the bot's menu button or with /dashboard."),
      el("button", { type: "button", class: "primary wide", onclick: onClose }, "Close")));
}

function help() {
  return el("div", { class: "help", id: "token-help" },
    el("p", {}, "An admin sends /dashboard to the bot in Telegram: it opens this page signed in, or says how to get here."),
    el("p", {}, "Everybody else needs a token. It is made where the bot runs, and shown once:"),
    el("pre", { tabindex: "0", "aria-label": "Command that makes a token" }, "telegauge token create dashboard --scope admin"),
    el("p", {}, "With --scope read it can look, with --scope admin also silence alerts and make tokens."),
    el("p", {}, "The sandbox prints a link when it starts. It signs in once."));
}

function told(error) {
  if (error.status === 429) return `Too many tries. Wait ${error.retryAfter || 10} seconds.`;
  return error.message || "Signing in did not work.";
}
