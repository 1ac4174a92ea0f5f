// Every report as a file, for the period that is chosen above.
//
//   filesCard(view) → a node

import { withParams } from "../../ask.js";
import { question, REPORTS } from "../../catalogue.js";
import { button, el } from "../../dom.js";
import { act } from "../asking.js";

const ENDINGS = [["csv", "CSV"], ["json", "JSON"], ["pdf", "PDF"], ["png", "PNG"]];
const TITLES = {
  users: "Users", analytics: "Key figures", messages: "Messages", timeline: "Timeline", engagement: "Engagement", top: "Most active people", chats: "Chats",
  audience: "Audience", lifecycle: "Lifecycle", retention: "Retention", segments: "Segments", languages: "Languages", blocks: "Blocks", funnel: "Funnel",
  sources: "Sources", peak: "Peak hours", revenue: "Revenue", downloads: "Downloads", quizzes: "Quizzes", assistant: "Assistant", conversations: "Conversations",
  api: "Telegram API", commands: "Commands", handlers: "Handlers", errors: "Errors", alerts: "Alerts", daily: "Day by day", forecast: "Forecast", unusual: "Unusual hours",
};

export function filesCard(view) {
  const names = Object.keys(REPORTS).filter((name) => !REPORTS[name].feature || view.session.features.includes(REPORTS[name].feature));
  return el("section", { class: "card full", "aria-labelledby": "files-title" }, el("header", { class: "card-head" }, el("h2", { class: "card-title", id: "files-title" }, "Files")),
    el("p", { class: "faint" }, "Each report of the days chosen above. CSV and JSON have everything, PDF is for printing, PNG is the first chart."),
    el("ul", { class: "files" }, names.map((name) => row(view, name))));
}

function row(view, name) {
  const title = TITLES[name] ?? name;
  const files = ENDINGS.map(([ending, text]) => button(text, null, (event) => act(event.currentTarget, () => load(view, name, ending)), { class: "plain small quiet", "aria-label": `${title} as ${text}` }));
  return el("li", {}, el("span", {}, title), el("span", { class: "file-acts" }, files));
}

function load(view, name, ending) {
  const { params } = question(name, view.state);
  return view.file(withParams(`/api/v1/export/${name}.${ending}`, params));
}
