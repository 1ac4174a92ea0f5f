// One line about a message: service messages in the conversation, previews in the list.

import { nameOf } from "./dom.js";

const KINDS = {
  photo: "Photo", animation: "GIF", video: "Video", video_note: "Video message", voice: "Voice message",
  sticker: "Sticker", contact: "Contact", venue: "Place", location: "Location", story: "Story",
};

const names = (people) => people.map(nameOf).join(", ");

const money = (payment) =>
  payment.currency === "XTR" ? `${payment.total_amount} ⭐` : `${(payment.total_amount / 100).toFixed(2)} ${payment.currency}`;

const SERVICE = {
  new_chat_members: (message) => {
    const [first] = message.new_chat_members;
    const alone = message.new_chat_members.length === 1 && first.id === message.from?.id;
    return alone ? `${nameOf(first)} joined` : `${nameOf(message.from)} added ${names(message.new_chat_members)}`;
  },
  left_chat_member: (message) => {
    const gone = message.left_chat_member;
    return gone.id === message.from?.id ? `${nameOf(gone)} left` : `${nameOf(message.from)} removed ${nameOf(gone)}`;
  },
  new_chat_title: (message) => `The name is now “${message.new_chat_title}”`,
  new_chat_photo: () => "The picture of the group has changed",
  delete_chat_photo: () => "The picture of the group was removed",
  group_chat_created: () => "The group was created",
  supergroup_chat_created: () => "The group was created",
  channel_chat_created: () => "The channel was created",
  migrate_to_chat_id: () => "The group became a supergroup",
  migrate_from_chat_id: () => "This supergroup was a group before",
  pinned_message: (message) => `${nameOf(message.from ?? message.sender_chat)} pinned “${preview(message.pinned_message)}”`,
  successful_payment: (message) => {
    const paid = message.successful_payment;
    const again = paid.is_recurring && !paid.is_first_recurring ? " again" : "";
    return `${nameOf(message.from)} paid ${money(paid)}${again}`;
  },
  refunded_payment: (message) => `${money(message.refunded_payment)} were paid back`,
  message_auto_delete_timer_changed: () => "The auto-delete timer has changed",
  users_shared: () => "People were shared with the bot",
  chat_shared: () => "A chat was shared with the bot",
  write_access_allowed: () => "The bot may write to this person",
  boost_added: () => "The group was boosted",
};

/** The line of a service message, null for an ordinary one. */
export function service(message) {
  const kind = Object.keys(SERVICE).find((name) => message[name] !== undefined);
  return kind ? SERVICE[kind](message) : null;
}

/** One line for lists, quotes and announcements. */
export function preview(message) {
  if (!message) return "";
  const line = service(message);
  if (line) return line;
  if (message.text) return message.text.replace(/\s+/g, " ").slice(0, 140);
  const kind = Object.keys(KINDS).find((name) => message[name] !== undefined);
  const thing = kind ? KINDS[kind] : named(message);
  return message.caption ? `${thing} · ${message.caption.replace(/\s+/g, " ").slice(0, 100)}` : thing;
}

function named(message) {
  if (message.audio) return [message.audio.performer, message.audio.title].filter(Boolean).join(" – ") || "Audio";
  if (message.document) return message.document.file_name ?? "Document";
  if (message.poll) return `${message.poll.type === "quiz" ? "Quiz" : "Poll"}: ${message.poll.question}`;
  if (message.invoice) return `Invoice: ${message.invoice.title}`;
  if (message.dice) return `${message.dice.emoji} ${message.dice.value}`;
  return "Message";
}

export { money };
