// Whatever the service refuses is thrown as a `ServiceError` with a stable code. It knows nothing
// of HTTP: `http/problem.ts` makes it a response.

import type { FieldError } from "../keys/fields.ts";
import type { Result } from "../platform/result.ts";

export type ErrorCode =
  | "invalid_request"
  | "unauthenticated"
  | "grant_expired"
  | "grant_not_yet_valid"
  | "grant_revoked"
  | "forbidden_channel"
  | "forbidden_uid"
  | "forbidden_service"
  | "forbidden_role"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "revocations_full"
  | "payload_too_large"
  | "unsupported_media_type"
  | "rate_limited"
  | "internal"
  | "not_configured"
  | "revocations_unavailable"
  | "grant_keys_unavailable";

interface Details {
  /** Each wrong field, for `invalid_request` and for a grant's claims. */
  readonly errors?: readonly FieldError[];
  /** When to try again, where that may help. */
  readonly retryAfterSeconds?: number;
}

/**
 * `detail` goes to the caller: it names fields and rules, and never quotes a credential or a key.
 */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail: string, { errors, retryAfterSeconds }: Details = {}) {
    super(detail);
    this.code = code;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function invalidRequest(errors: readonly FieldError[]): ServiceError {
  const names = [...new Set(errors.map(({ path }) => path || "the body"))].join(", ");
  return new ServiceError("invalid_request", `Check ${names}.`, { errors });
}

/** The value of a result, or `invalid_request` with its errors. */
export function valid<T>(result: Result<T, FieldError>): T {
  if (result.ok) return result.value;
  throw invalidRequest(result.errors);
}
