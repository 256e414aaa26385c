import type { ServiceKeyCaller } from "../auth/caller.ts";
import type { Context } from "../config/deployment.ts";
import { parse, type Rules } from "../contract/parse-request.ts";
import { InspectRequest } from "../contract/requests.ts";
import type { KeyInspection } from "../contract/responses.ts";
import { diagnose } from "../keys/diagnose.ts";
import { projectWithoutCertificate } from "../keys/findings.ts";
import type { TokenUser } from "../keys/token/token-services.ts";
import { userText } from "../keys/user.ts";
import { verdictOf } from "../keys/verdict.ts";
import { describeKey, describeToken } from "./describe-credential.ts";
import { inspectSignature } from "./inspect-signature.ts";
import { disprovedCodes } from "./signature-findings.ts";
import type { Asked } from "./signature-inspection.ts";

/**
 * Would Agora take a key or token now, what does it say, and what is wrong? Throws
 * `invalid_request`.
 */
export function inspectKey(
  { deployment: { config }, caller, now }: Context<ServiceKeyCaller>,
  input: unknown,
): KeyInspection {
  const { text, channel, user } = readInspectRequest(input);
  const names = { channel, user: user && userText(user) };
  const diagnosis = diagnose(text, { now, appId: config.appId, channel, user });
  const signature = inspectSignature(caller, config, diagnosis, { text, channel, user });
  const disproved = disprovedCodes(signature.verifiedNames);
  const findings = [
    ...(config.appCertificate === undefined ? [projectWithoutCertificate()] : []),
    ...diagnosis.findings.filter(({ code }) => !disproved.has(code)),
    ...signature.findings,
  ];
  const { key, token } = diagnosis.credential ?? {};
  return {
    verdict: verdictOf(signature.state, findings),
    ...(key && describeKey(key, signature.verifiedKey)),
    ...(token && describeToken(token.token, names, signature.verifiedNames)),
    signature: signature.state,
    ...(signature.unverifiedReason !== undefined && {
      unverifiedReason: signature.unverifiedReason,
    }),
    findings,
  };
}

/** Throws `invalid_request`. */
export function readInspectRequest(input: unknown): Asked {
  const { key: text, channel, ...request } = parse(InspectRequest, input, oneUser);
  return { text, channel, user: userIn(request) };
}

const oneUser: Rules<typeof InspectRequest> = ({ uid, account }) =>
  uid === undefined || account === undefined
    ? []
    : [{ path: "account", message: "must not be given beside uid" }];

function userIn({ uid, account }: Omit<InspectRequest, "key">): TokenUser | undefined {
  if (uid !== undefined) return { uid };
  return account === undefined ? undefined : { account };
}
