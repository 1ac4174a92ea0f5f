// A rule between the form's texts and the words of alerts.toml that the API takes.
//
//   wordsOf(values) → what is sent;  valuesOf(definition) → what stands in the form
// What is no number or no duration is sent as it was typed: the server says what is wrong with it.

const NUMBERS = ["threshold", "recovery", "at_least"];
export const CHOICES = {
  read: [["value", "its value now"], ["rate", "growth a second"], ["increase", "growth"], ["p95", "95th percentile"]],
  comparison: [[">", "> more than"], [">=", "≥ at least"], ["<", "< less than"], ["<=", "≤ at most"]],
  severity: [["warning", "warning"], ["critical", "critical"]],
  no_data: [["keep", "nothing changes"], ["fire", "it fires"], ["ok", "all is well"]],
};
const USUAL = { read: "value", comparison: ">", severity: "warning", no_data: "keep" };
const SPANS = [["d", 86400], ["h", 3600], ["m", 60]];

/** What is empty is left out, and is as usual then. */
export function wordsOf(values) {
  const words = {};
  for (const [name, text] of Object.entries(values)) {
    if (name === "labels") Object.assign(words, text.trim() ? { labels: labelsOf(text) } : {});
    else if (text !== "") words[name] = NUMBERS.includes(name) ? numberOf(text) : text;
  }
  return words;
}

const numberOf = (text) => {
  const number = Number(text.replace(",", "."));
  return Number.isFinite(number) ? number : text;
};

/** "plan = pro, vip", one label a line. */
function labelsOf(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  return Object.fromEntries(lines.map((line) => {
    const at = line.indexOf("=");
    const name = (at < 0 ? line : line.slice(0, at)).trim();
    const values = (at < 0 ? "" : line.slice(at + 1)).split(",").map((one) => unquoted(one.trim())).filter(Boolean);
    return [name, values.length === 1 ? values[0] : values.length ? values : ""];
  }));
}

const unquoted = (text) => text.replace(/^"(.*)"$/, "$1");

export function valuesOf(definition) {
  const values = { ...USUAL };
  for (const [name, value] of Object.entries(definition ?? {})) {
    if (name === "labels") values.labels = Object.entries(value).map(([key, one]) => `${key} = ${[one].flat().join(", ")}`).join("\n");
    else values[name] = typeof value === "string" ? tidy(value) : String(value);
  }
  return values;
}

/** "300s" is easier as "5m". */
function tidy(text) {
  const seconds = /^(\d+)s$/.test(text) ? Number(text.slice(0, -1)) : 0;
  const span = SPANS.find(([, size]) => seconds && seconds % size === 0);
  return span ? `${seconds / span[1]}${span[0]}` : text;
}
