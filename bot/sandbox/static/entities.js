// Message entities to nodes.  Offsets are UTF-16, which is how JavaScript counts too.

import { el, safeAddress } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
};
const PLAIN = {
  hashtag: "tag", cashtag: "tag", phone_number: "tag", email: "tag", bank_card_number: "tag",
  text_mention: "tag", custom_emoji: "emoji", date_time: "date",
};

/** An external address as a link; what cannot be opened safely stays text. */
export function link(address, children, actions, props = {}) {
  const safe = safeAddress(address);
  if (!safe) return el("span", props, ...children);
  const command = actions.deepLink(safe);
  if (command) {
    const onclick = (event) => {
      event.preventDefault();
      command();
    };
    return el("a", { href: safe.href, rel: "noopener noreferrer", onclick, ...props }, ...children);
  }
  return el("a", { href: safe.href, target: "_blank", rel: "noopener noreferrer", title: safe.href, ...props }, ...children);
}

function spoiler(children) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, press to show" }, ...children);
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (node.classList.contains("revealed")) return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("revealed");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", reveal, true);
  node.addEventListener("keydown", reveal);
  return node;
}

function expandable(children) {
  const node = el("blockquote", { class: "folded" }, el("span", { class: "quoted" }, ...children));
  const toggle = el("button", { type: "button", class: "unfold", "aria-expanded": "false" }, "Show more");
  toggle.addEventListener("click", () => {
    const folded = node.classList.toggle("folded");
    toggle.textContent = folded ? "Show more" : "Show less";
    toggle.setAttribute("aria-expanded", String(!folded));
  });
  node.append(toggle);
  return node;
}

function pre(entity, children) {
  const label = entity.language ? el("span", { class: "language" }, entity.language) : null;
  return el("pre", { tabindex: "0" }, label, el("code", {}, ...children));
}

function wrap(entity, text, children, actions) {
  const { type } = entity;
  if (TAGS[type]) return el(TAGS[type], {}, ...children);
  if (PLAIN[type]) return el("span", { class: PLAIN[type] }, ...children);
  switch (type) {
    case "spoiler": return spoiler(children);
    case "pre": return pre(entity, children);
    case "blockquote": return el("blockquote", {}, ...children);
    case "expandable_blockquote": return expandable(children);
    case "text_link": return link(entity.url ?? "", children, actions);
    case "url": return link(text, children, actions);
    case "bot_command":
      return el("button", { type: "button", class: "inline-command", onclick: () => actions.command(text) }, ...children);
    case "mention":
      return el("button", { type: "button", class: "inline-command", onclick: () => actions.mention(text) }, ...children);
    default: return el("span", {}, ...children);
  }
}

const endOf = (entity) => entity.offset + entity.length;
const byPlace = (a, b) => a.offset - b.offset || b.length - a.length;

// An entity that reaches past the one around it is cut in two, as Telegram does.
function split(entities, stop) {
  const inside = [];
  const after = [];
  for (const entity of entities) {
    if (entity.offset >= stop) after.push(entity);
    else inside.push({ ...entity, length: Math.min(endOf(entity), stop) - entity.offset });
    if (entity.offset < stop && endOf(entity) > stop) after.push({ ...entity, offset: stop, length: endOf(entity) - stop });
  }
  return [inside, after.sort(byPlace)];
}

function build(text, start, end, entities, actions) {
  const nodes = [];
  let at = start;
  let waiting = entities;
  while (waiting.length) {
    const [first, ...others] = waiting;
    const stop = Math.min(endOf(first), end);
    if (first.offset > at) nodes.push(text.slice(at, first.offset));
    const [inside, after] = split(others, stop);
    const children = build(text, first.offset, stop, inside, actions);
    nodes.push(wrap(first, text.slice(first.offset, stop), children, actions));
    at = stop;
    waiting = after;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

/** The nodes of a text with its entities; actions: command, mention, deepLink. */
export function formatted(text, entities = [], actions) {
  const sound = entities.filter((entity) => entity.length > 0 && entity.offset >= 0 && entity.offset < text.length);
  return build(text, 0, text.length, sound.sort(byPlace), actions);
}
