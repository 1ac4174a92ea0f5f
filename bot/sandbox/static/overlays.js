// What lies over the page: toasts, alerts, question sheets, menus, the lightbox.

import { el, icon, iconButton } from "./dom.js";

const TOAST_MS = 4500;

/** A short notice that goes by itself; kind "error" stays a little longer. */
export function toast(text, kind = "") {
  const node = el("p", { class: `toast ${kind}`, role: kind === "error" ? "alert" : "status" }, text);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), kind === "error" ? TOAST_MS * 1.6 : TOAST_MS);
}

/** Runs `work`; what goes wrong is said in a toast.  Returns its result, or undefined after a failure. */
export async function orSay(work) {
  try {
    return await work();
  } catch (problem) {
    toast(problem.message, "error");
    return undefined;
  }
}

function open(node) {
  node.addEventListener("close", () => node.remove());
  // A press on the backdrop lands on the dialog itself.
  node.addEventListener("click", (event) => event.target === node && node.close());
  document.body.append(node);
  node.showModal();
  return node;
}

/** A box to read and to close (show_alert). */
export function alertBox(text, title) {
  const close = el("button", { type: "button", class: "primary", autofocus: true, onclick: () => node.close() }, "OK");
  const node = el("dialog", { class: "sheet", "aria-label": title }, el("h2", {}, title), el("p", { class: "wrap" }, text), el("div", { class: "row end" }, close));
  open(node);
}

/** Asks before something happens; resolves to true or false. */
export function confirmSheet(title, lines, yes) {
  return new Promise((resolve) => {
    const node = el("dialog", { class: "sheet", "aria-label": title }, el("h2", {}, title),
      ...lines.map((line) => el("p", { class: "wrap" }, line)),
      el("div", { class: "row end" },
        el("button", { type: "button", onclick: () => node.close() }, "Cancel"),
        el("button", { type: "button", class: "primary", autofocus: true, onclick: () => node.close("yes") }, yes)));
    node.addEventListener("close", () => resolve(node.returnValue === "yes"));
    open(node);
  });
}

/** A form in a dialog; submit(values) may throw, then the form stays as it is with the reason below. */
export function formSheet(title, fields, action, submit) {
  const problem = el("p", { class: "problem", role: "alert" });
  const form = el("form", { novalidate: true }, el("h2", {}, title), ...fields, problem,
    el("div", { class: "row end" },
      el("button", { type: "button", onclick: () => node.close() }, "Cancel"),
      el("button", { type: "submit", class: "primary" }, action)));
  const node = el("dialog", { class: "sheet", "aria-label": title }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await submit(new FormData(form));
      node.close();
    } catch (reason) {
      problem.textContent = reason.message;
    }
  });
  open(node);
}

/** A picture as large as the window. */
export function lightbox(address, text) {
  const node = el("dialog", { class: "lightbox", "aria-label": text || "Photo" },
    el("img", { src: address, alt: text || "Photo", onclick: () => node.close() }),
    iconButton("close", "Close", () => node.close()));
  open(node);
}

let menuOpen = null;

/** A menu at `anchor`; items: {label, icon?, danger?, run} or {emoji: [...], run}. */
export function menu(anchor, items) {
  menuOpen?.close();
  const node = el("dialog", { class: "menu", role: "menu" });
  const pick = (run) => () => {
    node.close();
    run();
  };
  for (const item of items) node.append(item.emoji ? emojiRow(item, pick) : menuItem(item, pick));
  node.addEventListener("keydown", (event) => walk(event, node));
  node.addEventListener("close", () => { menuOpen = null; });
  open(node);
  menuOpen = node;
  place(node, anchor.getBoundingClientRect());
}

function menuItem(item, pick) {
  return el("button", { type: "button", role: "menuitem", class: item.danger ? "danger" : "", onclick: pick(item.run) },
    item.icon ? icon(item.icon) : null, item.label);
}

function emojiRow(item, pick) {
  return el("div", { class: "emoji-row" }, item.emoji.map((emoji) =>
    el("button", { type: "button", role: "menuitem", "aria-label": `React with ${emoji}`,
      "aria-pressed": String(item.chosen?.includes(emoji) ?? false), onclick: pick(() => item.run(emoji)) }, emoji)));
}

function walk(event, node) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...node.querySelectorAll("button")];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
}

function place(node, anchor) {
  const { width, height } = node.getBoundingClientRect();
  const below = anchor.bottom + 6 + height < innerHeight;
  const left = Math.min(Math.max(8, anchor.right - width), innerWidth - width - 8);
  node.style.left = `${left}px`;
  node.style.top = `${below ? anchor.bottom + 6 : Math.max(8, anchor.top - height - 6)}px`;
}
