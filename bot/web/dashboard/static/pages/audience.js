// Audience: how many people, who stays, where they come from, when they are here.

import { reportsPage } from "../reports.js";

const REPORTS = [
  ["audience", { title: "Active people" }],
  ["lifecycle", { hide: ["about"] }],
  ["retention", { hide: ["about"] }],
  ["forecast"],
  ["users", { title: "Who they are", hide: ["languages"], isHalf: true }],
  ["engagement", { isHalf: true }],
  ["sources", { tables: ["significant"] }],
  ["peak", { title: "Peak hours" }],
  ["languages", { isHalf: true }],
  ["blocks", { isHalf: true }],
  ["segments", { hide: ["about"], tables: ["sizes"] }],
];

export const audience = (view) => reportsPage(view, REPORTS);
