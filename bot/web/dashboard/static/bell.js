// KIT: how many alerts fire, beside every way to them.
//
//   const bell = new Bell(asker, ways)      ways: the links and buttons that lead to the alerts
//   bell.ask();  bell.leave()

import { isCancelled } from "./ask.js";
import { el, write } from "./dom.js";

export class Bell {
  constructor(asker, ways) {
    this.questions = asker.questions();
    this.signs = ways.map((way) => sign(way));
  }

  async ask() {
    // Without an answer what was known stays: the page itself tells that the bot does not answer.
    const asked = this.questions.get("firing", "/api/v1/alerts", { limit: 1 });
    await asked.then(({ data }) => this.draw(data.firing.length), isCancelled);
  }

  draw(count) {
    for (const { node, number } of this.signs) {
      node.hidden = count === 0;
      write(number, String(count));
    }
  }

  leave() {
    this.questions.cancel();
  }
}

function sign(way) {
  const number = el("span");
  const node = el("span", { class: "pill bad sign", hidden: true }, number, el("span", { class: "unseen" }, " firing"));
  way.append(node);
  return { node, number };
}
