// What is shown once: a secret or a link, with a button that copies it.
//
//   onceNode({label, value, text})

import { button, el } from "../../dom.js";
import { toast } from "../../states.js";

export function onceNode({ label, value, text }) {
  const field = el("input", { type: "text", readonly: true, value, "aria-label": label, spellcheck: "false", onfocus: () => field.select() });
  const copy = button("Copy", null, async () => {
    field.select();
    // Without https the browser keeps the clipboard to itself.
    const done = navigator.clipboard ? await navigator.clipboard.writeText(value).then(() => true, () => false) : document.execCommand("copy");
    toast(done ? "Copied." : "Copy it by hand: it is selected.");
  }, { class: "primary" });
  return el("div", { class: "once", role: "status" }, el("p", {}, text), el("div", { class: "share-link" }, field, copy));
}
