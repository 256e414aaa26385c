// Every refusal of the service. A use case throws a `Refusal` with a stable code; `http/problem.ts` makes it a response. A code
// that is missing in PROBLEMS does not compile.

import type { FieldError } from "./keys/fields.ts";

export type ErrorCode =
  | "invalid_request"
  | "unauthenticated"
  | "grant_expired"
  | "grant_revoked"
  | "forbidden_channel"
  | "forbidden_uid"
  | "forbidden_service"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "payload_too_large"
  | "unsupported_media_type"
  | "rate_limited"
  | "internal"
  | "not_configured"
  | "revocations_unavailable";

export const PROBLEMS: Readonly<
  Record<ErrorCode, { readonly status: number; readonly title: string }>
> = {
  invalid_request: { status: 400, title: "The request is not valid" },
  unauthenticated: { status: 401, title: "No valid credential was given" },
  grant_expired: { status: 401, title: "The grant has expired" },
  grant_revoked: { status: 403, title: "The grant's holder is cut off" },
  forbidden_channel: { status: 403, title: "The grant is not for this channel" },
  forbidden_uid: { status: 403, title: "The grant is not for this uid" },
  forbidden_service: { status: 403, title: "The grant is not for this service" },
  forbidden: { status: 403, title: "The credential does not allow this" },
  not_found: { status: 404, title: "There is nothing at this path" },
  method_not_allowed: { status: 405, title: "This path does not know the method" },
  payload_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The body is not JSON" },
  rate_limited: { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "The service failed" },
  not_configured: { status: 503, title: "The service is not configured" },
  revocations_unavailable: { status: 503, title: "The list of revocations can't be read" },
};

export interface RefusalOptions {
  /** Each wrong field, for `invalid_request` and for a grant's claims. */
  errors?: readonly FieldError[];
  /** Further response headers: Allow, Retry-After. */
  headers?: Readonly<Record<string, string>>;
}

/** `detail` is for the caller's eyes: it names fields and rules, and never quotes a credential, a certificate or a key. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(code: ErrorCode, detail: string, { errors, headers }: RefusalOptions = {}) {
    super(detail);
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }
}

export function invalidRequest(errors: readonly FieldError[]): Refusal {
  const names = [...new Set(errors.map(({ path }) => path || "the body"))].join(", ");
  return new Refusal("invalid_request", `Check ${names}.`, { errors });
}
