// The vendor's own code says what a version-5 key must be.

import { createRequire } from "node:module";
import { expect } from "vitest";
import type { IssuedKey } from "../../src/contract/responses.ts";
import { APP_ID, SECRETS } from "../support/settings.ts";

const { generateMediaChannelKey }: { generateMediaChannelKey(...fields: unknown[]): string } =
  createRequire(import.meta.url)("agora-access-token/src/DynamicKey5.js");

export function expectVendorsKey(issued: IssuedKey): void {
  const { key, version, channel, issuedAt, randomInt, uid, expiresAt } = issued;
  expect(version).toBe(5);
  expect(key).toBe(
    generateMediaChannelKey(
      APP_ID,
      SECRETS.APP_CERTIFICATE,
      channel,
      issuedAt,
      randomInt,
      uid,
      expiresAt,
    ),
  );
}
