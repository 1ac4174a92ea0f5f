// KIT: elements and icons.  Text only ever becomes text nodes, because names are hostile.
//
//   el("p", {class: "faint", onclick: f}, "text", node)   attributes, on… listeners, children
//   icon("people")                                        one of our line drawings, hidden from readers
//   fill(node, children)                                  replaces what is in a node
//   write(node, text)                                     sets a text, and touches nothing when it is the same
//   once(f)                                               f at the next frame, however often it is asked

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  overview: "M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z",
  audience: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c.4-3.700 3-5.500 6.500-5.500s6.100 1.800 6.500 5.500M16 4.500a3.300 3.300 0 0 1 0 6.300M18.500 15c1.800.8 2.800 2.500 3 5",
  conversations: "M4 5h16v11H10l-4.500 4v-4H4zM8 9h8M8 12.500h5",
  features: "M12 3l8.500 4.700v8.600L12 21l-8.500-4.700V7.700zM3.500 7.700L12 12.500l8.500-4.800M12 12.500V21",
  revenue: "M12 3.500l2.600 5.400 5.900.8-4.300 4.100 1 5.900-5.200-2.900-5.200 2.900 1-5.900-4.300-4.100 5.900-.8z",
  health: "M3 12.500h4l2.500-7 4.500 13 2.500-6H21",
  alerts: "M6 17V11a6 6 0 0 1 12 0v6l1.500 1.500h-15zM10 21h4",
  live: "M12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7.800 16.200a6 6 0 0 1 0-8.400M16.200 7.800a6 6 0 0 1 0 8.400M5 19a10 10 0 0 1 0-14M19 5a10 10 0 0 1 0 14",
  settings: "M4 7h9M17 7h3M15 9.500v-5M4 17h3M11 17h9M9 19.500v-5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.500l6 6 6-6",
  download: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  refresh: "M19.500 12a7.500 7.500 0 1 1-2.300-5.400M19.800 3.500v4h-4",
  table: "M4 5h16v14H4zM4 10h16M10 10v9",
  chart: "M5 20V10M12 20V4M19 20v-7",
  calendar: "M4 6h16v14H4zM4 10.500h16M8.500 3.500V8M15.500 3.500V8",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2.500M12 19v2.500M2.500 12H5M19 12h2.500M5.300 5.300L7 7M17 17l1.700 1.700M5.300 18.700L7 17M17 7l1.700-1.700",
  moon: "M20 14.500A8.300 8.300 0 0 1 9.500 4a8.300 8.300 0 1 0 10.500 10.500z",
  screen: "M3.500 5h17v11h-17zM9 20h6M12 16v4",
  out: "M10 4H5v16h5M14.500 8l4 4-4 4M18 12H9.500",
  warning: "M12 4l9 16H3zM12 10v4.500M12 17.300h.01",
  check: "M5 12.500l4.500 4.500L19 7.500",
  search: "M11 4.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM16 16l4.500 4.500",
  share: "M12 15V4M8 7.500L12 3.500l4 4M6 11H5v9h14v-9h-1",
};

/** An element; props are attributes, `class`, or on… listeners; null children are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...kept(children));
  return node;
}

const kept = (children) => children.flat(2).filter((child) => child !== null && child !== undefined && child !== false);

/** Replaces what is in *node*. */
export function fill(node, ...children) {
  node.replaceChildren(...kept(children));
  return node;
}

/** Sets a node's text; nothing moves when it is the same. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
  return node;
}

/** Sets an attribute; null takes it away. */
export function mark(node, name, value) {
  if (value === null || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? "" : String(value));
}

/** An SVG element. */
export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** One of our own line drawings, hidden from screen readers. */
export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}

/** A quiet button with a picture and its words; the words alone for readers when isBare. */
export function button(label, picture, onclick, { isBare = false, ...props } = {}) {
  const words = isBare ? el("span", { class: "unseen" }, label) : el("span", {}, label);
  return el("button", { type: "button", class: "plain", title: isBare ? label : null, onclick, ...props }, picture ? icon(picture) : null, words);
}

/** A labelled choice: options are [value, text]. */
export function choice(label, options, value, onChange) {
  const select = el("select", { "aria-label": label, title: label, onchange: () => onChange(select.value) },
    options.map(([key, text]) => el("option", { value: key }, text)));
  select.value = value;
  return select;
}

/** *work* at the next frame, however often it is asked until then. */
export function once(work) {
  let planned = 0;
  return () => {
    planned ||= requestAnimationFrame(() => {
      planned = 0;
      work();
    });
  };
}

let numbers = 0;
/** An id that nothing else on the page has. */
export const newId = (stem) => `${stem}-${(numbers += 1)}`;
