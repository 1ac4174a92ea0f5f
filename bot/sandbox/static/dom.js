// Building blocks: elements, icons, avatars.  Text only ever becomes text nodes.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  back: "M15 5l-7 7 7 7",
  more: "M12 5h.01M12 12h.01M12 19h.01",
  send: "M5 12h13M12 5l7 7-7 7",
  attach: "M20 11.500l-8.200 8.200a5 5 0 0 1-7-7l8.600-8.700a3.400 3.400 0 0 1 4.800 4.800l-8.700 8.600a1.700 1.700 0 0 1-2.400-2.400l7.900-7.900",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  group: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c.4-3.700 3-5.500 6.500-5.500s6.100 1.800 6.500 5.500M16 4.500a3.300 3.300 0 0 1 0 6.300M18.500 15c1.800.8 2.800 2.500 3 5",
  channel: "M4 10v4h3l8 5V5L7 10zM18.500 9a4 4 0 0 1 0 6",
  play: "M8 5.500v13l11-6.500z",
  pause: "M8.500 5.500v13M15.500 5.500v13",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  down: "M12 5v14M6 13l6 6 6-6",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  reply: "M10 7L5 12l5 5M5 12h8a6 6 0 0 1 6 6",
  blocked: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM6 6l12 12",
  link: "M9 15l8-8M10 6h8v8",
  copy: "M9 9h10v11H9zM5 15V4h10",
  search: "M11 4.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM16 16l4.500 4.500",
  star: "M12 3.500l2.600 5.400 5.900.8-4.300 4.100 1 5.900-5.200-2.900-5.200 2.900 1-5.900-4.300-4.100 5.900-.8z",
  check: "M5 12.500l4.500 4.500L19 7.500",
  reload: "M19 12a7 7 0 1 1-2.200-5.100M19.500 4v4.500H15",
  window: "M4 5.500h16v13H4zM4 9.500h16",
};

/** An element; props are attributes, `class`, or on… listeners; null children are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** One of our own line drawings, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A round button that shows an icon and says `label`. */
export function iconButton(name, label, onclick, props = {}) {
  return el("button", { type: "button", class: "round", "aria-label": label, title: label, onclick, ...props }, icon(name));
}

/** First and last name, or the title of a chat. */
export function nameOf(who) {
  if (!who) return "Nobody";
  return who.title || [who.first_name, who.last_name].filter(Boolean).join(" ") || who.username || String(who.id);
}

/** Two initials on a colour that stays with the id. */
export function avatar(who, size = "") {
  const words = nameOf(who).trim().split(/\s+/);
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
  return el("span", { class: `avatar hue${Math.abs(Number(who.id)) % 8} ${size}`, "aria-hidden": "true" }, letters);
}

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

/** Today, Yesterday, 3 March, 3 March 2024. */
export function day(seconds) {
  const date = new Date(seconds * 1000);
  const now = new Date();
  const age = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86400000);
  if (age === 0) return "Today";
  if (age === 1) return "Yesterday";
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year });
}

/** 3:07 for 187 seconds. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** 1.4 MB for 1,400,000 bytes. */
export function bytes(count) {
  if (!Number.isFinite(count)) return "";
  const power = count < 1000 ? 0 : count < 1e6 ? 1 : count < 1e9 ? 2 : 3;
  const value = count / 1000 ** power;
  return `${power && value < 10 ? value.toFixed(1) : Math.round(value)} ${["B", "kB", "MB", "GB"][power]}`;
}

/** An address that is safe to open, or null: web pages and Telegram's own links only. */
export function safeAddress(text) {
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[\w.-]+:\d+(\/|$)/.test(text) ? text : `https://${text}`;
  try {
    const address = new URL(whole);
    return ["http:", "https:", "tg:"].includes(address.protocol) ? address : null;
  } catch {
    return null;
  }
}
