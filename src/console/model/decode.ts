// Inspection by the page alone: all but the signature, which needs the certificate.

import type { KeyInspection } from "../../contract/responses.ts";
import { type InspectOptions, inspect } from "../../keys/inspect.ts";
import { verdictOf } from "../../keys/verdict.ts";
import type { PostResult } from "./api.ts";

type Decoded = Pick<
  KeyInspection,
  "verdict" | "version" | "uid" | "account" | "signature" | "unverifiedReason" | "findings"
>;

/** `body` as it would be sent; wrong fields become the problem that the service would answer. */
export function decode(
  body: Readonly<Record<string, unknown>>,
  nowMilliseconds: number,
): PostResult<Decoded> {
  const { key, ...options } = body;
  try {
    const now = Math.floor(nowMilliseconds / 1000);
    const said = inspect(String(key), { ...(options as InspectOptions), now });
    const rtc = said.services?.find((service) => service.type === "rtc");
    const { uid = rtc?.uid, findings, version } = said;
    return {
      body: {
        verdict: verdictOf("unverified", findings),
        ...(version !== undefined && { version }),
        uid,
        account: rtc?.account,
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
