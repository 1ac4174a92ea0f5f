// KIT: light, dark, or as the system has it; inside Telegram, Telegram's own colours.
//
//   theme.begin(miniApp);  theme.choice → "light" | "dark" | "system";  theme.choose("dark")
// The page's <html> carries data-theme="light" or "dark"; colours.css has the colours of both.

import { coloursChanged } from "./palette.js";

const KEY = "telegauge-theme";
const READABLE = 4.5;
const SOFT = 0.14;
const isNight = matchMedia("(prefers-color-scheme: dark)");

class Theme {
  begin(miniApp) {
    this.miniApp = miniApp?.isInside ? miniApp : null;
    this.apply();
    isNight.addEventListener("change", () => this.apply());
    this.miniApp?.onTheme(() => this.apply());
  }

  get choice() {
    return stored() ?? "system";
  }

  choose(choice) {
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // A frame without storage forgets it with the page.
    }
    document.documentElement.dataset.choice = choice;
    this.apply();
  }

  get isDark() {
    if (this.miniApp) return Boolean(this.miniApp.isDark);
    const { choice } = this;
    return choice === "dark" || (choice === "system" && isNight.matches);
  }

  apply() {
    const root = document.documentElement;
    root.dataset.theme = this.isDark ? "dark" : "light";
    if (this.miniApp) paint(root, this.miniApp.colours ?? {});
    coloursChanged();
  }
}

export const theme = new Theme();

function stored() {
  const chosen = document.documentElement.dataset.choice;
  if (chosen) return chosen;
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Telegram's colours, as far as our texts stay readable on them. */
function paint(root, colours) {
  const surface = hex(colours.section_bg_color) ?? hex(colours.bg_color);
  const paper = hex(colours.secondary_bg_color) ?? surface;
  const ink = hex(colours.text_color);
  if (!surface || !isReadable(ink, surface, paper)) return;
  const faint = hex(colours.hint_color);
  const accent = hex(colours.link_color) ?? hex(colours.accent_text_color);
  const soft = accent && mixed(accent, surface, SOFT);
  const hasAccent = isReadable(accent, surface, paper, soft);
  const chosen = { surface, paper, ink, faint: isReadable(faint, surface, paper) ? faint : null, accent: hasAccent ? accent : null, "accent-soft": hasAccent ? soft : null, "accent-ink": hasAccent ? surface : null };
  for (const [name, colour] of Object.entries(chosen)) {
    if (colour) root.style.setProperty(`--${name}`, colour);
    else root.style.removeProperty(`--${name}`);
  }
}

const isReadable = (colour, ...grounds) => Boolean(colour) && grounds.every((ground) => contrast(colour, ground) >= READABLE);

/** Some of one colour in another. */
function mixed(one, other, part) {
  const at = (colour, index) => parseInt(colour.slice(index, index + 2), 16);
  return `#${[1, 3, 5].map((index) => Math.round(at(one, index) * part + at(other, index) * (1 - part)).toString(16).padStart(2, "0")).join("")}`;
}

const hex = (colour) => (/^#[0-9a-f]{6}$/i.test(colour ?? "") ? colour.toLowerCase() : null);

function luminance(colour) {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = parts.map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG's contrast of two colours, 1 to 21. */
export function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}
