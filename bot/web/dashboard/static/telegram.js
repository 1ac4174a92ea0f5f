// Telegram around this page: what it hands over in the address, and the few words spoken with it.
//
// Web clients hold the page in a frame and speak by postMessage; those on phones and desktops put
// an object into it.  Styles that a client sends are not taken: this page wears its own.

const KEPT = "telegauge.mini-app";
const HANDED_OVER = /(?:^#|[?&])(tgWebApp.*)$/s;
const NAME = /^[a-z][a-z_]{0,39}$/;
const COLOUR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
const OLDEST_S = 3600; // as bot/telegram/init_data.py has it
const DARK_BELOW = 120; // of 255, as bright as an eye sees it

class MiniApp {
  #initData = "";
  #colours = {};
  #isKept = false;
  #send = mouth();
  #onBack = null;
  #listeners = new Set();

  constructor() {
    if (!this.#send) return;
    this.#take(handedOver() ?? remembered());
    this.#listen();
    this.#say("web_app_request_theme");
  }

  /** Whether Telegram opened this page and said who looks. */
  get isInside() {
    return this.#initData !== "";
  }

  /** Who looks, signed by Telegram; for the server, which checks it. */
  get initData() {
    return this.#initData;
  }

  /** Whether the server takes what Telegram said for too old by now. */
  get isOld() {
    const signed = Number(new URLSearchParams(this.#initData).get("auth_date"));
    return signed > 0 && Date.now() / 1000 - signed > OLDEST_S;
  }

  /** Telegram's colours by name (bg_color, text_color, hint_color, …), each as #rrggbb. */
  get colours() {
    return { ...this.#colours };
  }

  get isDark() {
    const back = this.#colours.bg_color;
    return back !== undefined && brightness(back) < DARK_BELOW;
  }

  /** The page can be looked at: Telegram takes its own waiting sign away. */
  ready() {
    this.#say("web_app_ready");
  }

  /** As much height as there is. */
  expand() {
    this.#say("web_app_expand");
  }

  /** Takes the page away: Telegram's own cross. */
  close() {
    this.#say("web_app_close");
  }

  /** Shows Telegram's back button, or takes it away; `onBack` runs when it is pressed. */
  back(isVisible, onBack = null) {
    this.#onBack = isVisible ? onBack : null;
    this.#say("web_app_setup_back_button", { is_visible: Boolean(isVisible) });
  }

  /** Runs `callback(this)` whenever Telegram's colours change; returns how to end that. */
  onTheme(callback) {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  #take({ initData, colours }) {
    this.#initData = initData;
    this.#colours = sound(colours);
    // Kept, because a reload gets no new data; and out of the address, from which it could be copied.
    this.#isKept = initData !== "" && remember({ initData, colours: this.#colours });
    bareAddress();
  }

  #listen() {
    const hear = (kind, data) => this.#hear(kind, data);
    addEventListener("message", (event) => {
      if (event.source !== window.parent || window.parent === window) return;
      const said = parsed(event.data);
      if (typeof said?.eventType === "string") hear(said.eventType, said.eventData);
    });
    // Where the clients outside of browsers call, each by the name of its time.
    window.Telegram = { ...window.Telegram, WebView: { receiveEvent: hear } };
    window.TelegramGameProxy = { receiveEvent: hear };
    window.TelegramGameProxy_receiveEvent = hear;
    if (window.parent !== window) this.#say("iframe_ready", { reload_supported: this.#isKept });
  }

  #hear(kind, data) {
    if (kind === "back_button_pressed") this.#onBack?.();
    else if (kind === "theme_changed") this.#wear(data?.theme_params);
    else if (kind === "reload_iframe") this.#reload();
  }

  #wear(colours) {
    this.#colours = { ...this.#colours, ...sound(colours) };
    if (this.isInside) remember({ initData: this.#initData, colours: this.#colours });
    for (const listener of this.#listeners) listener(this);
  }

  /** Where a frame may keep nothing, Telegram has to open the page anew, and does. */
  #reload() {
    if (!this.#isKept) return;
    this.#say("iframe_will_reload");
    location.reload();
  }

  #say(kind, data = {}) {
    this.#send?.(kind, data);
  }
}

/** How this page speaks to Telegram; null when there is none around it. */
function mouth() {
  if (typeof window.TelegramWebviewProxy?.postEvent === "function") {
    return (eventType, eventData) => window.TelegramWebviewProxy.postEvent(eventType, JSON.stringify(eventData));
  }
  if (typeof window.external?.notify === "function") {
    return (eventType, eventData) => window.external.notify(JSON.stringify({ eventType, eventData }));
  }
  if (window.parent === window) return null;
  // To any origin: nothing that is said is a secret, and web clients live at several addresses.
  return (eventType, eventData) => window.parent.postMessage(JSON.stringify({ eventType, eventData }), "*");
}

/** What the address brings, null when it brings nothing. */
function handedOver() {
  const found = HANDED_OVER.exec(location.hash);
  const fields = new URLSearchParams(found?.[1] ?? "");
  const initData = fields.get("tgWebAppData");
  return initData ? { initData, colours: parsed(fields.get("tgWebAppThemeParams")) } : null;
}

function bareAddress() {
  const rest = location.hash.replace(HANDED_OVER, "");
  history.replaceState(history.state, "", location.pathname + location.search + rest);
}

function remember(kept) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
    return true;
  } catch {
    return false; // a browser that keeps nothing for pages in frames
  }
}

function remembered() {
  const nothing = { initData: "", colours: {} };
  try {
    const kept = parsed(sessionStorage.getItem(KEPT));
    return typeof kept?.initData === "string" ? { ...nothing, ...kept } : nothing;
  } catch {
    return nothing;
  }
}

function parsed(text) {
  try {
    return typeof text === "string" ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** Only what is a colour by a name that may be one: it ends in styles. */
function sound(colours) {
  const known = Object.entries(colours ?? {}).filter(([name, value]) => NAME.test(name) && typeof value === "string" && COLOUR.test(value));
  return Object.fromEntries(known.map(([name, value]) => [name, whole(value.toLowerCase())]));
}

/** #rrggbb, also of #rgb. */
function whole(colour) {
  return colour.length === 4 ? `#${[...colour.slice(1)].map((digit) => digit + digit).join("")}` : colour;
}

/** 0 (black) to 255 (white), as an eye sees it (HSP). */
function brightness(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return Math.sqrt(0.299 * red ** 2 + 0.587 * green ** 2 + 0.114 * blue ** 2);
}

export const miniApp = new MiniApp();
