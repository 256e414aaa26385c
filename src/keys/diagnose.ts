// What a text says and what is wrong with it, as far as that shows without the certificate. Pure,
// and it never throws: page, command line and service share it.

import { INSPECTED_KEY_MAX_CHARACTERS } from "../platform/limits.ts";
import * as finding from "./findings.ts";
import { hasMilliseconds } from "./milliseconds.ts";
import { accessTokenVersion, jwtKind, truncatedVersions } from "./other-credentials.ts";
import { type InspectedKey, parseKey } from "./parse.ts";
import { readPasted } from "./pasted-text.ts";

export interface DiagnosisOptions {
  /** Unix seconds. */
  readonly now: number;
  /** The project that the key should be for. */
  readonly appId?: string | undefined;
  /** The user who should join with it. */
  readonly uid?: number | undefined;
}

export interface Diagnosis {
  /** Left out if there is no channel key in the text. */
  readonly key?: InspectedKey;
  /** Whether the text is that key, character for character. */
  readonly isExact: boolean;
  readonly findings: readonly finding.Finding[];
}

export function diagnose(text: string, options: DiagnosisOptions): Diagnosis {
  const parsed = parseKey(text);
  if (parsed.ok) {
    return { key: parsed.value, isExact: true, findings: keyFindings(parsed.value, options) };
  }
  const reason = parsed.errors[0] ?? "";
  if (text.length > INSPECTED_KEY_MAX_CHARACTERS)
    return { isExact: false, findings: [finding.malformed(reason)] };

  const pasted = readPasted(text);
  const mistakes = pasted.mistakes.map(finding.pasteMistake);
  if (pasted.key) {
    const findings = [finding.malformed(reason), ...mistakes, ...keyFindings(pasted.key, options)];
    return { key: pasted.key, isExact: false, findings };
  }
  return { isExact: false, findings: otherFindings(pasted.text, reason, mistakes) };
}

/** What a text is that is no key, even without the mistakes around it. */
function otherFindings(
  text: string,
  reason: string,
  mistakes: readonly finding.Finding[],
): finding.Finding[] {
  const tokenVersion = accessTokenVersion(text);
  if (tokenVersion !== undefined)
    return [finding.noChannelKey(reason), ...mistakes, finding.accessToken(tokenVersion)];
  const malformed = finding.malformed(reason);
  const jwt = jwtKind(text);
  if (jwt !== undefined) return [malformed, jwt === "grant" ? finding.grant() : finding.jwt()];
  if (hasMilliseconds(text)) return [malformed, ...mistakes, finding.textMilliseconds()];
  const versions = truncatedVersions(text);
  if (versions !== undefined) return [malformed, ...mistakes, finding.truncated(versions)];
  return [malformed];
}

function keyFindings(key: InspectedKey, { now, appId, uid }: DiagnosisOptions): finding.Finding[] {
  const isOther = appId !== undefined && key.appId.toLowerCase() !== appId.toLowerCase();
  // Versions 4 and 5 sign their uid without showing it.
  const showsUser = key.version === 1 || key.uid !== undefined;
  return [
    ...(isOther ? [finding.otherAppId(appId)] : []),
    ...(showsUser ? finding.uidFindings(key.uid, uid) : []),
    ...finding.times(key, now),
  ];
}
