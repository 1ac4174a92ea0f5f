// Kinds of facts in groups that people choose by, and what each says in a few words.
//
//   groupsOf(kinds) → [{title, kinds}];  usualOf(kinds) → those shown at first
//   deed(fact) → "used /help";  wordOf("CommandUsed") → "command used"

import { used } from "../../people.js";
import { amount, bytes, duration, plainText } from "../../values.js";

const GROUPS = [
  ["Messages", ["MessageReceived", "MessageEdited", "ReactionChanged"]],
  ["Commands", ["CommandUsed", "ButtonPressed"]],
  ["People", ["UserFirstSeen", "UserStarted", "BotBlocked", "BotUnblocked", "UserForgotten", "UserSeen"]],
  ["Chats", ["ChatJoined", "ChatLeft"]],
  ["Downloads", ["DownloadQueued", "DownloadStarted", "DownloadSucceeded", "DownloadFailed", "DownloadRetried", "LinkRefused"]],
  ["Quizzes", ["QuizStarted", "QuestionAnswered", "QuizCompleted", "QuizAbandoned"]],
  ["Assistant", ["ConversationStarted", "ConversationEnded", "CompletionSucceeded", "CompletionFailed"]],
  ["Payments", ["InvoiceSent", "CheckoutStarted", "PaymentSucceeded", "PaymentFailed", "PaymentRefunded", "SubscriptionStarted", "SubscriptionRenewed", "SubscriptionCancelled", "SubscriptionExpired"]],
  ["Errors", ["ErrorRaised", "EventsDropped", "UpdateQuarantined", "RateLimited"]],
  ["Alerts", ["AlertFired", "AlertResolved", "NoticeDelivered"]],
  ["Telegram", ["ApiCalled", "UpdateHandled", "FileUploaded"]],
];
const REST = "The bot itself";
// Many, and about machines: who wants them chooses them.
const QUIET = ["Telegram", REST];
const QUIET_KINDS = ["UserSeen", "NoticeDelivered"];

export function groupsOf(kinds) {
  const left = new Set(kinds);
  const groups = GROUPS.map(([title, names]) => ({ title, kinds: names.filter((name) => left.delete(name)) }));
  return [...groups, { title: REST, kinds: [...left] }].filter((group) => group.kinds.length);
}

export const usualOf = (kinds) => groupsOf(kinds).filter((group) => !QUIET.includes(group.title)).flatMap((group) => group.kinds).filter((name) => !QUIET_KINDS.includes(name));

/** DownloadSucceeded → "download succeeded". */
export const wordOf = (kind) => kind.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

const bare = (text) => plainText(text ?? "").replaceAll("_", " ");
const seconds = (value) => (typeof value === "number" ? ` in ${duration(value)}` : "");
const named = (text) => (text ? ` ${bare(text)}` : "");
const stars = (value) => (value ? `, ${amount(value, "stars")}` : "");
const why = (text) => (text ? `: ${bare(text)}` : "");

const DEEDS = {
  MessageReceived: (f) => (f.text ? `wrote “${cut(plainText(f.text))}”` : f.content_type === "text" || !f.content_type ? `wrote${f.length ? ` ${amount(f.length, "count")} letters` : ""}` : f.content_type === "other" ? "sent something" : `sent a ${bare(f.content_type)}`),
  MessageEdited: () => "edited a message",
  ReactionChanged: () => "reacted to a message",
  CommandUsed: (f) => used(f.command ?? ""),
  ButtonPressed: (f) => `pressed ${bare(f.button)}`,
  UserFirstSeen: () => "was here for the first time",
  UserStarted: (f) => `started the bot${f.source ? ` by the link ${plainText(f.source)}` : ""}`,
  UserSeen: (f) => `is here${f.language ? `, language ${plainText(f.language)}` : ""}`,
  UserForgotten: () => "Somebody was forgotten, as they wished",
  BotBlocked: () => "blocked the bot",
  BotUnblocked: () => "came back",
  ChatJoined: (f) => `brought the bot into ${f.title ? `“${cut(plainText(f.title))}”` : `a ${bare(f.chat_type)}`}`,
  ChatLeft: (f) => `put the bot out of a ${bare(f.chat_type)}`,
  DownloadQueued: (f) => `asked for ${bare(f.format)}${named(f.quality)}`,
  DownloadStarted: (f) => `download of ${bare(f.format)} began${f.wait_seconds ? `, after ${duration(f.wait_seconds)}` : ""}`,
  DownloadSucceeded: (f) => `got ${bare(f.format)}${f.size_bytes ? `, ${bytes(f.size_bytes)}` : ""}${f.site ? `, from ${bare(f.site)}` : ""}${seconds(f.seconds)}`,
  DownloadFailed: (f) => `download failed${why(f.error)}`,
  DownloadRetried: (f) => `download is tried again${why(f.error)}`,
  LinkRefused: (f) => `sent a link that was refused${why(f.error)}`,
  QuizStarted: (f) => `started a quiz: ${bare(f.topic)}`,
  QuestionAnswered: (f) => `answered ${f.is_correct ? "right" : "wrong"}${seconds(f.seconds)}`,
  QuizCompleted: (f) => `Quiz over: ${bare(f.topic)}, ${amount(f.players ?? 0, "count")} playing`,
  QuizAbandoned: (f) => `Quiz given up${why(f.reason)}`,
  ConversationStarted: () => "began to talk with the assistant",
  ConversationEnded: (f) => `ended a talk of ${amount(f.messages ?? 0, "count")} messages`,
  CompletionSucceeded: (f) => `got an answer of ${amount(f.output_tokens ?? 0, "count")} tokens${seconds(f.seconds)}`,
  CompletionFailed: (f) => `got no answer${why(f.error)}`,
  InvoiceSent: (f) => `saw an invoice: ${bare(f.plan)}${stars(f.stars)}`,
  CheckoutStarted: (f) => `is about to pay for ${bare(f.plan)}`,
  PaymentSucceeded: (f) => `paid for ${bare(f.plan)}${stars(f.stars)}`,
  PaymentFailed: (f) => `could not pay for ${bare(f.plan)}${why(f.reason)}`,
  PaymentRefunded: (f) => `got a refund: ${bare(f.plan)}${stars(f.stars)}`,
  SubscriptionStarted: (f) => `subscribed to ${bare(f.plan)}`,
  SubscriptionRenewed: (f) => `renewed ${bare(f.plan)}`,
  SubscriptionCancelled: (f) => `cancelled ${bare(f.plan)}`,
  SubscriptionExpired: (f) => `lost ${bare(f.plan)}: it expired`,
  ErrorRaised: (f) => `${plainText(f.type ?? "Error")}${f.where ? ` in ${plainText(f.where)}` : ""}${f.message ? `: ${cut(plainText(f.message))}` : ""}`,
  EventsDropped: (f) => `${amount(f.count ?? 0, "count")} facts were given up${why(f.reason)}`,
  UpdateQuarantined: (f) => `An update could not be read${why(f.reason)}`,
  RateLimited: (f) => `was slowed down${named(f.subkind)}`,
  AlertFired: (f) => `${plainText(f.rule ?? "")} fires, ${plainText(f.severity ?? "")}`,
  AlertResolved: (f) => `${plainText(f.rule ?? "")} is over${f.seconds ? ` after ${duration(Math.round(f.seconds))}` : ""}`,
  NoticeDelivered: (f) => `A notice: ${bare(f.outcome)}`,
  ApiCalled: (f) => `${plainText(f.method ?? "")}: ${bare(f.outcome)}${seconds(f.seconds)}`,
  UpdateHandled: (f) => `${bare(f.subkind)} ${bare(f.outcome)}${f.handler ? `, by ${plainText(f.handler)}` : ""}${seconds(f.seconds)}`,
  FileUploaded: (f) => `A ${bare(f.content_type)} went up${f.size ? `, ${bytes(f.size)}` : ""}`,
  JobRan: (f) => `${bare(f.job)} ran${seconds(f.seconds)}${why(f.error)}`,
  HeartbeatSent: (f) => `A heartbeat: ${bare(f.outcome)}`,
  SignInTried: (f) => `Signing in${f.way ? ` by ${bare(f.way)}` : ""}: ${bare(f.outcome)}`,
};

const LONGEST = 90;
const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** What happened, behind the name of who did it, if anybody. */
export const deed = (fact) => (DEEDS[fact.kind] ?? ((one) => wordOf(one.kind)))(fact);
const BAD = /Failed|Raised|Dropped|Quarantined|Refused|Blocked|AlertFired/;
const GOOD = /Payment|Subscription(Started|Renewed)|AlertResolved/;
export const tone = (kind) => (BAD.test(kind) ? "bad" : GOOD.test(kind) ? "good" : "");
