// KIT: what stands around every page: the bar on top, the ways to the pages, the period, who is signed in.
//
//   const frame = new Frame({session, asker, address, theme, isInside, onSignOut, onRefresh, onShare})
//   frame.node;  frame.main (where pages draw);  frame.show(state) marks the page;  frame.state(refresher's state)
//   frame.needs({period, compare, interval});  frame.tools (a place for a page's own buttons)

import { Bell } from "./bell.js";
import { button, el, fill, icon, mark, write } from "./dom.js";
import { Picker, themePicker } from "./picker.js";
import { ago, clock } from "./values.js";

const ON_PHONES = ["overview", "audience", "revenue", "health"];
const TICK_MS = 5000;

/** Not every answer ends like one. */
const sentence = (text) => text.replace(/[^.?!]$/, "$&.");

export class Frame {
  constructor({ session, asker, address, theme, isInside, onSignOut, onRefresh, onShare }) {
    Object.assign(this, { session, address, theme, isInside, onSignOut, onRefresh });
    this.share = button("Share this page", "share", onShare, { isBare: true, class: "plain quiet" });
    this.links = [];
    this.picker = new Picker(address);
    this.title = el("h1", { tabindex: "-1" });
    this.main = el("div", { class: "page" });
    this.tools = el("div", { class: "page-tools" });
    this.ago = el("span");
    this.updated = el("span", { class: "updated", hidden: true }, el("span", { class: "updated-word" }, "Updated "), this.ago);
    this.refresh = button("Ask again now", "refresh", onRefresh, { isBare: true, class: "plain quiet" });
    this.old = el("p", { class: "old", role: "status", hidden: true });
    this.wrong = el("div", { class: "old", role: "status", hidden: true });
    this.drawer = this.more();
    this.node = el("div", { class: "frame" }, this.side(), el("div", { class: "column" }, this.bar(),
      el("main", { id: "main", tabindex: "-1" }, this.wrong, this.old, this.main)), this.bottom(), this.drawer);
    this.bell = new Bell(asker, [...this.links.filter((link) => link.dataset.page === "alerts"), this.opener]);
    this.ticking = setInterval(() => this.tick(), TICK_MS);
  }

  side() {
    return el("aside", { class: "side" }, this.brand(),
      el("nav", { class: "pages", "aria-label": "Pages" }, this.pageList(this.session.pages)), this.foot());
  }

  brand() {
    return el("div", { class: "brand" }, el("img", { src: "/dashboard/static/icon.svg", alt: "", width: "26", height: "26" }), el("span", {}, "Telegauge"), this.synthetic());
  }

  synthetic() {
    return this.session.is_synthetic ? el("span", { class: "pill warn", title: "Made by the sandbox: nobody here is real" }, "synthetic") : null;
  }

  pageList(pages) {
    return el("ul", {}, pages.map((page) => el("li", {}, this.link(page))));
  }

  link({ name, title }) {
    const node = el("a", { "data-page": name, href: this.address.href({ page: name }) }, icon(name), el("span", {}, title));
    this.links.push(node);
    return node;
  }

  foot() {
    const { session } = this;
    return el("div", { class: "side-foot" }, this.isInside ? null : themePicker(this.theme),
      el("p", { class: "faint who" }, session.name ? el("bdi", {}, session.name) : null, session.name ? " · " : null, session.scope),
      this.isInside ? null : button("Sign out", "out", this.onSignOut, { class: "plain quiet" }),
      session.version ? el("p", { class: "faint" }, `Telegauge ${session.version}`) : null);
  }

  bar() {
    return el("header", { class: "bar" },
      el("div", { class: "bar-line" }, el("div", { class: "phone-brand" }, el("img", { src: "/dashboard/static/icon.svg", alt: "", width: "24", height: "24" })),
        this.title, el("span", { class: "phone-pill" }, this.synthetic()), el("div", { class: "fresh" }, this.updated, this.refresh, this.share), this.tools),
      this.picker.node);
  }

  bottom() {
    const named = new Map(this.session.pages.map((page) => [page.name, page]));
    this.opener = button("More", "more", () => this.drawer.showModal(), { class: "", "aria-haspopup": "dialog" });
    return el("nav", { class: "bottom", "aria-label": "Main pages" },
      el("ul", {}, ON_PHONES.filter((name) => named.has(name)).map((name) => el("li", {}, this.link(named.get(name)))), el("li", {}, this.opener)));
  }

  more() {
    const close = button("Close", "close", () => this.drawer.close(), { isBare: true });
    const list = el("nav", { class: "pages", "aria-label": "All pages" }, this.pageList(this.session.pages));
    const dialog = el("dialog", { class: "drawer", "aria-label": "All pages" }, el("div", { class: "drawer-head" }, this.brand(), close), list, this.foot());
    dialog.addEventListener("click", (event) => (event.target === dialog || event.target.closest("a")) && dialog.close());
    return dialog;
  }

  /** Marks the page in all lists; the h1 gets the focus when somebody has changed pages. */
  show(state, { isMoved = false } = {}) {
    const page = this.session.pages.find((one) => one.name === state.page);
    const title = page?.title ?? "Not found";
    write(this.title, title);
    document.title = `${title} · Telegauge`;
    for (const link of this.links) {
      mark(link, "aria-current", link.dataset.page === state.page ? "page" : null);
      mark(link, "href", this.address.href({ page: link.dataset.page }));
    }
    this.share.hidden = this.session.scope !== "admin" || !page?.shared_reports.length;
    this.picker.draw(state);
    this.tell(this.address.wrong);
    if (!isMoved) return;
    fill(this.tools);
    scrollTo(0, 0);
    this.title.focus({ preventScroll: true });
  }

  /** What the address said that cannot be shown. */
  tell(wrong) {
    this.wrong.hidden = !wrong.length;
    fill(this.wrong, wrong.map((text) => el("p", {}, text)));
  }

  needs(controls) {
    this.picker.needs(controls);
  }

  state({ isBusy, at, trouble, wait }) {
    this.at = at;
    this.refresh.classList.toggle("busy", isBusy);
    if (isBusy) return;
    this.bell.ask();
    this.old.hidden = !trouble;
    write(this.old, trouble ? `${sentence(trouble.message)} ${at ? `This is as of ${clock(at)}. ` : ""}It is asked again every ${wait / 1000} seconds.` : "");
    this.tick();
  }

  tick() {
    this.updated.hidden = !this.at;
    if (this.at) write(this.ago, ago(this.at));
  }

  leave() {
    clearInterval(this.ticking);
    this.bell.leave();
  }
}
