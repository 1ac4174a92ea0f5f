// KIT: the colours of charts, from the variables of colours.css, and who draws anew when they change.
//
//   colours() → {series: […], before, rule, ink, faint, surface, warning, heat: […], heatInk: […], font}
//   const forget = onColours(redraw);  coloursChanged()   after the theme has changed
//   faded("#0d6e66", 0.3) → "#0d6e664d"

import { LEVELS } from "./grid.js";

const SERIES = 6;
const listeners = new Set();
let known = null;

export function colours() {
  if (known) return known;
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  const several = (stem, count, first) => Array.from({ length: count }, (_, index) => read(`${stem}-${index + first}`));
  known = {
    series: several("series", SERIES, 1),
    before: read("before"),
    rule: read("rule"),
    ink: read("ink"),
    faint: read("faint"),
    surface: read("surface"),
    raised: read("raised"),
    line: read("line"),
    warning: read("warn"),
    heat: several("heat", LEVELS, 0),
    heatInk: several("heat-ink", LEVELS, 0),
    font: style.fontFamily || "sans-serif",
  };
  return known;
}

export function onColours(redraw) {
  listeners.add(redraw);
  return () => listeners.delete(redraw);
}

export function coloursChanged() {
  known = null;
  for (const redraw of listeners) redraw();
}

export const faded = (colour, part) => colour + Math.round(part * 255).toString(16).padStart(2, "0");
