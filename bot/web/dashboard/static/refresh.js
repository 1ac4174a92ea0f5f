// KIT: does something again and again, but not while nobody looks.
//
//   const refresher = new Refresher(work, onState);  refresher.start();  refresher.now();  refresher.stop()
// *work* is async and returns the Trouble that it met, or null; it runs at once, then every 30 s after its end,
// sooner while the bot is away; a hidden tab stops it, and on return it catches up when it is due, as it does
// when this device is online again.  onState({isBusy, at, trouble, wait}) is told; wait: ms until the next time.

export const EVERY_MS = 30000;
export const AWAY_MS = 5000;

const pause = (trouble) => (trouble?.isAway ? Math.max(AWAY_MS, trouble.retryAfter * 1000) : EVERY_MS);

export class Refresher {
  constructor(work, onState = () => {}) {
    this.work = work;
    this.onState = onState;
    this.at = null;
    this.trouble = null;
    this.dueAt = 0;
    this.timer = 0;
    this.round = 0;
    this.isStopped = true;
    this.isBusy = false;
    this.askedAt = 0;
    this.seen = () => this.looked();
    this.online = () => this.trouble && !document.hidden && this.now();
  }

  start() {
    this.isStopped = false;
    document.addEventListener("visibilitychange", this.seen);
    addEventListener("online", this.online);
    return this.now();
  }

  stop() {
    this.isStopped = true;
    this.isBusy = false;
    this.round += 1;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
    removeEventListener("online", this.online);
  }

  looked() {
    clearTimeout(this.timer);
    // What it asked for a moment ago is on its way; what hangs is asked for again.
    const isOnItsWay = this.isBusy && Date.now() - this.askedAt < EVERY_MS;
    if (document.hidden || this.isStopped || isOnItsWay) return;
    const due = this.dueAt - Date.now();
    if (due <= 0) this.now();
    else this.timer = setTimeout(() => this.now(), due);
  }

  /** At once; the round before is forgotten. */
  async now(why = {}) {
    clearTimeout(this.timer);
    const round = (this.round += 1);
    this.isBusy = true;
    this.askedAt = Date.now();
    this.tell();
    const trouble = await this.work(why);
    if (round !== this.round) return;
    this.trouble = trouble;
    if (!trouble) this.at = new Date();
    this.dueAt = Date.now() + pause(trouble);
    this.isBusy = false;
    this.tell();
    this.looked();
  }

  tell() {
    this.onState({ isBusy: this.isBusy, at: this.at, trouble: this.trouble, wait: pause(this.trouble) });
  }
}
