// KIT: questions to the server.  A new question of the same name cancels the old one.
//
//   const asker = new Asker(onSignedOut)      csrf and bearer are set by the session
//   await asker.send("POST", "/dashboard/sign-in", {token})          any method, body as JSON → the JSON, or null for 204
//   const questions = asker.questions()       of one page: questions.cancel() when it is left
//   const {data, isSame} = await questions.get("name", "/api/v1/…", params)   isSame: its ETag is that of the answer before
//   await asker.file("/api/v1/export/…")      → {blob, name}
// Trouble is thrown as Trouble {status, message, errors, retryAfter, isAway}; a cancelled question as AbortError (isCancelled(error)).

export class Trouble extends Error {
  constructor(message, { status = 0, errors = [], retryAfter = 0 } = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }

  /** Nobody answered, or a proxy in the bot's place: it may be back at any moment. */
  get isAway() {
    return AWAY.includes(this.status);
  }
}

/** Whether nobody waits for the answer any more.  What is no Trouble is a fault of ours, and is written down. */
export function isCancelled(error) {
  const is = error?.name === "AbortError";
  if (!is && !(error instanceof Trouble)) console.error(error);
  return is;
}

const SAFE = ["GET", "HEAD"];
const AWAY = [0, 502, 503, 504];
export const NO_ANSWER = "The bot does not answer. Is it running, and is this device online?";

export class Asker {
  constructor(onSignedOut = () => {}) {
    this.onSignedOut = onSignedOut;
    this.csrf = "";
    this.bearer = "";
  }

  headers(method, body) {
    const headers = { Accept: "application/json, application/problem+json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.bearer) headers.Authorization = `Bearer ${this.bearer}`;
    if (this.csrf && !SAFE.includes(method)) headers["X-CSRF-Token"] = this.csrf;
    return headers;
  }

  /** The answer itself; Trouble unless it is a good one or its status is *allowed*. */
  async response(method, path, body, { signal, allowed = [], isSigningIn = false, bearer = null } = {}) {
    const headers = this.headers(method, body);
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const response = await reached(fetch(path, { method, headers, body: sent, signal, credentials: "same-origin" }));
    if (response.ok || allowed.includes(response.status)) return response;
    const trouble = await troubleOf(response);
    if (response.status === 401 && !isSigningIn) this.onSignedOut();
    throw trouble;
  }

  async send(method, path, body, options) {
    const response = await this.response(method, path, body, options);
    return response.status === 204 ? null : reached(response.json());
  }

  /** A file that the server makes, and what it calls it. */
  async file(path, options) {
    const response = await this.response("GET", path, undefined, options);
    const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    return { blob: await reached(response.blob()), name: name ?? "telegauge" };
  }

  questions() {
    return new Questions(this);
  }
}

/** What comes over the line, which may break before an answer and in the middle of one. */
export async function reached(coming) {
  try {
    return await coming;
  } catch (error) {
    throw error?.name === "AbortError" ? error : new Trouble(NO_ANSWER);
  }
}

async function troubleOf(response) {
  const answer = await response.json().catch((error) => {
    if (error?.name === "AbortError") throw error;
    return null; // not in our words: a proxy's, for example
  });
  const message = answer?.detail || answer?.title || `The bot answered with status ${response.status}.`;
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  return new Trouble(message, { status: response.status, errors: answer?.errors ?? [], retryAfter });
}

class Questions {
  constructor(asker) {
    this.asker = asker;
    this.open = new Map();
    this.etags = new Map();
  }

  async get(name, path, params = {}, options = {}) {
    this.open.get(name)?.abort();
    const control = new AbortController();
    this.open.set(name, control);
    try {
      const whole = withParams(path, params);
      const response = await this.asker.response("GET", whole, undefined, { ...options, signal: control.signal });
      const etag = response.headers.get("ETag");
      const isSame = etag !== null && this.etags.get(name) === whole + etag;
      const data = await reached(response.json());
      this.etags.set(name, whole + etag);
      return { data, isSame };
    } finally {
      if (this.open.get(name) === control) this.open.delete(name);
    }
  }

  /** Forgets all open questions. */
  cancel() {
    for (const control of this.open.values()) control.abort();
    this.open.clear();
  }
}

/** *path* with *params* behind a question mark; empty ones are left out. */
export function withParams(path, params) {
  const words = Object.entries(params).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return words.length ? `${path}?${new URLSearchParams(words)}` : path;
}
