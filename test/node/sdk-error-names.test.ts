import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import * as sdkErrors from "../../src/keys/sdk-errors.ts";

const sdk = readFileSync(createRequire(import.meta.url).resolve("agora-rtc-sdk-ng"), "utf8");

/** Names of native SDKs, and one that the web SDK's documents alone have. */
const DOCUMENTED: readonly string[] = [
  "ERR_INVALID_APP_ID",
  "ERR_CHANNEL_KEY_EXPIRED",
  "ERR_INVALID_CHANNEL_KEY",
  "ERR_TOKEN_EXPIRED",
  "ERR_INVALID_TOKEN",
  "ERR_STATIC_USE_DYNAMIC_KEY",
];
/** The web SDK has a number of its own for what its documents call 101. */
const OTHERWISE_NUMBERED: readonly string[] = ["ERR_INVALID_VENDOR_KEY"];

test("the names of SDK errors are those of the real web SDK, with its numbers", () => {
  const named = Object.values(sdkErrors)
    .flat()
    .flatMap(({ number, name = "" }) => (DOCUMENTED.includes(name) ? [] : [{ number, name }]));
  expect(named.length).toBeGreaterThan(8);
  for (const { number, name } of named) {
    expect(sdk).toContain(`"${name}"`);
    if (name.startsWith("ERR_") && !OTHERWISE_NUMBERED.includes(name))
      expect(sdk).toContain(`.${name}=${number}]="${name}"`);
  }
});
