// The vendor's own code says what a version-5 key must be.
import { createRequire } from "node:module";
import { expect } from "vitest";
import type { Secrets } from "./service.ts";

/** What POST /v1/keys answers, as far as the recipes' tests look. */
export interface Answer {
  readonly key: string;
  readonly version: number;
  readonly channel: string;
  readonly uid: number;
  readonly randomInt: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const vendor: {
  generateMediaChannelKey(
    appId: string,
    certificate: string,
    channel: string,
    issuedAt: number,
    randomInt: number,
    uid: number,
    expiresAt: number,
  ): string;
} = createRequire(import.meta.url)("agora-access-token/src/DynamicKey5.js");

export function expectVendorsKey(answer: Answer, { APP_ID, APP_CERTIFICATE }: Secrets): void {
  const { key, version, channel, issuedAt, randomInt, uid, expiresAt } = answer;
  expect(version).toBe(5);
  expect(key).toBe(
    vendor.generateMediaChannelKey(
      APP_ID,
      APP_CERTIFICATE,
      channel,
      issuedAt,
      randomInt,
      uid,
      expiresAt,
    ),
  );
}
