// The vendor's library says whether a key that a server sent is right: a fast wrong key ends a
// benchmark.

import { createRequire } from "node:module";

const { generateMediaChannelKey } = createRequire(import.meta.url)(
  "agora-access-token/src/DynamicKey5.js",
);

export interface Project {
  readonly APP_ID: string;
  readonly APP_CERTIFICATE: string;
}

export interface Issued {
  readonly channel: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export function checkKey(
  { APP_ID, APP_CERTIFICATE }: Project,
  { channel, issuedAt, expiresAt }: Issued,
  uid: number,
  randomInt: number,
  key: unknown,
): void {
  const expected = generateMediaChannelKey(
    APP_ID,
    APP_CERTIFICATE,
    channel,
    issuedAt,
    randomInt,
    uid,
    expiresAt,
  );
  if (key !== expected) throw new Error("a server sent a wrong key");
}

/** `body`: the response to a request for room-1 and uid 42. */
export function checkOne(project: Project, body: string): void {
  const issued = JSON.parse(body);
  if (issued.uid !== 42 || issued.channel !== "room-1")
    throw new Error("a server sent a key for another user or channel");
  checkKey(project, issued, 42, issued.randomInt, issued.key);
}
