// Settings: tokens, links, the digest, files, colours, who is signed in, and where programs read on.

import { el } from "../dom.js";
import { isAdmin, readersNote } from "./asking.js";
import { Digest } from "./settings/digest.js";
import { filesCard } from "./settings/files.js";
import { Links } from "./settings/links.js";
import { Tokens } from "./settings/tokens.js";
import { looksCard, programsCard, youCard } from "./settings/you.js";

export async function settings(view) {
  const lists = isAdmin(view) ? [new Links(view), new Tokens(view)] : [];
  const digest = new Digest(view);
  view.node.append(
    el("div", { class: "cards" }, el("div", { class: "stack" }, youCard(view), looksCard()), programsCard()),
    ...lists.map((list) => list.node),
    ...(isAdmin(view) ? [] : [readersNote(view, "make tokens and links")]),
    digest.node,
    filesCard(view));
  await view.refreshing(async () => !(await Promise.all([...lists, digest].map((list) => list.ask()))).includes(false));
}
