// A shared page: what /dashboard/shared#SECRET shows to whoever has the link; nobody is signed in.

import { isCancelled, reached } from "./ask.js";
import { el, fill, write } from "./dom.js";
import { REPORTS } from "./catalogue.js";
import { themePicker } from "./picker.js";
import { Refresher } from "./refresh.js";
import { SheetPart } from "./sheet.js";
import { failure, nothing, skeleton } from "./states.js";
import { ago, day, setZone } from "./values.js";

/** The whole page; the secret stands behind the #, so that it is in no log. */
export function sharedView(asker, theme) {
  const secret = location.hash.slice(1);
  const title = el("h1", {}, "Shared page");
  const about = el("p", { class: "faint" });
  const updated = el("span", { class: "updated" });
  const body = el("div", { class: "page" }, skeleton(4));
  const missing = el("p", { class: "old", hidden: true });
  const parts = new Map();
  const node = el("div", { class: "shared" },
    el("header", { class: "bar" }, el("div", { class: "bar-line" }, el("img", { src: "/dashboard/static/icon.svg", alt: "", width: "26", height: "26" }), title, el("div", { class: "fresh" }, updated), themePicker(theme)), about),
    el("main", { id: "main", tabindex: "-1" }, missing, body));
  if (!secret) {
    fill(body, nothing("This link lacks its secret: open it just as it was sent."));
    return node;
  }
  const refresher = new Refresher(async () => {
    try {
      const response = await asker.response("GET", "/api/v1/shared", undefined, { bearer: secret, isSigningIn: true });
      draw(await reached(response.json()), { title, about, missing, body, parts });
      return null;
    } catch (error) {
      if (isCancelled(error)) return null;
      const isOver = [401, 403, 404].includes(error.status);
      if (isOver) refresher.stop();
      if (isOver || !parts.size) fill(body, failure(isOver ? { message: "This link has ended, or never was. Ask whoever sent it for a new one." } : error, isOver ? null : () => refresher.now()));
      return error;
    }
  }, ({ at }) => write(updated, at ? `Updated ${ago(at)}` : ""));
  refresher.start();
  return node;
}

function draw(page, { title, about, missing, body, parts }) {
  write(title, page.title);
  document.title = `${page.title} · Telegauge`;
  const sheets = Object.entries(page.reports);
  const period = sheets[0]?.[1].period;
  if (period) setZone(period.zone);
  const days = period ? `${day(period.first_day, { isFull: true })} to ${day(period.last_day, { isFull: true })}, ${period.zone} · ` : "";
  const synthetic = sheets.some(([, sheet]) => sheet.is_synthetic) ? " · synthetic data, no real people" : "";
  write(about, `${days}read-only, until ${day(page.expires_at, { isFull: true })}${synthetic}`);
  const tooLong = Object.entries(page.left_out).map(([name, most]) => `${name[0].toUpperCase()}${name.slice(1)} is about ${most} days at most`);
  missing.hidden = !tooLong.length;
  write(missing, `Not on this page, because its time is longer: ${tooLong.join("; ")}.`);
  if (!parts.size) {
    for (const [name] of sheets) parts.set(name, new SheetPart(name in REPORTS ? name : "report"));
    fill(body, sheets.length ? [...parts.values()].map((part) => part.node) : nothing("There is nothing to see on this page."));
  }
  for (const [name, sheet] of sheets) parts.get(name)?.draw(sheet);
}
