// KIT: who is signed in.
//
//   const session = await current(asker, miniApp)    the session, or null: sign in first
//   await signIn(asker, token);  await signOut(asker)
// A session sets the asker's csrf (and inside Telegram its bearer) and the zone of all moments.

import { reached } from "./ask.js";
import { setZone } from "./values.js";

const QUIET = { isSigningIn: true };

export async function current(asker, miniApp) {
  if (miniApp?.isInside && miniApp.initData) return taken(asker, await asker.send("POST", "/dashboard/mini-app", { init_data: miniApp.initData }, QUIET));
  const response = await asker.response("GET", "/dashboard/session", undefined, QUIET);
  return response.status === 200 ? taken(asker, await reached(response.json())) : null;
}

export async function signIn(asker, token) {
  return taken(asker, await asker.send("POST", "/dashboard/sign-in", { token }, QUIET));
}

export async function signOut(asker) {
  await asker.send("POST", "/dashboard/sign-out", undefined, QUIET).catch(() => null);
  asker.csrf = "";
  asker.bearer = "";
}

function taken(asker, session) {
  asker.csrf = session.csrf ?? "";
  asker.bearer = session.bearer ?? "";
  setZone(session.zone ?? "UTC");
  return session;
}
