// What each error code is over HTTP: its status (RFC 9110) and its title (RFC 9457). A code without
// an entry does not compile.

import type { ErrorCode } from "./service-error.ts";

export interface ProblemType {
  readonly status: number;
  readonly title: string;
}

export const PROBLEMS: Readonly<Record<ErrorCode, ProblemType>> = {
  invalid_request: { status: 400, title: "Invalid request" },
  unauthenticated: { status: 401, title: "No valid credential" },
  grant_expired: { status: 401, title: "The grant has expired" },
  grant_not_yet_valid: { status: 401, title: "The grant is not valid yet" },
  grant_revoked: { status: 403, title: "The grant has been revoked" },
  forbidden_channel: { status: 403, title: "The credential is not for this channel" },
  forbidden_uid: { status: 403, title: "The grant is not for this user" },
  forbidden_service: { status: 403, title: "The credential is not for this service" },
  forbidden_role: { status: 403, title: "The grant's role does not allow this" },
  forbidden: { status: 403, title: "The credential does not allow this" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  revocations_full: { status: 409, title: "The list of revocations is full" },
  payload_too_large: { status: 413, title: "Body too large" },
  unsupported_media_type: { status: 415, title: "The body is not JSON" },
  rate_limited: { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Internal error" },
  not_configured: { status: 503, title: "The service is not configured" },
  revocations_unavailable: { status: 503, title: "The list of revocations can't be read" },
  grant_keys_unavailable: { status: 503, title: "The keys that verify grants can't be fetched" },
};
