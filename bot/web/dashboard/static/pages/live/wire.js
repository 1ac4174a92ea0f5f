// The WebSocket: opened, opened again after growing pauses, and told which kinds are wanted.
//
//   const wire = new Wire({asker, heard, state});  wire.want(kinds);  wire.open();  wire.close()
//   heard(message) for each; state({name: "live" | "connecting" | "waiting" | "over", at, text}) as it changes
// The page may not see why a handshake was refused, so the same address is asked over HTTP first.

const PATH = "/api/v1/live";
const FIRST_MS = 1000;
const LONGEST_MS = 30000;
const SETTLED_MS = 10000;
// The server waits five seconds for who they are; a cookie needs no words.
const OPENING_MS = 1200;
const WORDS_MS = 1100;
const UNAUTHORIZED = 3000;
const OVER = { 3003: "This session may not watch facts: it is for something else.", 1008: "The bot did not understand what this page sent. Reload the page." };
const WHY = { 1001: "The bot stops, or is started anew.", 1011: "Something broke in the bot; its log says what.", 1013: "Too many requests." };

export class Wire {
  constructor({ asker, heard, state }) {
    Object.assign(this, { asker, heard, state });
    this.kinds = null;
    this.pause = FIRST_MS;
    this.isClosed = true;
    this.socket = null;
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN && this.isWelcome;
  }

  /** Which kinds are told from now on; none is a pause. */
  want(kinds) {
    this.kinds = kinds;
    if (!this.isOpen) return;
    clearTimeout(this.saying);
    // Who says too much is put out.
    const wait = Math.max(0, (this.saidAt ?? 0) + WORDS_MS - Date.now());
    this.saying = setTimeout(() => this.say(), wait);
  }

  say() {
    if (!this.isOpen) return;
    this.saidAt = Date.now();
    this.socket.send(JSON.stringify({ kinds: this.kinds }));
    this.said = this.kinds.join();
  }

  async open() {
    this.isClosed = false;
    clearTimeout(this.again);
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    this.state({ name: "connecting" });
    const round = (this.round = (this.round ?? 0) + 1);
    try {
      // 401 signs out; what else is wrong can be told.
      await this.asker.send("GET", PATH);
    } catch (error) {
      if (round === this.round && !this.isClosed && error.status !== 401) this.later(error.message);
      return;
    }
    if (round === this.round && !this.isClosed) this.connect();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const query = this.kinds?.length ? `?kinds=${this.kinds.join(",")}` : "";
    const socket = new WebSocket(`${scheme}//${location.host}${PATH}${query}`);
    this.socket = socket;
    this.isWelcome = false;
    this.said = this.kinds?.length ? this.kinds.join() : null;
    socket.addEventListener("open", () => this.opening(socket));
    socket.addEventListener("message", (event) => this.socket === socket && this.message(event.data));
    socket.addEventListener("close", (event) => this.socket === socket && this.ended(event.code));
  }

  /** Inside Telegram no cookie says who this is; where one does, words would be too many. */
  opening(socket) {
    if (!this.asker.bearer) return;
    this.introducing = setTimeout(() => {
      if (!this.isWelcome && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ authorization: `Bearer ${this.asker.bearer}` }));
    }, OPENING_MS);
  }

  message(text) {
    const told = JSON.parse(text);
    if (told.type === "hello") this.welcomed();
    this.heard(told);
  }

  welcomed() {
    this.isWelcome = true;
    clearTimeout(this.introducing);
    this.settling = setTimeout(() => {
      this.pause = FIRST_MS;
    }, SETTLED_MS);
    this.state({ name: "live" });
    if (this.kinds && this.said !== this.kinds.join()) this.want(this.kinds);
  }

  ended(code) {
    this.forgetTimers();
    this.socket = null;
    if (this.isClosed) return undefined;
    if (code === UNAUTHORIZED) return this.signedOut();
    if (OVER[code]) return this.state({ name: "over", text: OVER[code] });
    return this.later(WHY[code] ?? "The connection was lost.");
  }

  /** Whether the session is really over is for the server to say: 401 signs out. */
  async signedOut() {
    await this.asker.send("GET", "/dashboard/session").then(() => !this.isClosed && this.later("The bot took this session for ended."), () => null);
  }

  later(text) {
    const wait = Math.round(this.pause * (0.8 + Math.random() * 0.4));
    this.pause = Math.min(LONGEST_MS, this.pause * 2);
    this.state({ name: "waiting", text, at: Date.now() + wait });
    this.again = setTimeout(() => this.open(), wait);
  }

  forgetTimers() {
    for (const timer of [this.again, this.saying, this.settling, this.introducing]) clearTimeout(timer);
  }

  close() {
    this.isClosed = true;
    this.forgetTimers();
    this.socket?.close(1000);
    this.socket = null;
  }
}
