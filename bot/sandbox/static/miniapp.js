// A Mini App over the page: a frame with a header, and the part of Telegram that it speaks with.

import { el, icon, iconButton, nameOf, safeAddress } from "./dom.js";
import { post } from "./api.js";
import { orSay, toast } from "./overlays.js";

const SHOWABLE = ["127.0.0.1", "localhost"]; // what the page's policy lets into a frame
const MAY = "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-downloads";
const RELOAD_MS = 500;

const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => (dark.matches ? "dark" : "light");

let opened = null;

/** Opens the Mini App at `address` as this person; only one is open at a time. */
export async function openMiniApp(person, bot, address, title) {
  const place = safeAddress(address);
  if (place?.protocol !== "http:" || !SHOWABLE.includes(place.hostname) || place.origin === location.origin) {
    toast(`The sandbox opens Mini Apps of this machine only, not ${address}`, "error");
    return;
  }
  const launched = await launch(person, address);
  if (!launched) return;
  opened?.close();
  opened = new MiniApp({ person, bot, address, title, origin: place.origin }, launched);
}

const launch = (person, address) => orSay(() => post(`/people/${person}/mini_app`, { url: address, theme: theme() }));

class MiniApp {
  constructor(what, launched) {
    Object.assign(this, what, { themes: launched.themes });
    this.build();
    this.show(launched.url);
    this.listen();
    document.body.append(this.node);
    this.node.showModal();
  }

  build() {
    this.back = iconButton("back", "Back", () => this.say("back_button_pressed"), { class: "round app-back", hidden: true });
    this.slot = el("div", { class: "app-slot" });
    this.wait = el("p", { class: "app-wait faint", role: "status" }, "Opening…");
    this.node = el("dialog", { class: "mini-app", "aria-label": `Mini App: ${this.title}` },
      el("header", { class: "app-head" }, this.back,
        el("div", { class: "head-text" }, el("h2", {}, this.title), el("p", { class: "faint" }, `Mini App of ${nameOf(this.bot)}`)),
        iconButton("reload", "Reload", () => this.reload()),
        iconButton("close", "Close the Mini App", () => this.close(), { autofocus: true })),
      this.slot, this.wait);
  }

  /** A new frame: to change what stands after the # of an address loads nothing. */
  show(address) {
    this.back.hidden = true;
    this.canReload = false;
    this.wait.hidden = false;
    this.frame = el("iframe", { src: address, title: this.title, sandbox: MAY, allow: "clipboard-write" });
    this.frame.addEventListener("load", () => { this.wait.hidden = true; });
    this.slot.replaceChildren(this.frame);
  }

  listen() {
    const hear = (event) => this.heard(event);
    const recolour = () => this.recolour();
    addEventListener("message", hear);
    dark.addEventListener("change", recolour);
    this.node.addEventListener("close", () => {
      removeEventListener("message", hear);
      dark.removeEventListener("change", recolour);
      clearTimeout(this.reloading);
      this.node.remove();
      if (opened === this) opened = null;
    });
  }

  close() {
    this.node.close();
  }

  // ---- what is said

  /** Only to the origin that was opened: where the frame has gone since is nobody's to tell. */
  say(eventType, eventData = {}) {
    this.frame.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), this.origin);
  }

  heard(event) {
    if (event.source !== this.frame.contentWindow || event.origin !== this.origin) return;
    const said = parsed(event.data);
    if (typeof said?.eventType === "string") this.answer(said.eventType, said.eventData ?? {});
  }

  answer(kind, data) {
    if (kind === "iframe_ready") this.canReload = data.reload_supported === true;
    else if (kind === "iframe_will_reload") this.reloads();
    else if (kind === "web_app_ready") this.wait.hidden = true;
    else if (kind === "web_app_close") this.close();
    else if (kind === "web_app_request_theme") this.recolour();
    else if (kind === "web_app_request_viewport") this.measure();
    else if (kind === "web_app_setup_back_button") this.back.hidden = data.is_visible !== true;
  }

  recolour() {
    this.say("theme_changed", { theme_params: this.themes[theme()] });
  }

  measure() {
    const { width, height } = this.frame.getBoundingClientRect();
    this.say("viewport_changed", { width, height, is_state_stable: true, is_expanded: true });
  }

  // ---- again

  /** Asks the page to reload itself; one that cannot, or does not, is opened anew. */
  reload() {
    clearTimeout(this.reloading);
    if (!this.canReload) {
      this.reopen();
      return;
    }
    this.say("reload_iframe");
    this.reloading = setTimeout(() => this.reopen(), RELOAD_MS);
  }

  reloads() {
    clearTimeout(this.reloading);
    this.back.hidden = true;
    this.wait.hidden = false;
  }

  async reopen() {
    const launched = await launch(this.person, this.address);
    if (launched && opened === this) this.show(launched.url);
  }
}

/** The button beside the text field that opens a Mini App. */
export function appButton(title, open) {
  return el("button", { type: "button", class: "app-button", onclick: open }, icon("window"), el("span", { class: "clip-text" }, title));
}

function parsed(text) {
  try {
    return typeof text === "string" ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
