// An example of each error of the OpenAPI document, as the service words it. A code without an
// example does not compile. Read by the build alone.

import { PROBLEMS } from "./problem-types.ts";
import type { ErrorCode } from "./service-error.ts";

const DETAILS: Readonly<Record<ErrorCode, string>> = {
  invalid_request: "Check uid.",
  unauthenticated: "Send the header Authorization: Bearer, with a service key or a grant.",
  grant_expired: "The grant expired 50 s ago. Get a new one.",
  grant_not_yet_valid:
    "The grant is not valid for another 1 s. If it should be valid now, check the clock of the server that signed it.",
  grant_revoked: "This grant's access has been revoked.",
  forbidden_channel: "The grant's channels do not include this one.",
  forbidden_uid: "The grant is for another uid.",
  forbidden_service: "The grant's services do not include recording.",
  forbidden_role:
    "A subscriber's grant yields access tokens, and channel keys of version 5 with inChannelPermission and noUpload alone: other channel keys can't enforce a role.",
  forbidden:
    "Here a grant yields keys of version 4, 5, 7 alone: one of version 1 has no uid and never expires.",
  not_found: "There is no revocation of this id. It may have ended.",
  method_not_allowed: "This path takes GET, HEAD.",
  revocations_full:
    "The list of revocations is full for this entry. Room is kept for entries that name a uid, account or sub alone, more for a channel alone, and the last for issuedBefore alone.",
  payload_too_large: "The body may have 16384 bytes at most.",
  unsupported_media_type: "Send the header Content-Type: application/json.",
  rate_limited: "Too many requests. Wait 10 s.",
  internal: "The service failed on this request. No key was issued.",
  not_configured: "Settings of this deployment are missing or malformed: GET /ready names them.",
  revocations_unavailable: "The list of revocations can't be read now, so grants are not served.",
  grant_keys_unavailable: "The keys that verify this grant can't be fetched now.",
};

const ERRORS: Readonly<Partial<Record<ErrorCode, readonly object[]>>> = {
  invalid_request: [{ path: "uid", message: "is required in version 5" }],
  grant_not_yet_valid: [{ path: "nbf", message: "is in the future" }],
};

export function problemExample(code: ErrorCode): Readonly<Record<string, unknown>> {
  const { title, status } = PROBLEMS[code];
  const errors = ERRORS[code];
  return {
    type: `/docs#${code}`,
    title,
    status,
    detail: DETAILS[code],
    code,
    ...(errors && { errors }),
  };
}
