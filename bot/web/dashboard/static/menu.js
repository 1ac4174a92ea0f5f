// KIT: a small menu below a button; Escape, a click elsewhere or a choice closes it.
//
//   const menu = new Menu("Files", "download", [["CSV", work], …]);  menu.node;  menu.leave()
//   const panel = new Panel(button, node)     the same for anything: node is shown and hidden

import { button, el, icon, mark } from "./dom.js";

export class Panel {
  constructor(opener, node) {
    this.opener = opener;
    this.node = node;
    node.hidden = true;
    mark(opener, "aria-expanded", "false");
    opener.addEventListener("click", () => this.set(node.hidden));
    this.outside = (event) => !node.contains(event.target) && !opener.contains(event.target) && this.set(false);
    this.escape = (event) => event.key === "Escape" && this.close();
  }

  set(isOpen) {
    if (this.node.hidden === !isOpen) return;
    this.node.hidden = !isOpen;
    mark(this.opener, "aria-expanded", isOpen);
    const turn = isOpen ? "addEventListener" : "removeEventListener";
    document[turn]("pointerdown", this.outside);
    document[turn]("keydown", this.escape);
    if (isOpen) this.node.querySelector("button, input, select, a")?.focus();
  }

  /** Closes, and the focus goes back to where it came from. */
  close() {
    const hadFocus = this.node.contains(document.activeElement);
    this.set(false);
    if (hadFocus) this.opener.focus();
  }

  leave() {
    this.set(false);
  }
}

export class Menu {
  constructor(label, picture, items) {
    const opener = button(label, picture, () => {}, { class: "plain quiet" });
    opener.append(icon("down"));
    const list = el("ul", { class: "menu" }, items.map(([text, work]) => el("li", {}, el("button", { type: "button", onclick: () => this.chosen(work) }, text))));
    this.node = el("div", { class: "menu-place" }, opener, list);
    this.panel = new Panel(opener, list);
    list.addEventListener("keydown", (event) => walk(event, list));
  }

  chosen(work) {
    this.panel.close();
    work();
  }

  leave() {
    this.panel.leave();
  }
}

function walk(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...list.querySelectorAll("button")];
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
}
