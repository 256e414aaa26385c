// Inspection by the page alone: all but the signature, which needs the certificate.

import type { KeyInspection } from "../../contract/responses.ts";
import { describeKey, describeToken } from "../../inspection/describe-credential.ts";
import { type Inspection, type InspectOptions, inspect } from "../../keys/inspect.ts";
import { userText } from "../../keys/user.ts";
import { verdictOf } from "../../keys/verdict.ts";
import type { Result } from "./api.ts";
import type { Body } from "./request-body.ts";

/** `body` as it would be sent; wrong fields become the problem that the service would answer. */
export function decode(body: Body, nowMilliseconds: number): Result<KeyInspection> {
  const { key, ...options } = body;
  try {
    const now = Math.floor(nowMilliseconds / 1000);
    const said = inspect(String(key), { ...(options as InspectOptions), now });
    const { findings } = said;
    return {
      body: {
        verdict: verdictOf("unverified", findings),
        ...described(said, options as InspectOptions),
        signature: "unverified",
        unverifiedReason: "That needs a service key.",
        findings,
      },
    };
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const [path = "", ...message] = error.message.split(": ");
    const errors = [{ path, message: message.join(": ") }];
    const problem = { code: "invalid_request", title: "Invalid request", detail: "", errors };
    return { problem };
  }
}

function described(said: Inspection, asked: InspectOptions): Partial<KeyInspection> {
  if (said.version === undefined) return {};
  if (said.version !== 6 && said.version !== 7) return describeKey(said, undefined);
  const { channel, uid, account } = asked;
  const user = account ?? (uid === undefined ? undefined : userText({ uid }));
  return describeToken(said, { channel, user }, undefined);
}
