// Whoever calls an operation, HTTP or another front, can't skip its checks: each parses its own
// input.

import { env as bindings } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { ServiceKeyCaller } from "../../src/auth/caller.ts";
import { describeCaller } from "../../src/auth/describe-caller.ts";
import { type Context, createDeployments } from "../../src/config/deployment.ts";
import { inspectKey } from "../../src/inspection/inspect-key.ts";
import { issueGrant } from "../../src/issuance/issue-grant.ts";
import { issueKey } from "../../src/issuance/issue-key.ts";
import { issueKeys } from "../../src/issuance/issue-keys.ts";
import { issueToken } from "../../src/issuance/issue-token.ts";
import { endRevocation, listRevocations, revoke } from "../../src/revocations/revoke.ts";
import { NO_RECORD } from "../../src/telemetry/audit-event.ts";
import { NOW, settings, testHost } from "../support/deployment.ts";
import { UNLIMITED } from "../support/service-keys.ts";

const { REVOCATION_LIST, REVOCATION_SNAPSHOTS } = bindings;
const result = createDeployments(testHost())({
  ...settings(),
  REVOCATION_LIST,
  REVOCATION_SNAPSHOTS,
});
if (!result.ok) throw new Error("the settings are wrong");
const context: Context<ServiceKeyCaller> = {
  deployment: result.value,
  caller: UNLIMITED,
  now: NOW,
  waitUntil: () => undefined,
  record: NO_RECORD,
};

const OPERATIONS = {
  describeCaller,
  issueKey,
  issueKeys,
  issueToken,
  issueGrant,
  inspectKey,
  revoke,
  listRevocations,
  endRevocation,
} as const;

describe("an operation refuses input that is not what its contract says:", () => {
  test.each(Object.entries(OPERATIONS))("%s", async (_name, operation) => {
    for (const input of [undefined, null, [], "text", 1, { unknown: 1 }]) {
      const running = async () => operation(context, input);
      await expect(running()).rejects.toMatchObject({ code: "invalid_request" });
    }
  });
});
