// Where an address leads to no page: which one was asked for, and which there are.

import { el } from "./dom.js";
import { quoted } from "./reading.js";

/** page: as the address has it; href: the link to a page by its name */
export function lost(page, pages, href) {
  return el("section", { class: "card lost" },
    el("p", {}, `There is no page ${quoted(decoded(page))}. The pages are:`),
    el("ul", {}, pages.map(({ name, title }) => el("li", {}, el("a", { "data-page": name, href: href(name) }, title)))));
}

/** Letters of other alphabets as they were typed; what is no such text stays. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
