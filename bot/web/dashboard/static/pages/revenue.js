// Revenue: what comes in, what moves it, and where people stop on the way to paying.

import { reportsPage } from "../reports.js";

const REPORTS = [["revenue"], ["funnel", { tables: ["steps"] }]];

export const revenue = (view) => reportsPage(view, REPORTS);
