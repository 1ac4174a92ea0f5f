// KIT: values as people read them, one way for each unit of a sheet.
//
//   setZone("Europe/Berlin")        of all moments; the server's TIMEZONE
//   written(value, unit)            "1,204", "3.1%", "1 min 47 s", "12,300 ★", "26 Oct"; an unknown one with its reason
//   short(value, unit)              for cells: "?" or "…" for what is unknown, "–" for nothing
//   axis(value, unit)               for sides of charts: "12K"
//   ago(iso, now?)                  "5 min ago"; moment(iso) "21 Nov 2026, 00:52"
//   isKnown(value), reason(value)   a number that cannot be known is {value: null, reason: "not_over"}
//   plainText(text)                 somebody else's words on one line, without marks that turn a line round

export const NOTHING = "–";
const LANGUAGE = "en-GB";
let zone = "UTC";
let formats = new Map();

const REASONS = {
  nothing_recorded: "unknown, nothing was recorded yet",
  not_recorded_then: "unknown, the records began later",
  no_updates: "unknown, nothing of the kind happened",
  not_over: "not over yet",
  too_little: "unknown, too little was recorded",
  no_price: "unknown, no price is set",
  not_tried: "unknown, nobody has looked yet",
  removed: "unknown, the single records were removed",
};

export function setZone(name) {
  try {
    new Intl.DateTimeFormat(LANGUAGE, { timeZone: name });
    zone = name;
  } catch {
    zone = "UTC"; // a zone that this browser does not know
  }
  formats = new Map();
}

export const zoneName = () => zone;

const isUnknown = (value) => typeof value === "object" && value !== null;
export const isKnown = (value) => value !== null && value !== undefined && !isUnknown(value);
export const reason = (value) => (isUnknown(value) ? REASONS[value.reason] ?? "unknown" : "");

/** Today in the server's zone, as 2026-11-21. */
export const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date());

function number(value, most = 0, least = 0) {
  const key = `n${most}.${least}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: most, minimumFractionDigits: least }));
  return formats.get(key).format(value);
}

function dated(date, options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(LANGUAGE, options));
  return formats.get(key).format(date);
}

/** 26 Oct, with its year when that is another one. */
export function day(iso, { isFull = false } = {}) {
  const year = isFull || iso.slice(0, 4) !== today().slice(0, 4) ? "numeric" : undefined;
  return dated(new Date(`${iso.slice(0, 10)}T12:00:00Z`), { day: "numeric", month: "short", year, timeZone: "UTC" });
}

/** 21 Nov 2026, 00:52. */
export const moment = (iso) => dated(new Date(iso), { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: zone });
export const clock = (date) => dated(date, { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone });
const hour = (iso) => dated(new Date(iso), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone });
const second = (iso) => dated(new Date(iso), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone });

const STEPS = [[60, 1, "s"], [3600, 60, "min"], [86400, 3600, "h"], [86400 * 45, 86400, "days"]];

/** 5 min ago; the date for what is long ago. */
export function ago(iso, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - new Date(iso)) / 1000));
  if (seconds < 5) return "just now";
  const step = STEPS.find(([limit]) => seconds < limit);
  if (!step) return day(new Date(iso).toISOString());
  const count = Math.floor(seconds / step[1]);
  return step[2] === "days" && count === 1 ? "yesterday" : `${count} ${step[2]} ago`;
}

/** 17 ms, 8.1 s, 1 min 47 s, 2 h 5 min, 3 d 4 h. */
export function duration(seconds) {
  if (seconds === 0) return "0 s";
  if (seconds < 1) return `${number(seconds * 1000, seconds < 0.01 ? 1 : 0)}\u00a0ms`;
  if (seconds < 60) return `${number(seconds, seconds < 10 ? 2 : 1)}\u00a0s`;
  const whole = Math.round(seconds);
  const [big, small, size, rest] = whole < 3600 ? ["min", "s", 60, 1] : whole < 86400 ? ["h", "min", 3600, 60] : ["d", "h", 86400, 3600];
  const left = Math.floor((whole % size) / rest);
  return `${number(Math.floor(whole / size))}\u00a0${big}${left ? ` ${left}\u00a0${small}` : ""}`;
}

export function bytes(count) {
  const power = count < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${number(value, power && value < 10 ? 1 : 0)}\u00a0${["B", "kB", "MB", "GB", "TB"][power]}`;
}

const share = (value) => `${number(value * 100, value > 0 && value < 0.01 ? 2 : value < 0.1 ? 1 : value === 1 ? 0 : 1)}%`;
const usd = (value) => `$${value > 0 && value < 1 ? number(value, 4, 2) : number(value, 2, 2)}`;

const WRITERS = {
  count: (value) => number(value, value < 100 ? 1 : 0),
  share,
  seconds: duration,
  stars: (value) => `${number(value, 2)}\u00a0★`,
  usd,
  bytes,
  ratio: (value) => number(value, 2),
};

/** A number with its unit; the sign stands before everything. */
export const amount = (value, unit) => (value < 0 ? "−" : "") + (WRITERS[unit] ?? WRITERS.ratio)(Math.abs(value));

/** *value* in full; an unknown one with its reason. */
export function written(value, unit) {
  if (isUnknown(value)) return reason(value);
  if (value === null || value === undefined) return NOTHING;
  if (unit === "day") return day(String(value));
  if (unit === "moment") return hour(value);
  if (unit === "second") return second(value);
  return typeof value === "number" ? amount(value, unit) : plainText(value);
}

/** *value* for a cell. */
export function short(value, unit) {
  if (isUnknown(value)) return value.reason === "not_over" ? "…" : "?";
  return written(value, unit);
}

/** A number for the side of a chart, where room is short. */
export function axis(value, unit) {
  if (!["count", "stars", "ratio"].includes(unit) || Math.abs(value) < 10000) return amount(value, unit);
  if (!formats.has("axis")) formats.set("axis", new Intl.NumberFormat(LANGUAGE, { notation: "compact", maximumFractionDigits: 1 }));
  return formats.get("axis").format(value) + (unit === "stars" ? "\u00a0★" : "");
}

/** *text* on one line, without control characters and marks that turn the rest of a line round. */
export const plainText = (text) => String(text).replace(/[\u202a-\u202e\u2066-\u2069]/g, "").replace(/[\p{Cc}\s]+/gu, " ").trim();

/** Whether cells of *unit* are set to the right. */
export const isNumeric = (unit) => ["count", "share", "seconds", "stars", "usd", "bytes", "ratio"].includes(unit);
