// What a text says and what is wrong with it, as far as that shows without the certificate. Pure,
// and it never throws: page, command line and service share it.

import { INSPECTED_KEY_MAX_CHARACTERS } from "../platform/limits.ts";
import * as finding from "./findings.ts";
import { hasMilliseconds } from "./milliseconds.ts";
import { jwtKind, truncatedVersions } from "./other-credentials.ts";
import { readPasted } from "./pasted-text.ts";
import { appIdOf, type Credential, readCredential } from "./read-credential.ts";
import { tokenFindings } from "./token/token-findings.ts";
import type { TokenUser } from "./token/token-services.ts";
import { userOf, userText } from "./user.ts";

export interface DiagnosisOptions {
  /** Unix seconds. */
  readonly now: number;
  /** The project that it should be for. */
  readonly appId?: string | undefined;
  /** The channel that it should be for. A channel key does not show its own. */
  readonly channel?: string | undefined;
  /** The user who should join with it. */
  readonly user?: TokenUser | undefined;
}

export interface Diagnosis {
  /** Left out if there is no channel key or access token in the text. */
  readonly credential?: Credential;
  /** Whether the text is that, character for character. */
  readonly isExact: boolean;
  readonly findings: readonly finding.Finding[];
}

export function diagnose(text: string, options: DiagnosisOptions): Diagnosis {
  const read = readCredential(text);
  if (read.ok) {
    const findings = credentialFindings(read.value, options);
    return { credential: read.value, isExact: true, findings };
  }
  const malformed = finding.malformed(read.errors[0] ?? "");
  if (text.length > INSPECTED_KEY_MAX_CHARACTERS) return { isExact: false, findings: [malformed] };

  const { text: cleaned, mistakes, credential } = readPasted(text);
  const before = [malformed, ...mistakes.map(finding.pasteMistake)];
  if (credential) {
    const findings = [...before, ...credentialFindings(credential, options)];
    return { credential, isExact: false, findings };
  }
  return { isExact: false, findings: otherFindings(cleaned, before) };
}

/** What a text is that is no key or token, even without the mistakes around it. */
function otherFindings(text: string, before: readonly finding.Finding[]): finding.Finding[] {
  const malformed = before.slice(0, 1);
  const jwt = jwtKind(text);
  if (jwt !== undefined) return [...malformed, jwt === "grant" ? finding.grant() : finding.jwt()];
  if (hasMilliseconds(text)) return [...before, finding.textMilliseconds()];
  const versions = truncatedVersions(text);
  if (versions !== undefined) return [...before, finding.truncated(versions)];
  return malformed;
}

function credentialFindings(
  credential: Credential,
  { now, appId, channel, user }: DiagnosisOptions,
): finding.Finding[] {
  const ofKey = appIdOf(credential);
  const isOther = appId !== undefined && ofKey.toLowerCase() !== appId.toLowerCase();
  const { key, token } = credential;
  // Version 5 has it as bytes, without any letter case.
  const isOtherCase = appId !== undefined && key?.version !== 5 && ofKey !== appId;
  const ofProject = isOther
    ? [finding.otherAppId(appId)]
    : isOtherCase
      ? [finding.appIdLetterCase()]
      : [];
  if (token) {
    const name = user && userText(user);
    return [...ofProject, ...tokenFindings(token, { now, channel, user: name })];
  }
  // Versions 4 and 5 sign their uid without showing it.
  const showsUser = key.version === 1 || key.uid !== undefined;
  return [
    ...ofProject,
    ...(showsUser ? finding.userFindings(key.uid, user && userOf(userText(user))) : []),
    ...finding.times(key, now),
  ];
}
