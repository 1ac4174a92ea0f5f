// Keyboards: inline below a message, reply below the conversation.

import { el, icon, safeAddress } from "./dom.js";

const STYLES = { danger: "danger", success: "success", primary: "primary" };

// While the bot thinks the button turns; a second press would only say the same again.
function pressing(button, work) {
  return async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
      await work();
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
}

function addressOf(spec) {
  return spec.url ?? spec.login_url?.url;
}

function inlineButton(spec, actions) {
  const look = { class: `key ${STYLES[spec.style] ?? ""}` };
  const address = addressOf(spec);
  if (address !== undefined) {
    const safe = safeAddress(address);
    const command = safe && actions.deepLink(safe);
    if (safe && !command) return el("a", { ...look, href: safe.href, target: "_blank", rel: "noopener noreferrer", title: safe.href }, spec.text, icon("link"));
    return el("button", { ...look, type: "button", onclick: command ?? (() => actions.say("This address can't be opened safely.")) }, spec.text, icon("link"));
  }
  const button = el("button", { ...look, type: "button" }, el("span", { class: "key-text" }, spec.text));
  if (spec.web_app) button.append(icon("window"));
  if (spec.copy_text) button.append(icon("copy"));
  button.addEventListener("click", pressing(button, () => actions.press(spec)));
  return button;
}

/** The inline keyboard of a message, null if it has none. */
export function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard ?? payRow(message);
  if (!rows?.length) return null;
  return el("div", { class: "keys", role: "group", "aria-label": "Buttons of this message" },
    rows.map((row) => el("div", { class: "key-row" }, row.map((spec) => inlineButton(spec, actions)))));
}

// Telegram adds the Pay button itself when the bot sends none.
const payRow = (message) => (message.invoice ? [[{ text: `Pay ⭐${message.invoice.total_amount}`, pay: true }]] : null);

/** Buttons that write their own text. */
export function replyKeyboard(markup, send) {
  return el("div", { class: "reply-keys", role: "group", "aria-label": "Suggested answers" },
    markup.keyboard.map((row) => el("div", { class: "key-row" }, row.map((spec) => {
      const asked = typeof spec === "string" ? { text: spec } : spec;
      const button = el("button", { type: "button", class: `key ${STYLES[asked.style] ?? ""}` }, el("span", { class: "key-text" }, asked.text));
      button.addEventListener("click", pressing(button, () => send(asked)));
      return button;
    }))));
}
