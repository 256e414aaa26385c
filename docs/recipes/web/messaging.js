// Web: RTM (agora-rtm-sdk 2) and chat (agora-chat) with one access token for both, kept renewed.

/**
 * Tokens for these services, such as [{ type: "rtm" }, { type: "chat" }]. Whose they are is in the
 * grant, which must name the services. `endpoint` is the address of your Latchkey. `fetchGrant` asks
 * your business server for a grant, and gives its text; null: not allowed. `onStopped` gets a reason
 * such as `grant_revoked`: there will be no more tokens.
 */
export function createTokens({ endpoint, services, fetchGrant, onStopped = () => {} }) {
  const closing = new AbortController();
  const listeners = [];
  let grant;
  let current;
  let receivedAt = 0;
  let request;
  let timer;

  /** One request at a time, however many SDKs ask. */
  function renew() {
    request ??= ask()
      .then(receive, (error) => {
        if (!closing.signal.aborted) onStopped(error.message);
        throw error;
      })
      .finally(() => {
        request = undefined;
      });
    return request;
  }

  function receive(issued) {
    const isRenewal = current !== undefined;
    current = issued;
    receivedAt = performance.now();
    clearTimeout(timer);
    // By the server's clock: the device's may be wrong. Up to a tenth early, so that clients do not
    // renew together.
    const waitMs = Math.max(1000, (issued.renewAt - issued.serverTime) * 1000);
    timer = setTimeout(() => renew().catch(() => {}), waitMs * (1 - Math.random() / 10));
    if (isRenewal) for (const listener of listeners) listener(issued.token);
    return issued;
  }

  /** Tries until there is a token. Rejects if there will be none, with the reason as message. */
  async function ask() {
    let isNewGrant = false;
    for (let failures = 0; ; failures++) {
      let retryAfterSeconds = 0;
      try {
        if (!grant) {
          grant = await fetchGrant();
          isNewGrant = true;
        }
        if (!grant) throw new Stop("no grant");
        const response = await post(grant);
        const body = await response.json();
        if (response.ok) {
          // If it expires no later than the last token, the grant expires then: fetch a new one.
          if (isNewGrant || !current || body.expiresAt > current.expiresAt) return body;
          grant = undefined;
          continue;
        }
        if (response.status !== 429 && response.status < 500) {
          if (body.code !== "grant_expired" || isNewGrant) throw new Stop(body.code);
          grant = undefined;
          continue;
        }
        retryAfterSeconds = Number(response.headers.get("Retry-After")) || 0;
      } catch (error) {
        if (error instanceof Stop || closing.signal.aborted) throw error;
        // No response, or not a response of Latchkey. Retried below.
      }
      const backoffMs = Math.random() * Math.min(60_000, 1000 * 2 ** failures);
      await pause(retryAfterSeconds * 1000 + backoffMs);
      closing.signal.throwIfAborted();
    }
  }

  function post(bearer) {
    return fetch(`${endpoint.replace(/\/+$/, "")}/v1/tokens`, {
      method: "POST",
      headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" },
      body: JSON.stringify({ services }),
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(10_000)]),
    });
  }

  return {
    /** The last response while its token is good for a minute more; else the next one. */
    async get() {
      const ageSeconds = (performance.now() - receivedAt) / 1000;
      const isGood = current && current.serverTime + ageSeconds + 60 < current.expiresAt;
      return isGood ? current : renew();
    },
    renew,
    /** The listener gets the text of each new token. */
    onRenewed: (listener) => listeners.push(listener),
    close() {
      closing.abort();
      clearTimeout(timer);
    },
  };
}

/** Logs in to RTM as the grant's user. `AgoraRTM` is the SDK. */
export async function loginRtm(tokens, AgoraRTM) {
  const { appId, token, services } = await tokens.get();
  const rtm = new AgoraRTM.RTM(appId, services.find(({ type }) => type === "rtm").userId);
  // A token that RTM does not take: it asks again, or its link fails, as below.
  tokens.onRenewed((renewed) => rtm.renewToken(renewed).catch(() => {}));
  rtm.addEventListener("tokenPrivilegeWillExpire", () => tokens.renew().catch(() => {}));
  rtm.addEventListener("linkState", async ({ currentState, reasonCode }) => {
    // After a long sleep, say.
    if (currentState !== "FAILED" || reasonCode !== "TOKEN_EXPIRED") return;
    const next = await tokens.get().catch(() => undefined);
    if (next) rtm.login({ token: next.token }).catch(() => {});
  });
  await rtm.login({ token });
  return rtm;
}

/** Opens chat as the grant's user. `chat` is a `new AgoraChat.connection({ appKey })`. */
export async function openChat(tokens, chat) {
  const { token, services } = await tokens.get();
  const user = services.find(({ type }) => type === "chat").userId;
  tokens.onRenewed((renewed) => chat.renewToken(renewed).catch(() => {}));
  chat.addEventHandler("latchkey", {
    onTokenWillExpire: () => tokens.renew().catch(() => {}),
    async onTokenExpired() {
      const next = await tokens.get().catch(() => undefined);
      if (next) chat.open({ user, accessToken: next.token }).catch(() => {});
    },
  });
  await chat.open({ user, accessToken: token });
}

class Stop extends Error {}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
