// Every kind of request, good, bad and hostile, and the search for secrets in what came of them.

import { type GrantSigner, grantSigner, keySet, signGrant } from "./grants.ts";
import { hashOf, newKey } from "./service-keys.ts";
import { randomHex, SECRETS, type TestResponse } from "./settings.ts";

/** A named service key, whose entry stands in SERVICE_KEYS where a test wants it. */
export const NAMED_KEY = newKey("backend", { allow: ["keys"], channels: ["room-1"] });
/** The credentials of Agora's account, likewise. */
export const CUSTOMER = {
  AGORA_CUSTOMER_ID: randomHex(32),
  AGORA_CUSTOMER_SECRET: randomHex(32),
};
const EVERY_SECRET = [...Object.values(SECRETS), ...Object.values(CUSTOMER), NAMED_KEY.key];

export interface Request {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Requests {
  readonly requests: readonly Request[];
  /** The key set that verifies some of the grants among them. */
  readonly jwks: string;
  /** Every grant that they carry. */
  readonly grants: readonly string[];
}

const {
  SERVICE_KEY,
  SERVICE_KEY_PREVIOUS,
  APP_CERTIFICATE,
  APP_CERTIFICATE_PREVIOUS,
  GRANT_SECRET,
  GRANT_SECRET_PREVIOUS,
} = SECRETS;

/** `key` is a channel key to inspect; times are those of the deployment's clock. */
export async function everyKindOfRequest(nowSeconds: number, key: string): Promise<Requests> {
  const signer: GrantSigner = await grantSigner("ES256", "ec");
  const times = { iat: nowSeconds, exp: nowSeconds + 600 };
  const good = await signGrant(times);
  const grants = {
    good,
    "by the previous secret": await signGrant(times, { secret: GRANT_SECRET_PREVIOUS }),
    "by a key pair": await signer.sign(times),
    expired: await signGrant({ iat: nowSeconds - 100, exp: nowSeconds - 50 }),
    "with wrong claims": await signGrant({
      ...times,
      uid: APP_CERTIFICATE,
      channels: [SERVICE_KEY],
      sub: undefined,
    }),
    "by another secret": await signGrant(times, { secret: SERVICE_KEY }),
    "under an unknown kid": await signer.sign(times, { kid: "other" }),
    altered: `${good.slice(0, -4)}AAAA`,
    "of 100 kB": await signGrant({ ...times, more: "x".repeat(75_000) }),
  };
  const ask = { channel: "room-1", uid: 42 };
  const requests: Request[] = [];
  const add = (
    name: string,
    path: string,
    credential: string | null,
    body: object | string,
    more: Partial<Request> = {},
  ) =>
    requests.push({
      name,
      method: "POST",
      path,
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...more,
      headers: {
        "Content-Type": "application/json",
        ...(credential && { Authorization: `Bearer ${credential}` }),
        ...more.headers,
      },
    });

  for (const [name, grant] of Object.entries(grants)) {
    add(`grant ${name}`, "/v1/keys", grant, ask);
    add(`batch by grant ${name}`, "/v1/keys/batch", grant, { channel: "room-1", uids: [1] });
  }
  for (const version of [1, 2, 3, 4, 5, 6, 7])
    add(`version ${version}`, "/v1/keys", SERVICE_KEY, {
      ...ask,
      version,
      uid: version > 1 ? 42 : undefined,
    });
  const services = [
    { type: "rtc", channel: "room-1", uid: 42 },
    { type: "rtm", userId: "42" },
  ];
  add("token", "/v1/tokens", SERVICE_KEY, { services });
  add("wrong token", "/v1/tokens", SERVICE_KEY, { services: [{ type: "rtc" }] });
  add("previous service key", "/v1/keys", SERVICE_KEY_PREVIOUS, ask);
  add("batch", "/v1/keys/batch", SERVICE_KEY, { channel: "room-1", uids: [1, 2, 3] });
  add("grant", "/v1/grants", SERVICE_KEY, { channels: ["room-1"], uid: 42, expiresIn: 60 });
  for (const uid of [42, 43])
    add(`inspection for ${uid}`, "/v1/keys/inspect", SERVICE_KEY, { key, channel: "room-1", uid });
  add("inspection of a cut key", "/v1/keys/inspect", SERVICE_KEY, { key: key.slice(0, -1) });
  add("no credential", "/v1/keys", null, ask);
  const named = NAMED_KEY.key;
  add("by a named key", "/v1/keys", named, ask);
  add("batch by a named key", "/v1/keys/batch", named, { channel: "room-1", uids: [1] });
  add("another channel by a named key", "/v1/keys", named, { channel: "room-2", uid: 42 });
  add("a named key mistyped", "/v1/keys", `${named.slice(0, -1)}_`, ask);
  add("a named key cut short", "/v1/keys", named.slice(0, -4), ask);
  for (const secret of EVERY_SECRET) {
    add("a secret as credential", "/v1/keys", secret, ask);
    add("a secret in the wrong scheme", "/v1/keys", null, ask, {
      headers: { Authorization: `Basic ${secret}` },
    });
    add("a secret in every field", "/v1/keys", SERVICE_KEY, {
      channel: `${secret}/`,
      uid: secret,
      version: secret,
      sdkVersion: secret,
      service: secret,
      permission: secret,
      expiresIn: secret,
    });
    add("a secret to inspect", "/v1/keys/inspect", SERVICE_KEY, { key: secret });
    add("a secret as subject and channels", "/v1/grants", SERVICE_KEY, {
      channels: [`${secret}/`],
      uid: secret,
      subject: [secret],
    });
    add("a secret in the path", `/v1/${secret}`, SERVICE_KEY, ask);
    add("a secret in the query", `/v1/keys?key=${secret}`, null, ask);
    add("a secret that is no JSON", "/v1/keys", SERVICE_KEY, `{"channel":${secret}`);
    add("a secret as form", "/v1/keys", SERVICE_KEY, secret, {
      headers: { "Content-Type": "text/plain" },
    });
    add("a secret as Origin", "/v1/keys", SERVICE_KEY, ask, {
      headers: { Origin: `https://${secret}.example` },
    });
  }
  add("a body too large", "/v1/keys", SERVICE_KEY, GRANT_SECRET.repeat(1000));
  for (const path of ["/health", "/ready", "/openapi.json", "/docs", "/", "/v1/keys"]) {
    requests.push({
      name: `GET ${path}`,
      method: "GET",
      path,
      headers: { Authorization: `Bearer ${SERVICE_KEY}` },
    });
  }
  return { requests, jwks: JSON.stringify(keySet(signer)), grants: Object.values(grants) };
}

/** What was issued: it belongs into the fields that are meant for it, and nowhere else. */
export function issuedIn({ json }: TestResponse): string[] {
  return [json.key, json.grant, ...(json.keys ?? []).map(({ key }) => key)].filter(
    (text) => typeof text === "string",
  );
}

/** The response as text, headers and all, without the fields meant for a key or a grant. */
export function restOf({ status, headers, text, json }: TestResponse): string {
  let rest = `${status}\n${JSON.stringify([...headers])}\n${text}`;
  for (const field of [json.key, json.grant, ...(json.keys ?? []).map(({ key }) => key)]) {
    if (typeof field === "string") rest = rest.replace(JSON.stringify(field), '""');
  }
  return rest;
}

/**
 * The parts of secrets that must not be found: each secret, each credential, and each signature
 * that was made.
 */
export function needles(issued: readonly string[], grants: readonly string[]): string[] {
  const certificates = [APP_CERTIFICATE, APP_CERTIFICATE_PREVIOUS];
  const raw = certificates.map((hex) =>
    btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)))),
  );
  const signatures = grants
    .map((grant) => grant.split(".").at(-1) ?? "")
    .filter((signature) => signature.length > 20);
  return [
    ...EVERY_SECRET,
    NAMED_KEY.key.slice("lk_backend_".length, -9),
    hashOf(NAMED_KEY.key),
    ...certificates.map((hex) => hex.toUpperCase()),
    ...raw,
    ...signatures,
    ...issued.flatMap(signaturesOf),
  ];
}

/** A channel key's signature in every form in which it might be written. */
function signaturesOf(issued: string): string[] {
  if (issued.includes(".")) return [issued, issued.split(".")[2] ?? ""];
  if (!issued.startsWith("005"))
    return [issued, issued.replace(/^00[34](?=.{100})/, "").slice(0, 40)];
  const signature = atob(issued.slice(3)).slice(4, 44);
  return [issued, signature, signature.toLowerCase()];
}

export function found(secrets: readonly string[], text: string): string[] {
  return secrets.filter((secret) => text.includes(secret));
}
