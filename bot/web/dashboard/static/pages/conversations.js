// Conversations: what is written, in which chats, and by whom the most.

import { reportsPage } from "../reports.js";

const REPORTS = [["timeline", { title: "Over time", hide: ["summary"] }], ["messages", { tables: ["types"] }], ["conversations", { title: "With the assistant" }], ["chats"], ["top", { title: "Top people and chats" }]];

export const conversations = (view) => reportsPage(view, REPORTS);
