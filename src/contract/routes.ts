// The route table: for each operation its method, path, callers and limits. app.ts connects each
// entry with the operation itself; contract/openapi.ts describes each.

import {
  BATCH_BODY_MAX_BYTES,
  BODY_MAX_BYTES,
  INSPECT_BODY_MAX_BYTES,
} from "../platform/limits.ts";
import type { CallerOperation } from "./scope.ts";

/** A business server with a service key, or a client with a grant. */
export type CallerKind = "serviceKey" | "grant";

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** As Hono writes it: `:id` is a parameter. */
  readonly path: string;
  /** Who may call; checked before the body is read. Empty: anyone, with no credential. */
  readonly callers: readonly CallerKind[];
  /** What a service key must be allowed to do, checked likewise. Left out: nothing. */
  readonly operation?: CallerOperation;
  readonly bodyMaxBytes: number;
  /** The status of success. */
  readonly status: 200 | 201 | 204;
}

const SERVICE_KEYS = { callers: ["serviceKey"], bodyMaxBytes: BODY_MAX_BYTES } as const;
const REVOCATIONS = { ...SERVICE_KEYS, operation: "revocations" } as const;
const ANYONE = { callers: [], bodyMaxBytes: 0, status: 200 } as const;

export const ROUTES = {
  issueKey: {
    method: "POST",
    path: "/v1/keys",
    callers: ["serviceKey", "grant"],
    operation: "keys",
    bodyMaxBytes: BODY_MAX_BYTES,
    status: 200,
  },
  issueKeys: {
    method: "POST",
    path: "/v1/keys/batch",
    callers: ["serviceKey"],
    operation: "batch",
    bodyMaxBytes: BATCH_BODY_MAX_BYTES,
    status: 200,
  },
  issueToken: {
    method: "POST",
    path: "/v1/tokens",
    callers: ["serviceKey", "grant"],
    operation: "tokens",
    bodyMaxBytes: BODY_MAX_BYTES,
    status: 200,
  },
  inspectKey: {
    method: "POST",
    path: "/v1/keys/inspect",
    ...SERVICE_KEYS,
    operation: "inspect",
    bodyMaxBytes: INSPECT_BODY_MAX_BYTES,
    status: 200,
  },
  issueGrant: {
    method: "POST",
    path: "/v1/grants",
    ...SERVICE_KEYS,
    operation: "grants",
    status: 200,
  },
  revoke: { method: "POST", path: "/v1/revocations", ...REVOCATIONS, status: 201 },
  listRevocations: { method: "GET", path: "/v1/revocations", ...REVOCATIONS, status: 200 },
  endRevocation: { method: "DELETE", path: "/v1/revocations/:id", ...REVOCATIONS, status: 204 },
  describeCaller: {
    method: "GET",
    path: "/v1/caller",
    callers: ["serviceKey", "grant"],
    bodyMaxBytes: BODY_MAX_BYTES,
    status: 200,
  },
  health: { method: "GET", path: "/health", ...ANYONE },
  ready: { method: "GET", path: "/ready", ...ANYONE },
} as const satisfies Readonly<Record<string, Route>>;

export type OperationId = keyof typeof ROUTES;
