// The checks: a strip that says whether all is well, and each check with its value.
//
//   const strip = new HealthStrip(view);  strip.node;  const health = await strip.ask()
// What was seen before stays while nobody answers, but is not called well any more.

import { isCancelled } from "./ask.js";
import { el, fill, icon, mark, write } from "./dom.js";
import { failure, skeleton } from "./states.js";
import { amount, bytes, duration } from "./values.js";

const SAID = { pass: "All is well", warn: "Something needs a look", fail: "Something does not work" };
const TONES = { pass: "good", warn: "warn", fail: "bad" };

export class HealthStrip {
  constructor(view) {
    this.view = view;
    this.said = el("span", { class: "pill" });
    this.body = el("div", {}, skeleton(1));
    this.node = el("section", { class: "card health-card" }, el("header", { class: "card-head" }, el("h2", { class: "card-title" }, "Health"), this.said), this.body);
  }

  async ask() {
    try {
      const { data } = await this.view.get("health", "/api/v1/health");
      this.draw(data);
      return data;
    } catch (error) {
      if (!isCancelled(error)) this.failed(error);
      throw error;
    }
  }

  failed(error) {
    if (!this.list) return fill(this.body, failure(error, () => this.view.again({})));
    this.node.classList.add("outdated");
    mark(this.said, "class", "pill");
    return write(this.said, "Not known now");
  }

  draw(health) {
    this.node.classList.remove("outdated");
    mark(this.said, "class", `pill ${TONES[health.status] ?? ""}`);
    write(this.said, SAID[health.status] ?? health.status);
    this.list ??= el("ul", { class: "checks" });
    if (!this.list.isConnected) fill(this.body, this.list);
    fill(this.list, health.checks.map(row));
  }
}

function row({ name, status, value: measured, unit, output }) {
  const words = name.replaceAll("_", " ");
  const value = measured === null ? "" : read(measured, unit);
  const told = [output, status === "pass" ? "" : status].filter(Boolean).join(", ");
  return el("li", { class: "check", title: output || null }, el("span", { class: `dot ${status}`, role: "img", "aria-label": status }),
    el("span", { class: "grow" }, words), el("span", { class: status === "pass" ? "faint" : "" }, value || told || "ok"),
    status === "fail" ? icon("warning") : null);
}

function read(value, unit) {
  if (!unit) return "";
  if (unit === "s") return duration(Math.max(0, value));
  if (unit === "bytes") return bytes(value);
  if (unit === "percent") return `${amount(value, "ratio")}%`;
  return `${amount(value, "ratio")}${unit ? ` ${unit}` : ""}`;
}
