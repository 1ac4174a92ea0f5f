// How many facts there were in each of the last sixty seconds, drawn as small bars.
//
//   const pulse = new Pulse();  pulse.node;  pulse.add(count);  pulse.tick()  each second;  pulse.last(10) → a sum

import { el, mark, svg } from "../../dom.js";
import { amount } from "../../values.js";

const SECONDS = 60;
const HIGH = 40;
const LEAST = 4;

export class Pulse {
  constructor() {
    this.counts = new Array(SECONDS).fill(0);
    this.bars = this.counts.map((_, index) => svg("rect", { x: index * 4, width: 3, y: HIGH, height: 0, rx: 1, class: "pulse-bar" }));
    this.drawing = svg("svg", { viewBox: `0 0 ${SECONDS * 4 - 1} ${HIGH}`, preserveAspectRatio: "none", role: "img", "aria-label": "Facts a second in the last minute", focusable: "false" }, ...this.bars);
    this.node = el("div", { class: "pulse" }, this.drawing);
  }

  add(count) {
    this.counts[SECONDS - 1] += count;
    this.draw();
  }

  /** A second is over. */
  tick() {
    this.counts.shift();
    this.counts.push(0);
    this.draw();
  }

  draw() {
    const most = Math.max(LEAST, ...this.counts);
    this.counts.forEach((count, index) => {
      const height = count ? Math.max(1.5, (HIGH * count) / most) : 0;
      mark(this.bars[index], "y", (HIGH - height).toFixed(1));
      mark(this.bars[index], "height", height.toFixed(1));
    });
  }

  last(seconds) {
    return this.counts.slice(-seconds).reduce((sum, count) => sum + count, 0);
  }

  /** For those who hear it: not at each bar. */
  describe() {
    mark(this.drawing, "aria-label", `Facts a second in the last minute: ${amount(this.last(SECONDS), "count")} in all, at most ${amount(Math.max(...this.counts), "count")}`);
  }
}
