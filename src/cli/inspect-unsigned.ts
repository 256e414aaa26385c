// Inspection without a certificate: all that the text itself says. The signature stays unverified.

import type { KeyInspection } from "../contract/responses.ts";
import { ServiceError } from "../contract/service-error.ts";
import { describeKey, describeToken } from "../inspection/describe-credential.ts";
import { readInspectRequest } from "../inspection/inspect-key.ts";
import { diagnose } from "../keys/diagnose.ts";
import { HEX_32_MESSAGE, isHex32 } from "../keys/fields.ts";
import { userText } from "../keys/user.ts";
import { verdictOf } from "../keys/verdict.ts";
import { usageError } from "./cli-error.ts";
import { refusalOf } from "./offline-service.ts";

const UNVERIFIED = "That needs APP_ID and APP_CERTIFICATE in the environment, or a deployment.";

/** `appId`: the project that it should be for. Throws a CliError. */
export function inspectUnsigned(
  input: object,
  appId: string | undefined,
  nowSeconds: number,
): KeyInspection {
  if (appId !== undefined && !isHex32(appId)) throw usageError(`APP_ID ${HEX_32_MESSAGE}`);
  const { text, channel, user } = readRequest(input);
  const diagnosis = diagnose(text, { now: nowSeconds, appId, channel, user });
  const { findings, credential } = diagnosis;
  const { key, token } = credential ?? {};
  const names = { channel, user: user && userText(user) };
  return {
    verdict: verdictOf("unverified", findings),
    ...(key && describeKey(key, undefined)),
    ...(token && describeToken(token.token, names, undefined)),
    signature: "unverified",
    unverifiedReason: UNVERIFIED,
    findings,
  };
}

function readRequest(input: object) {
  try {
    return readInspectRequest(input);
  } catch (error) {
    throw error instanceof ServiceError ? refusalOf(error) : error;
  }
}
