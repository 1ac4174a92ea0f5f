// KIT: does something again and again, but not while nobody looks.
//
//   const refresher = new Refresher(work, onState);  refresher.start();  refresher.now();  refresher.stop()
// *work* is async; it runs at once, then every 30 s after its end; a hidden tab stops it, and on return it
// catches up when it is due.  onState({isBusy, at, hasFailed}) is told; *work* returns false when something failed.

export const EVERY_MS = 30000;

export class Refresher {
  constructor(work, onState = () => {}) {
    this.work = work;
    this.onState = onState;
    this.at = null;
    this.timer = 0;
    this.round = 0;
    this.isStopped = true;
    this.seen = () => this.looked();
  }

  start() {
    this.isStopped = false;
    document.addEventListener("visibilitychange", this.seen);
    return this.now();
  }

  stop() {
    this.isStopped = true;
    this.round += 1;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
  }

  looked() {
    clearTimeout(this.timer);
    if (document.hidden || this.isStopped) return;
    const due = (this.at?.getTime() ?? 0) + EVERY_MS - Date.now();
    if (due <= 0) this.now();
    else this.timer = setTimeout(() => this.now(), due);
  }

  /** At once; the round before is forgotten. */
  async now(why = {}) {
    clearTimeout(this.timer);
    const round = (this.round += 1);
    this.onState({ isBusy: true, at: this.at, hasFailed: false });
    const isDone = await this.work(why);
    if (round !== this.round) return;
    if (isDone !== false) this.at = new Date();
    this.onState({ isBusy: false, at: this.at, hasFailed: isDone === false });
    clearTimeout(this.timer);
    if (!document.hidden && !this.isStopped) this.timer = setTimeout(() => this.now(), EVERY_MS);
  }
}
