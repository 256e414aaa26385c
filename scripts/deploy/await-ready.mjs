// Waits until a deployment is ready.
import { setTimeout as after } from "node:timers/promises";

const POLL_MS = 1000;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * What `GET /ready` answers when it is ready, or last answered before the time was over: a new
 * address takes a while to exist. Undefined where no response was ours.
 */
export async function awaitReady(url, seconds) {
  const end = Date.now() + seconds * 1000;
  let state;
  for (;;) {
    state = (await ask(`${url}/ready`)) ?? state;
    if (state?.status === "ready" || Date.now() + POLL_MS > end) return state;
    await after(POLL_MS);
  }
}

async function ask(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    const state = await response.json();
    return state.status === "ready" || state.status === "not_ready" ? state : undefined;
  } catch {
    return undefined;
  }
}
