// Acts that change something: buttons that wait, questions before, forms over the page.
//
//   await act(button, () => view.send(…), "Acknowledged.")   one at a time; trouble is told; null when there was some
//   await isSure({title, text, yes: "End it"})               whether somebody means it
//   formDialog({title, text, fields, yes, onSend})           fields: Field[]; onSend may throw Trouble, which is told beside its field
//   readersNote(view, "acknowledge alerts")                  why there are no buttons, or null for an admin

import { isCancelled } from "../ask.js";
import { button, el, mark, newId } from "../dom.js";
import { toast } from "../states.js";
import { problemLine, spread } from "./fields.js";

export const isAdmin = (view) => view.session.scope === "admin";

export const readersNote = (view, what) => (isAdmin(view) ? null : el("p", { class: "faint readers" }, `You are signed in with the scope read: to ${what}, sign in with a token of the scope admin.`));

export async function act(opener, work, said = "") {
  if (opener.getAttribute("aria-busy") === "true") return null;
  // Not disabled: the focus would be lost.
  mark(opener, "aria-busy", "true");
  try {
    const made = await work();
    if (said) toast(said);
    return made ?? true;
  } catch (error) {
    if (!isCancelled(error)) toast(error.message, { isBad: true });
    return null;
  } finally {
    mark(opener, "aria-busy", null);
  }
}

/** A dialog that is gone when it is closed; the focus goes back by itself. */
function opened(heading, ...children) {
  const dialog = el("dialog", { class: "sheet", "aria-labelledby": heading.id }, children);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function isSure({ title, text, yes, isDanger = true }) {
  return new Promise((resolve) => {
    let answer = false;
    const heading = el("h2", { id: newId("sure") }, title);
    const sure = button(yes, null, () => {
      answer = true;
      dialog.close();
    }, { class: isDanger ? "plain danger" : "primary" });
    const dialog = opened(heading, el("div", { class: "ask-form" }, heading, el("p", { class: "faint" }, text),
      el("div", { class: "row-end" }, button("Cancel", null, () => dialog.close(), { autofocus: true }), sure)));
    dialog.addEventListener("close", () => resolve(answer));
  });
}

export function formDialog({ title, text = "", fields, yes, onSend }) {
  const heading = el("h2", { id: newId("form") }, title);
  const problem = problemLine();
  const send = el("button", { type: "submit", class: "primary" }, yes);
  const submit = async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    send.disabled = true;
    try {
      spread(null, fields, problem);
      await onSend();
      dialog.close();
    } catch (error) {
      if (!isCancelled(error)) spread(error, fields, problem);
    } finally {
      send.disabled = false;
    }
  };
  const dialog = opened(heading, el("form", { class: "ask-form", novalidate: true, onsubmit: submit }, heading, text ? el("p", { class: "faint" }, text) : null,
    fields.map((field) => field.node), problem, el("div", { class: "row-end" }, button("Cancel", null, () => dialog.close()), send)));
  return dialog;
}
