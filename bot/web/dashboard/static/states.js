// KIT: what stands where there is nothing yet, nothing at all, or trouble; and short words to people.
//
//   skeleton(3)                    three grey boxes while something loads
//   nothing("No alerts.")          an empty state
//   failure(error, retry)          what went wrong, with a button
//   say("Loaded.")                 read out by screen readers, politely
//   toast("Copied.") / toast("It failed.", {isBad: true})   seen and read out

import { button, el, icon } from "./dom.js";

const TOAST_MS = 6000;

export function skeleton(count = 2, { isStrip = false } = {}) {
  const boxes = Array.from({ length: count }, () => el("div", { class: "card bone" }, el("span", { class: "bone-line short" }), el("span", { class: "bone-line" }), el("span", { class: "bone-box" })));
  return el("div", { class: `cards skeleton${isStrip ? " strip" : ""}`, "aria-hidden": "true" }, boxes);
}

export const nothing = (text = "Nothing in this period.") => el("p", { class: "nothing" }, text);

/** A card that says what went wrong. */
export function failure(error, retry = null) {
  const details = (error.errors ?? []).map((one) => el("li", {}, `${one.field}: ${one.problem}`));
  return el("div", { class: "card failure", role: "alert" }, icon("warning"),
    el("div", {}, el("p", { class: "failure-text" }, error.message || "Something went wrong."),
      details.length && !error.message.includes(":") ? el("ul", {}, details) : null,
      error.retryAfter ? el("p", { class: "faint" }, `Ask again in ${error.retryAfter} s.`) : null),
    retry ? button("Try again", "refresh", retry) : null);
}

export function say(text) {
  const region = document.getElementById("announcer");
  // The same words twice would not be read twice.
  if (region) region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

export function toast(text, { isBad = false } = {}) {
  const node = el("p", { class: `toast${isBad ? " bad" : ""}`, role: isBad ? "alert" : "status" }, text);
  document.getElementById("toasts")?.append(node);
  setTimeout(() => node.remove(), TOAST_MS);
}
