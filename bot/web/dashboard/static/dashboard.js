// The dashboard begins here: who is signed in, which page the address names, and the frame around it.

import { Address } from "./address.js";
import { Asker, isCancelled, NO_ANSWER, Trouble } from "./ask.js";
import { el, fill } from "./dom.js";
import { Frame } from "./frame.js";
import { lost } from "./lost.js";
import { current, signIn, signOut } from "./session.js";
import { shareDialog } from "./share.js";
import { sharedView } from "./shared.js";
import { reopenView, signInView } from "./sign_in.js";
import { failure, skeleton } from "./states.js";
import { miniApp } from "./telegram.js";
import { theme } from "./theme.js";
import { View } from "./view.js";

const ROOT = "/dashboard";
const OVER = "This link has been used, or its hour is over. /dashboard in the admin's chat opens this page signed in; the sandbox prints a new link when it starts again.";
const ENDED = "You were signed out: the session or its token has ended.";

class Dashboard {
  constructor(place) {
    this.place = place;
    this.asker = new Asker(() => this.signedOut());
    this.address = null;
  }

  async begin() {
    theme.begin(miniApp);
    if (location.pathname === `${ROOT}/shared`) return fill(this.place, sharedView(this.asker, theme));
    const reason = location.hash === "#link-over" ? OVER : "";
    // Telegram's words behind the # have been read, and would stand in the way of our own addresses.
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    miniApp.ready?.();
    miniApp.expand?.();
    return this.enter(reason);
  }

  async enter(reason = "") {
    try {
      const session = await current(this.asker, miniApp);
      if (session) await this.open(session);
      else this.askToken(reason);
    } catch (error) {
      if (error.status === 401 || error.status === 403) this.refused(error);
      // Too many wrong secrets came from here: a cookie that has ended may be one, a token need not be.
      else if (error.status === 429 && !miniApp.isInside) this.askToken(reason || error.message);
      else fill(this.place, el("main", { class: "entry", id: "main" }, el("h1", { class: "unseen" }, "Telegauge"), failure(error, () => this.enter(reason))));
    }
  }

  /** Whom Telegram vouched for gets in by opening this anew: its word holds for an hour, a token they may not have. */
  refused(error) {
    const wasLetIn = Boolean(this.session?.person);
    if (!miniApp.isInside || !(wasLetIn || miniApp.isOld)) return this.askToken(error.message);
    this.close();
    miniApp.back(false);
    document.title = "Telegauge";
    return fill(this.place, reopenView({ onClose: () => miniApp.close() }));
  }

  askToken(reason = "") {
    this.close();
    document.title = "Sign in · Telegauge";
    const onToken = async (token) => this.open(await signIn(this.asker, token));
    fill(this.place, signInView({ onToken, reason }));
    if (matchMedia("(hover: hover)").matches) document.getElementById("token").focus();
  }

  async open(session) {
    this.session = session;
    this.address ??= new Address(ROOT, (now, before) => this.moved(now, before));
    this.frame = new Frame({
      session,
      theme,
      asker: this.asker,
      address: this.address,
      isInside: miniApp.isInside,
      onRefresh: () => this.view?.again({}),
      onSignOut: () => this.signOut(),
      onShare: () => shareDialog(this.view, this.frame.title.textContent),
    });
    this.address.onWrong = (wrong) => this.frame?.tell(wrong);
    fill(this.place, this.frame.node);
    await this.show();
  }

  moved(now, before) {
    if (!this.frame) return;
    if (now.page !== before.page) this.show({ isMoved: true });
    else {
      this.frame.show(now);
      this.view?.again({ isChanged: true });
    }
  }

  async show({ isMoved = false } = {}) {
    this.view?.leave();
    const { frame, session, asker, address } = this;
    const { now } = address;
    const node = fill(frame.main, skeleton(4, { isStrip: true }));
    frame.show(now, { isMoved });
    frame.needs({});
    frame.state({ isBusy: true, at: null });
    miniApp.back?.(now.page !== "overview", () => address.go({ page: "overview" }));
    const view = new View({ node, session, asker, address, onState: (state) => this.view === view && frame.state(state), onNeeds: (controls) => frame.needs(controls) });
    this.view = view;
    if (!session.pages.some((page) => page.name === now.page)) return this.lost(node);
    try {
      const module = await import(`./pages/${now.page}.js`).catch((error) => {
        throw error instanceof SyntaxError ? error : new Trouble(NO_ANSWER);
      });
      if (this.view !== view) return undefined;
      fill(node);
      return await module[now.page](view);
    } catch (error) {
      return !isCancelled(error) && this.view === view && fill(node, failure(error, () => this.show()));
    }
  }

  lost(node) {
    const { frame, session, address } = this;
    frame.needs({ period: false });
    frame.state({ isBusy: false, at: null });
    return fill(node, lost(address.now.page, session.pages, (page) => address.href({ page })));
  }

  close() {
    this.view?.leave();
    this.frame?.leave();
    this.view = this.frame = null;
  }

  async signOut() {
    await signOut(this.asker);
    this.askToken("You are signed out.");
  }

  /** A question was answered with 401: the session is over.  Inside Telegram a new one needs no token, as long as Telegram's word holds. */
  signedOut() {
    if (!this.frame) return;
    this.close();
    this.asker.bearer = "";
    if (miniApp.isInside && miniApp.initData) this.enter(ENDED);
    else this.askToken(ENDED);
  }
}

new Dashboard(document.getElementById("place")).begin();
