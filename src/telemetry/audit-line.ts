// An event as one line of JSON. Names in it come from outside: the line is ASCII, so that no line
// separator, bidirectional mark or terminal escape in a name does anything to its reader.

import type { Config } from "../config/settings.ts";
import type { AuditEvent } from "./audit-event.ts";

/** Every secret of a deployment that is known as text. */
export function secretTexts(config: Config): string[] {
  const { appCertificate, appCertificatePrevious, serviceKeys, grants } = config;
  return [
    appCertificate,
    appCertificatePrevious,
    ...serviceKeys.map(({ key }) => key),
    ...grants.secrets.map((bytes) => new TextDecoder().decode(bytes)),
  ].filter((text) => text !== undefined);
}

/** What has the form of a credential, whoever made it. */
const CREDENTIALS = [
  String.raw`eyJ[\w-]{8,}\.[\w-]+\.`, // a grant, as any JWT
  String.raw`lk_[a-z\d-]+_[\w-]{43}`, // a service key
  String.raw`005(A[Qgw]|BA)AoA[\w+/]{40}`, // a channel key of version 5
  String.raw`007e[AJ][\w+/]{80}`, // an access token 007
];

const REMOVED = "[removed]";

/**
 * `credential` is the one that the request came with. Somebody may name a channel or a user like a
 * secret by mistake: such a name is not written.
 */
export type WriteLine = (event: AuditEvent, credential: string) => string;

/** Writes lines for a project's deployment with these secrets. */
export function createWriteLine(appId: string, secrets: readonly string[]): WriteLine {
  const known = secrets.map((secret) => escapePattern(jsonOf(secret).slice(1, -1)));
  // A channel key of versions 1 to 4, and a token 006, of this project.
  const ofProject = [String.raw`[\da-f]{40}${appId}\d{10}`, `006${appId}`];
  const pattern = new RegExp([...known, ...ofProject, ...CREDENTIALS].join("|"), "i");
  return (event, credential) => {
    const fields = { type: "audit", ...event };
    const isSecret = (json: string) => json.includes(credential) || pattern.test(json);
    const line = jsonOf(fields);
    if (!isSecret(line)) return line;
    return jsonOf(fields, (_, value) =>
      typeof value === "string" && isSecret(jsonOf(value)) ? REMOVED : value,
    );
  };
}

function jsonOf(value: unknown, replacer?: (name: string, value: unknown) => unknown): string {
  return JSON.stringify(value, replacer).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
