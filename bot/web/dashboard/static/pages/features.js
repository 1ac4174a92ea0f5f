// Features: what people use the bot for, how well it does it, and what that costs.

import { reportsPage } from "../reports.js";

const REPORTS = [
  ["commands", { tables: ["commands"] }],
  ["downloads"],
  ["quizzes"],
  ["assistant"],
];

export const features = (view) => reportsPage(view, REPORTS);
