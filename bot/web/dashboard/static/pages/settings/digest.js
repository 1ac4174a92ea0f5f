// The weekly digest: when the next one goes out, and what it would say today.
//
//   const digest = new Digest(view);  digest.node;  await digest.ask()      once: the bot reckons it for whoever asks

import { isCancelled } from "../../ask.js";
import { button, el, fill, mark, write } from "../../dom.js";
import { SheetPart } from "../../sheet.js";
import { failure } from "../../states.js";
import { moment } from "../../values.js";
import { until } from "../alerts/words.js";

export class Digest {
  constructor(view) {
    this.view = view;
    this.said = el("p", { class: "faint" }, "Asking…");
    this.opener = button("Show it as of today", "down", () => this.turn(), { class: "plain small", "aria-expanded": "false", hidden: true });
    this.trouble = el("div");
    this.part = new SheetPart("digest", { level: 3 });
    this.part.node.hidden = true;
    this.node = el("section", { class: "part", "aria-labelledby": "digest-title" },
      el("div", { class: "card" }, el("header", { class: "card-head" }, el("h2", { class: "card-title", id: "digest-title" }, "Weekly digest"), this.opener), this.said, this.trouble), this.part.node);
    view.onLeave(() => this.part.leave());
  }

  async ask() {
    if (this.told) return true;
    try {
      this.told = (await this.view.get("digest", "/api/v1/digest")).data;
      this.said.hidden = false;
      write(this.said, words(this.told));
      this.opener.hidden = false;
      fill(this.trouble);
      return true;
    } catch (error) {
      if (isCancelled(error)) return true;
      this.said.hidden = true;
      fill(this.trouble, failure(error, () => this.ask()));
      return false;
    }
  }

  turn() {
    const isOpen = this.part.node.hidden;
    this.part.node.hidden = !isOpen;
    mark(this.opener, "aria-expanded", isOpen);
    write(this.opener.lastChild, isOpen ? "Hide it" : "Show it as of today");
    if (isOpen) this.part.draw(this.told.report);
  }
}

const LACKING = { schedule: "DIGEST_SCHEDULE says when", recipient: "ALERT_CHAT_ID or ADMIN_IDS says to whom" };

const words = ({ schedule, next_at: next, lacks }) =>
  schedule ? `Sent to the admins’ chat every week (${schedule}); the next one ${until(next)}, ${moment(next)}.` : `None is sent until ${lacks.map((one) => LACKING[one]).join(", and ")}.`;
