// One message.  An edit redraws only the parts that changed, so nothing blinks or jumps.

import { formatted } from "./entities.js";
import { avatar, clock, el, iconButton, nameOf } from "./dom.js";
import { inlineKeyboard } from "./keyboard.js";
import { invoiceCard, pollCard } from "./cards.js";
import { media, mediaKind } from "./media.js";
import { preview, service } from "./service.js";

const FEW_EMOJI = /^(?:\p{RGI_Emoji}){1,3}$/v;

function originName(origin) {
  return nameOf(origin.sender_user ?? origin.sender_chat ?? origin.chat ?? { title: origin.sender_user_name });
}

function forwarded(message) {
  const name = message.forward_origin && originName(message.forward_origin);
  return name ? el("p", { class: "forwarded" }, `Forwarded from ${name}`) : null;
}

function quote(message, actions) {
  const original = message.reply_to_message;
  if (!original) return null;
  const text = message.quote?.text ?? preview(original);
  return el("button", { type: "button", class: "quote", onclick: () => actions.jump(original.message_id), "aria-label": `Answer to: ${text}` },
    el("span", { class: "quote-name" }, nameOf(original.sender_chat ?? original.from)), el("span", { class: "clip-text" }, text));
}

function text(message, actions) {
  const content = message.text ?? message.caption;
  if (!content) return null;
  const entities = message.entities ?? message.caption_entities ?? [];
  const big = message.text && entities.every((one) => one.type === "custom_emoji") && FEW_EMOJI.test(content);
  return el("div", { class: big ? "text big-emoji" : "text", dir: "auto" }, ...formatted(content, entities, actions));
}

function card(message, actions) {
  if (message.poll) return pollCard(message.poll, actions.myVote(message), (ids) => actions.vote(message, ids));
  if (message.invoice) return invoiceCard(message.invoice);
  return null;
}

function foot(message) {
  const exact = new Date(message.date * 1000).toLocaleString();
  return el("span", { class: "meta" },
    message.via_bot ? `via @${message.via_bot.username} · ` : null,
    message.author_signature ? `${message.author_signature} · ` : null,
    message.edit_date ? el("span", { class: "edited", title: new Date(message.edit_date * 1000).toLocaleString() }, "edited ") : null,
    el("time", { datetime: new Date(message.date * 1000).toISOString(), title: exact }, clock(message.date)));
}

function reactions(message, actions) {
  const all = actions.reactions(message);
  if (!all.length) return null;
  return el("div", { class: "reactions" }, all.map(({ emoji, count, mine }) =>
    el("button", { type: "button", class: "pill", "aria-pressed": String(mine), "aria-label": `${emoji} ${count}`, onclick: () => actions.react(message, emoji) },
      emoji, count > 1 ? ` ${count}` : "")));
}

// What each part is drawn from; when that is the same, the part is left alone.
const PARTS = {
  forwarded: { from: (m) => m.forward_origin, draw: forwarded },
  quote: { from: (m) => [m.quote, m.reply_to_message], draw: quote },
  media: { from: (m) => [mediaKind(m), m[mediaKind(m)], m.has_media_spoiler], draw: media },
  card: { from: (m, a) => [m.poll, m.poll && a.myVote(m), m.invoice], draw: card },
  text: { from: (m) => [m.text, m.caption, m.entities, m.caption_entities], draw: text },
  reactions: { from: (m, a) => a.reactions(m), draw: reactions },
  meta: { from: (m) => [m.date, m.edit_date, m.via_bot, m.author_signature], draw: foot },
};

export class Bubble {
  constructor(message, isOwn, isGroup, actions) {
    this.actions = actions;
    this.keys = {};
    this.slots = {};
    this.keyboard = el("div", { class: "keyboard-slot" });
    this.node = el("li", { class: `message ${isOwn ? "own" : "theirs"}`, "data-id": message.message_id });
    this.body = this.build(message, isOwn, isGroup);
    this.update(message);
  }

  build(message, isOwn, isGroup) {
    const who = message.sender_chat ?? message.from;
    const author = isGroup && !isOwn && who ? el("p", { class: `author hue-text${Math.abs(who.id) % 8}` }, nameOf(who)) : null;
    const body = el("div", { class: "bubble" }, author);
    for (const name of Object.keys(PARTS)) body.append(this.slots[name] = el("div", { class: `part part-${name}` }));
    this.more = iconButton("more", "Actions for this message", () => this.actions.menu(this.message, this.more), { class: "round small message-more" });
    const picture = isGroup && !isOwn && who ? avatar(who, "tiny") : null;
    this.node.append(...[picture].filter(Boolean), el("div", { class: "stack" }, el("div", { class: "bubble-row" }, body, this.more), this.keyboard));
    body.addEventListener("contextmenu", (event) => this.context(event));
    return body;
  }

  context(event) {
    if (event.target.closest("a, img, video, input") || String(getSelection())) return;
    event.preventDefault();
    this.actions.menu(this.message, this.more);
  }

  /** Shows the message as it is now. */
  update(message) {
    this.message = message;
    for (const [name, part] of Object.entries(PARTS)) {
      this.fill(name, this.slots[name], part.from(message, this.actions), () => part.draw(message, this.actions));
    }
    this.fill("keyboard", this.keyboard, [message.reply_markup, message.invoice], () => inlineKeyboard(message, { ...this.actions, press: (spec) => this.actions.press(this.message, spec) }));
    this.dress(message);
  }

  dress(message) {
    const picture = ["photo", "video", "animation"].includes(mediaKind(message));
    this.node.classList.toggle("bare", ["sticker", "video_note", "dice"].includes(mediaKind(message)));
    this.node.classList.toggle("pictured", picture);
    this.node.classList.toggle("captioned", picture && Boolean(message.caption));
    this.node.classList.toggle("with-keys", this.keyboard.childElementCount > 0);
  }

  fill(name, slot, source, draw) {
    const key = JSON.stringify(source ?? null);
    if (this.keys[name] === key) return;
    this.keys[name] = key;
    const focused = [...slot.querySelectorAll("button, a")].indexOf(document.activeElement);
    const fresh = draw();
    slot.replaceChildren(...(fresh ? [fresh] : []));
    // Somebody who pages through with the keyboard keeps their place.
    if (focused >= 0) slot.querySelectorAll("button, a")[focused]?.focus();
  }
}

/** The line of a service message. */
export function serviceLine(message) {
  return el("li", { class: "service", "data-id": message.message_id }, el("span", {}, service(message)));
}
