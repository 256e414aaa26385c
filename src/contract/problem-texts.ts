// What the reference says of each error code: why it is sent, and what to do. A code without a text
// does not compile. Read by the build alone.

import type { ErrorCode } from "./service-error.ts";

interface ProblemText {
  readonly cause: string;
  readonly remedy: string;
}

export const PROBLEM_TEXTS: Readonly<Record<ErrorCode, ProblemText>> = {
  invalid_request: {
    cause:
      "A field of the body is missing, unknown or out of bounds, or the body is not valid JSON.",
    remedy: "Read errors: it names every wrong field at once. The same request fails again.",
  },
  unauthenticated: {
    cause:
      "There is no credential, or it is none of this deployment's: a mistyped service key, one that has been rotated out, or a grant with another signature, audience, issuer or project.",
    remedy:
      "Send Authorization: Bearer with a service key or a grant. If detail speaks of a JWT or of the grant's claims, mend what signs it: docs/grants.md says how.",
  },
  grant_expired: {
    cause: "The grant's exp is over.",
    remedy: "Get a new grant from your business server. The client library does it by itself.",
  },
  grant_not_yet_valid: {
    cause:
      "The grant's iat or nbf is more than 60 s in the future: the clock of the server that signed it is ahead.",
    remedy: "Set that server's clock by NTP. Until then, wait and send the request again.",
  },
  grant_revoked: {
    cause: "A revocation matches this grant.",
    remedy:
      "Ask your business server for a new grant once, if the user may still join. GET /v1/revocations shows what matches.",
  },
  forbidden_channel: {
    cause: "The request names a channel that the credential does not include.",
    remedy: "Ask for a channel that it names, or use a credential for this one.",
  },
  forbidden_uid: {
    cause: "The request names another user than the grant's, or a grant for any uid names none.",
    remedy:
      "Leave uid and account out: the grant's are used. Another user needs a grant of theirs.",
  },
  forbidden_service: {
    cause:
      "The credential does not include this service, or the service is for service keys alone.",
    remedy:
      "Use a credential that names the service. rtm2 and chat tokens of the app need a service key.",
  },
  forbidden_role: {
    cause:
      "The grant is a subscriber's, and the request would give more: to publish, or a channel key, which can't enforce a role.",
    remedy: "Ask for version 7 as a subscriber. To let the user speak, issue a new grant.",
  },
  forbidden: {
    cause:
      "The credential is valid, and this is not allowed with it: an operation for service keys, or for other service keys, a key version that grants don't yield, or plain http from a public address.",
    remedy: "Read detail, which says which. Use another credential, or https.",
  },
  not_found: {
    cause: "There is nothing at this path, or no revocation with this id.",
    remedy: "Compare the path with those listed here. A revocation that has ended is gone.",
  },
  method_not_allowed: {
    cause: "The path exists, and takes other methods.",
    remedy: "Use one of the methods in the header Allow.",
  },
  revocations_full: {
    cause: "The list of revocations has no room for this entry.",
    remedy:
      "End entries that you no longer need, or revoke more broadly: by sub, uid or channel alone. Room is kept for those.",
  },
  payload_too_large: {
    cause: "The body is larger than this operation takes.",
    remedy: "Split a batch into several requests. No other request needs as much.",
  },
  unsupported_media_type: {
    cause: "The body's Content-Type is not application/json in UTF-8.",
    remedy: "Send Content-Type: application/json.",
  },
  rate_limited: {
    cause:
      "Too many requests in 10 s: of one grant's subject, of service keys, or failed ones from one address.",
    remedy:
      "Wait for as many seconds as Retry-After says. The limits are in wrangler.toml of the deployment.",
  },
  internal: {
    cause: "The service has a defect. No key was issued.",
    remedy: "Try again once. If it stays, report it with what was asked, but without credentials.",
  },
  not_configured: {
    cause: "A setting, secret or binding that this needs is missing or malformed.",
    remedy: "GET /ready names it, and says what to do.",
  },
  revocations_unavailable: {
    cause:
      "The list of revocations could not be read for 5 minutes, or could not be written now. Grants are refused meanwhile; service keys go on.",
    remedy:
      "Try again after Retry-After. If it lasts, look at the status of Workers KV and of Durable Objects.",
  },
  grant_keys_unavailable: {
    cause: "The key set at GRANT_JWKS_URL could not be fetched, so the grant can't be verified.",
    remedy:
      "Try again after Retry-After. If it lasts, open that address: it must answer with a JWKS.",
  },
};
