// Who is measured over HTTP. The vendor's library checks every key of the responses that are
// sampled.

import { checkKey, checkOne } from "../check-key.ts";
import { BATCH, get, grant, post, settings } from "./requests.ts";

/** `floor-1`: floor-worker.ts at that step. */
export type ServerName = "latchkey" | "express" | `floor-${number}`;

export interface HttpContender {
  readonly id: string;
  readonly name: string;
  /** One of ours, and not one that we are compared with. */
  readonly isOurs?: true;
  readonly server: ServerName;
  readonly keysPerRequest: number;
  /** Each request is sent once only: they are made anew for every slice. */
  readonly once: boolean;
  requests(durationMs: number): string[];
  /** Throws where a response's body is wrong. */
  check(body: string): void;
}

function checkBatch(body: string): void {
  const issued = JSON.parse(body);
  if (issued.keys.length !== BATCH)
    throw new Error(`a batch of ${BATCH} has ${issued.keys.length} keys`);
  for (const [i, { uid, key, randomInt }] of issued.keys.entries()) {
    if (uid !== i + 1) throw new Error("a batch is out of order");
    if (i % 100 === 0 || i === BATCH - 1) checkKey(settings, issued, uid, randomInt, key);
  }
}

/** More than any slice needs. */
const GRANTS_PER_MS = 20;

const one = { channel: "room-1", uid: 42 };
const checkKeyOfProject = (body: string) => checkOne(settings, body);
const mint = {
  isOurs: true,
  server: "latchkey",
  keysPerRequest: 1,
  check: checkKeyOfProject,
} as const;

function newGrants(alg: "HS256" | "ES256", durationMs: number): string[] {
  return Array.from({ length: durationMs * GRANTS_PER_MS }, () =>
    post("/v1/keys", { channel: "room-1" }, grant(alg)),
  );
}

/**
 * So few that a lead-in sends each of them: "always a new one" has pushed them out of the cache of
 * verified grants.
 */
const SAME_GRANTS = 32;

function sameGrants(alg: "HS256" | "ES256"): () => string[] {
  const requests = Array.from({ length: SAME_GRANTS }, () =>
    post("/v1/keys", { channel: "room-1" }, grant(alg)),
  );
  return () => requests;
}

const uids = Array.from({ length: BATCH }, (_, i) => i + 1);
const batch = [post("/v1/keys/batch", { channel: "room-1", uids }, settings.SERVICE_KEY)];

/** The steps of floor-worker.ts, from 1 on. */
export const FLOORS = [
  "floor: a bare Worker, the same texts, no key",
  "  and the headers of every response",
  "  and the request's headers, a random number",
  "  and Hono",
  "  and the body checked by valibot",
];

export const contenders: readonly HttpContender[] = [
  {
    id: "health",
    name: "GET /health",
    isOurs: true,
    server: "latchkey",
    keysPerRequest: 0,
    once: false,
    requests: () => [get("/health")],
    check: (body) => {
      if (body !== '{"status":"ok"}') throw new Error("GET /health is not ok");
    },
  },
  {
    ...mint,
    id: "service-key",
    name: "a key, by service key",
    once: false,
    requests: () => [post("/v1/keys", one, settings.SERVICE_KEY)],
  },
  {
    ...mint,
    id: "hs256",
    name: "a key, by grant HS256, seen before",
    once: false,
    requests: sameGrants("HS256"),
  },
  {
    ...mint,
    id: "hs256-new",
    name: "a key, by grant HS256, always a new one",
    once: true,
    requests: (durationMs) => newGrants("HS256", durationMs),
  },
  {
    ...mint,
    id: "es256",
    name: "a key, by grant ES256, seen before",
    once: false,
    requests: sameGrants("ES256"),
  },
  {
    ...mint,
    id: "es256-new",
    name: "a key, by grant ES256, always a new one",
    once: true,
    requests: (durationMs) => newGrants("ES256", durationMs),
  },
  {
    id: "batch",
    name: `a batch of ${BATCH} keys, by service key`,
    isOurs: true,
    server: "latchkey",
    keysPerRequest: BATCH,
    once: false,
    requests: () => batch,
    check: checkBatch,
  },
  ...FLOORS.map(
    (name, i): HttpContender => ({
      id: i === 0 ? "floor" : `floor-${i + 1}`,
      name,
      server: `floor-${i + 1}`,
      keysPerRequest: 0,
      once: false,
      requests: () => [post("/v1/keys", one, settings.SERVICE_KEY)],
      check: (body) => {
        if (JSON.parse(body).channel !== "room-1")
          throw new Error("the floor sent another channel");
      },
    }),
  ),
  {
    id: "express",
    name: "peer: Express and the vendor's library",
    server: "express",
    keysPerRequest: 1,
    once: false,
    requests: () => [post("/key", one)],
    check: checkKeyOfProject,
  },
];
