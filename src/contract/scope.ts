// What a credential can be for: operations and services.

import { SERVICES } from "../keys/versions.ts";

/** What a caller may be allowed to do. */
export const CALLER_OPERATIONS = [
  "keys",
  "batch",
  "tokens",
  "grants",
  "inspect",
  "revocations",
] as const;
export type CallerOperation = (typeof CALLER_OPERATIONS)[number];

/** What every grant may do. */
export const GRANT_OPERATIONS = ["keys", "tokens"] as const satisfies readonly CallerOperation[];

/** What a grant can be for: rtm and chat are for POST /v1/tokens. */
export const GRANT_SERVICES = [...SERVICES, "rtm", "chat"] as const;
export type GrantService = (typeof GRANT_SERVICES)[number];

/** What a service key can be for: chatApp is a chat token of the whole app. */
export const SERVICE_KEY_SERVICES = [...GRANT_SERVICES, "rtm2", "chatApp"] as const;
export type ServiceKeyService = (typeof SERVICE_KEY_SERVICES)[number];
