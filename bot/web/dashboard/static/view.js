// KIT: what a page gets, and nothing else.  A page is a module with a function of its name:
//
//   export async function alerts(view) { … }            in pages/alerts.js, loaded when it is first visited
//
//   view.node        where the page draws (below the h1, which the frame draws); empty at the start
//   view.session     {scope, name, person, csrf, zone, features, is_synthetic, pages, version}
//   view.state       {page, days, from, to, compare, interval, filters}, as the address has it now
//   view.go(changes, {isSmall})                          changes the address, which calls the refreshing work again
//   view.refuse("only", "", "…")                         a filter's value is none: it becomes "", and the frame says why
//   view.get(name, path, params, options) → {data, isSame}   a question; one of the same name cancels the older
//   view.send(method, path, body)                        POST, PUT, DELETE, with the CSRF header → JSON or null
//   view.file(path)                                      saves what the server makes
//   await view.refreshing(work)                          work({isChanged}) now, every 30 s, and when the address
//                                                        changes (isChanged); throw nothing, return false for trouble;
//                                                        what view.get met in that round is told as the reason
//   view.onLeave(f)                                      called when another page is opened: close sockets, stop timers
//   view.needs({period, interval, compare})              which of the frame's controls mean something here (all, at first)
//   view.isCompared                                      whether a comparison is wanted
// The kit beside it: states.js (skeleton, nothing, failure, say, toast), sheet.js, chart.js, table.js, values.js, dom.js.

import { isCancelled, Trouble } from "./ask.js";
import { save } from "./download.js";
import { Refresher } from "./refresh.js";
import { toast } from "./states.js";

const UNSAID = "Not everything could be loaded.";

export class View {
  constructor({ node, session, asker, address, onState, onNeeds }) {
    Object.assign(this, { node, session, asker, address, onState, onNeeds });
    this.questions = asker.questions();
    this.leaving = [];
    this.refreshers = [];
    this.trouble = null;
  }

  get state() {
    return this.address.now;
  }

  get isCompared() {
    return this.state.compare !== "none";
  }

  go(changes, options) {
    this.address.go(changes, options);
  }

  refuse(name, value, sentence) {
    this.address.refuse(name, value, sentence);
  }

  needs(controls) {
    this.onNeeds(controls);
  }

  async get(name, path, params, options) {
    try {
      return await this.questions.get(name, path, params, options);
    } catch (error) {
      // That the bot is away says more than what one question met.
      if (error instanceof Trouble && !this.trouble?.isAway) this.trouble = error;
      throw error;
    }
  }

  send(method, path, body) {
    return this.asker.send(method, path, body);
  }

  async file(path) {
    try {
      const { blob, name } = await this.asker.file(path);
      save(blob, name);
    } catch (error) {
      if (!isCancelled(error)) toast(error.message, { isBad: true });
    }
  }

  refreshing(work) {
    const refresher = new Refresher((why) => this.tried(work, why), this.onState);
    this.refreshers.push(refresher);
    return refresher.start();
  }

  /** What was in the way of *work*; null when all went well. */
  async tried(work, why) {
    this.trouble = null;
    return (await work(why)) === false ? this.trouble ?? new Trouble(UNSAID, { status: null }) : null;
  }

  /** The address has changed, or somebody wants to know now. */
  again(why) {
    for (const refresher of this.refreshers) refresher.now(why);
  }

  onLeave(work) {
    this.leaving.push(work);
  }

  leave() {
    this.questions.cancel();
    for (const refresher of this.refreshers) refresher.stop();
    for (const work of this.leaving) work();
  }
}
