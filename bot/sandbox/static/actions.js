// What a person can do with messages; each is one call of the driving interface.

import { encoded, get, patch, post } from "./api.js";
import { openMiniApp } from "./miniapp.js";
import { alertBox, confirmSheet, menu, orSay, toast } from "./overlays.js";
import { money, preview } from "./service.js";
import { safeAddress } from "./dom.js";

const QUICK_REACTIONS = ["👍", "❤", "🔥", "🎉", "😁", "😢", "👎"];
const KINDS = { image: "photo", video: "video", audio: "audio" };
const PHOTOS = ["image/jpeg", "image/png", "image/webp"];

/** photo, video, audio or document, by the file's type. */
function kindOf(file) {
  const kind = KINDS[file.type.split("/")[0]] ?? "document";
  return kind === "photo" && !PHOTOS.includes(file.type) ? "document" : kind;
}

export class Actions {
  constructor(store, page) {
    this.store = store;
    this.page = page;
    this.here = () => page.chatId;
    this.me = () => store.me(page.chatId);
  }

  path(rest) {
    return `/chats/${this.here()}/${rest}`;
  }

  // ---- writing

  /** Sends text and files; returns what could not be sent, null when all went. */
  async send(chatId, { text, files, answering }) {
    const common = { person: this.store.me(chatId), ...(answering ? { reply_to: answering.message_id } : {}) };
    const waiting = [...files];
    try {
      if (this.store.isChannel(chatId)) await this.publish(chatId, text, files);
      else if (!files.length) await this.deliver(chatId, { ...common, text });
      for (let caption = text; waiting.length && !this.store.isChannel(chatId); caption = "") {
        await this.deliver(chatId, { ...common, [kindOf(waiting[0])]: await encoded(waiting[0]), ...(caption ? { caption } : {}) });
        waiting.shift();
      }
      return null;
    } catch (problem) {
      toast(problem.message, "error");
      return { text: waiting.length < files.length ? "" : text, files: waiting, answering };
    }
  }

  async publish(chatId, text, files) {
    if (files.length) throw new Error("The sandbox takes text only as a channel's post.");
    this.page.got(chatId, await post(`/chats/${chatId}/posts`, { text }));
  }

  async deliver(chatId, body) {
    this.page.got(chatId, await post(`/chats/${chatId}/messages`, body));
  }

  say(text) {
    toast(text);
  }

  command(text) {
    return this.page.composer.sendText(text);
  }

  async edit(message, text) {
    const changed = await orSay(() => patch(this.path(`messages/${message.message_id}`), { person: this.me(), text }));
    if (changed) this.page.got(this.here(), changed);
    return Boolean(changed);
  }

  // ---- links inside the sandbox

  mention(text) {
    const who = this.store.byUsername(text.slice(1));
    if (who) this.page.show(Number(who.id));
    else toast(text.slice(1) === this.store.bot.username ? "That is the bot itself." : `${text} is nobody in this sandbox.`);
  }

  /** For t.me links to this bot: a function that does what Telegram would; null for others. */
  deepLink(address) {
    const isTelegram = ["t.me", "telegram.me"].includes(address.hostname);
    if (!isTelegram) return null;
    const path = decodeURIComponent(address.pathname.slice(1));
    if (path.startsWith("$") || path.startsWith("invoice/")) return () => this.payByLink(address.href);
    if (path.toLowerCase() !== this.store.bot.username?.toLowerCase()) return null;
    const payload = address.searchParams.get("start");
    return () => this.command(payload ? `/start ${payload}` : "/start");
  }

  /** The Mini App of a button, also of the one beside the text field. */
  openMiniApp({ text, web_app: { url } }) {
    return openMiniApp(this.me(), this.store.bot, url, text);
  }

  // ---- buttons

  async press(message, spec) {
    if (spec.copy_text) await this.copy(spec.copy_text.text);
    else if (spec.web_app) await this.openMiniApp(spec);
    else if (spec.pay) await this.pay({ message_id: message.message_id }, message.invoice);
    else if (spec.callback_data === undefined) toast("The sandbox can't do what this button asks for.");
    else await this.callback(message, spec);
  }

  async callback(message, spec) {
    const body = { person: this.me(), message_id: message.message_id, data: spec.callback_data };
    const reply = await orSay(() => post(this.path("press"), body));
    if (!reply) return;
    const { answer } = reply;
    if (!answer) toast("The bot did not answer this press within 10 seconds.", "error");
    else if (answer.text && answer.show_alert) alertBox(answer.text, this.store.bot.first_name ?? "The bot");
    else if (answer.text) toast(answer.text);
    if (answer?.url) this.follow(answer.url);
  }

  follow(text) {
    const address = safeAddress(text);
    const inside = address && this.deepLink(address);
    if (inside) inside();
    else toast(address ? `The bot points to ${address.href}` : "The bot points to an address that can't be opened safely.");
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast("Copied.");
    } catch {
      alertBox(text, "To copy");
    }
  }

  async payByLink(link) {
    const invoice = await orSay(() => get(`/invoices?link=${encodeURIComponent(link)}`));
    if (invoice) await this.pay({ link }, invoice);
  }

  async pay(what, invoice) {
    const again = invoice.subscription_period ? [`Renewed every ${Math.round(invoice.subscription_period / 86400)} days until it is cancelled.`] : [];
    const lines = [invoice.title, invoice.description, ...again, "Synthetic Stars: nothing is charged."];
    if (!(await confirmSheet("Confirm the payment", lines, `Pay ${money(invoice)}`))) return;
    const result = await orSay(() => post(this.path("pay"), { person: this.me(), ...what }));
    if (!result) return;
    if (result.paid) toast("Paid. Thank you.");
    else alertBox(result.error || "The bot did not confirm the payment in time.", "Not paid");
  }

  async replyButton(spec) {
    const asks = Object.keys(spec).find((key) => key.startsWith("request_") || key === "web_app");
    if (asks) toast("The sandbox can't share what this button asks for.");
    else await this.command(spec.text);
  }

  // ---- polls and reactions

  myVote(message) {
    return this.store.vote(this.here(), message);
  }

  async vote(message, ids) {
    if (!ids.length) {
      toast("Choose an answer first.");
      return;
    }
    const poll = await orSay(() => post(this.path("vote"), { person: this.me(), message_id: message.message_id, option_ids: ids }));
    if (!poll) return;
    this.store.putVote(this.here(), message.message_id, ids);
    const known = this.store.thread(this.here()).get(message.message_id) ?? message;
    this.page.got(this.here(), { ...known, poll: poll.poll ?? poll });
  }

  reactions(message) {
    return this.store.reactionsOf(this.here(), message.message_id);
  }

  async react(message, emoji) {
    const mine = this.reactions(message).filter((one) => one.mine).map((one) => one.emoji);
    const wanted = mine.includes(emoji) ? [] : [emoji];
    const done = await orSay(() => post(this.path("react"), { person: this.me(), message_id: message.message_id, emoji: wanted }));
    if (done !== undefined) this.page.reacted(this.here(), message.message_id, String(this.me()), wanted);
  }

  // ---- the menu of a message

  menu(message, anchor) {
    const mine = this.reactions(message).filter((one) => one.mine).map((one) => one.emoji);
    const items = [{ emoji: QUICK_REACTIONS, chosen: mine, run: (emoji) => this.react(message, emoji) }];
    if (!this.store.isChannel(this.here())) items.push({ label: "Answer", icon: "reply", run: () => this.page.composer.answer(message) });
    if (this.store.isOwn(this.here(), message) && message.text) items.push({ label: "Edit", icon: "check", run: () => this.page.composer.edit(message) });
    const text = message.text ?? message.caption;
    if (text) items.push({ label: "Copy the text", icon: "copy", run: () => this.copy(text) });
    menu(anchor, items);
  }

  jump(messageId) {
    if (!this.page.thread.jump(messageId)) toast(`“${preview(this.store.thread(this.here()).get(messageId)) || "That message"}” is further up or gone.`);
  }

  // ---- people and groups

  person(path) {
    return orSay(() => post(`/people/${this.here()}/${path}`));
  }

  membership(path) {
    return orSay(() => post(this.path(path), { person: this.me() }));
  }

  detail(chatId) {
    return orSay(() => get(`/chats/${chatId}?person=${this.store.me(chatId)}`));
  }
}
