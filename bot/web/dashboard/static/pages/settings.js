// Settings: tokens, links, files, colours, who is signed in, and where programs read on.

import { el } from "../dom.js";
import { isAdmin, readersNote } from "./asking.js";
import { filesCard } from "./settings/files.js";
import { Links } from "./settings/links.js";
import { Tokens } from "./settings/tokens.js";
import { looksCard, programsCard, youCard } from "./settings/you.js";

export async function settings(view) {
  const lists = isAdmin(view) ? [new Links(view), new Tokens(view)] : [];
  view.node.append(
    el("div", { class: "cards" }, el("div", { class: "stack" }, youCard(view), looksCard()), programsCard()),
    filesCard(view),
    ...lists.map((list) => list.node),
    ...(isAdmin(view) ? [] : [readersNote(view, "make tokens and links")]));
  await view.refreshing(async () => !(await Promise.all(lists.map((list) => list.ask()))).includes(false));
}
