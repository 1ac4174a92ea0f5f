// The bot's command menu: all of it from the "/" button, the matching ones while typing.

import { el } from "./dom.js";

export class Suggestions {
  constructor(field, onChoose) {
    this.field = field;
    this.onChoose = onChoose;
    this.commands = [];
    this.shown = [];
    this.index = -1;
    this.all = false;
    this.onchange = () => {};
    this.node = el("ul", { class: "suggestions", id: "suggestions", role: "listbox", "aria-label": "Commands", hidden: true });
    field.setAttribute("aria-controls", "suggestions");
    field.addEventListener("focus", () => {
      this.dismissed = null;
      this.update();
    });
    field.addEventListener("blur", () => setTimeout(() => !this.node.contains(document.activeElement) && this.close(), 150));
  }

  toggleAll() {
    this.all = this.node.hidden || !this.all;
    this.field.focus();
    this.update();
  }

  close() {
    this.all = false;
    this.dismissed = this.field.value;
    this.update();
  }

  /** Shows what fits to the text; after Escape nothing, until the text changes. */
  update() {
    const typed = /^\/([a-z0-9_]*)$/i.exec(this.field.value);
    const fits = typed && this.dismissed !== this.field.value;
    if (this.dismissed !== this.field.value) this.dismissed = null;
    const wanted = typed ? typed[1].toLowerCase() : "";
    this.shown = this.all || fits ? this.commands.filter(({ command }) => this.all || command.startsWith(wanted)) : [];
    this.index = -1;
    this.draw();
  }

  draw() {
    this.node.hidden = !this.shown.length;
    this.node.replaceChildren(...this.shown.map((entry, index) => this.option(entry, index)));
    this.field.removeAttribute("aria-activedescendant");
    if (this.index >= 0) {
      this.field.setAttribute("aria-activedescendant", `command-${this.index}`);
      this.node.children[this.index].scrollIntoView({ block: "nearest" });
    }
    this.onchange(!this.node.hidden);
  }

  option({ command, description }, index) {
    const node = el("li", { id: `command-${index}`, role: "option", "aria-selected": String(index === this.index) },
      el("strong", {}, `/${command}`), el("span", { class: "clip-text faint" }, description));
    // mousedown, because a click comes after the field has lost the focus
    node.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.choose(command);
    });
    return node;
  }

  choose(command) {
    this.all = false;
    [this.shown, this.index] = [[], -1];
    this.draw();
    this.onChoose(command);
  }

  /** Arrows, Tab, Enter and Escape while the list is open; true when the key is used up. */
  key(event) {
    if (this.node.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.move(step);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab") this.complete();
    else if (event.key === "Enter" && this.index >= 0) this.choose(this.shown[this.index].command);
    else return false;
    event.preventDefault();
    return true;
  }

  move(step) {
    const count = this.shown.length;
    this.index = this.index < 0 && step < 0 ? count - 1 : (this.index + step + count) % count;
    this.draw();
  }

  complete() {
    this.field.value = `/${this.shown[Math.max(0, this.index)].command} `;
    this.all = false;
    this.field.dispatchEvent(new Event("input"));
  }
}
