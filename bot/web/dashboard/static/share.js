// Links for people without a token: one page, its period fixed, read-only, for a while.
//
//   shareDialog(view) → opens a dialog that makes a link for the page and period that are shown

import { period } from "./catalogue.js";
import { button, el, fill, newId } from "./dom.js";
import { failure, toast } from "./states.js";
import { day } from "./values.js";

const LIVES = [["1", "1 day"], ["7", "7 days"], ["30", "30 days"], ["90", "90 days"]];

export function shareDialog(view, title) {
  const life = newId("life");
  const choice = el("select", { id: life }, LIVES.map(([days, text]) => el("option", { value: days }, text)));
  choice.value = "7";
  const result = el("div", { class: "share-result", "aria-live": "polite" });
  const make = el("button", { type: "submit", class: "primary" }, "Make the link");
  const heading = el("h2", { id: newId("share") }, `Share ${title}`);
  const dialog = el("dialog", { class: "sheet", "aria-labelledby": heading.id },
    el("form", { class: "share-form", onsubmit: (event) => made(event) }, heading,
      el("p", { class: "faint" }, "Whoever has the link sees this page and period, without people and chats by name. It can be revoked in the settings."),
      el("label", { class: "labelled", for: life }, "The link lives for", choice), result,
      el("div", { class: "row-end" }, button("Close", null, () => dialog.close()), make)));
  const made = async (event) => {
    event.preventDefault();
    make.disabled = true;
    try {
      fill(result, shown(await view.send("POST", "/api/v1/shares", wanted(view.state, Number(choice.value)))));
    } catch (error) {
      fill(result, failure(error));
    } finally {
      make.disabled = false;
    }
  };
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function wanted(state, days) {
  const body = { page: state.page, ...period(state), life_days: days };
  if (state.compare !== "none") body.compare = state.compare;
  if (state.interval) body.interval = state.interval;
  return body;
}

function shown(share) {
  const address = share.url;
  const field = el("input", { type: "text", readonly: true, value: address, "aria-label": "The link", onfocus: () => field.select() });
  const copy = button("Copy", null, async () => {
    field.select();
    await navigator.clipboard?.writeText(address).then(() => toast("Copied."), () => toast("Copy it by hand: it is selected."));
  });
  return [el("div", { class: "share-link" }, field, copy), el("p", { class: "faint" }, `It is shown only now, and works until ${day(share.share.expires_at, { isFull: true })}.`)];
}
