// Asking the deployment to inspect a key, and keys of its project to ask about.

import { createSigner } from "../../src/keys/library.ts";
import {
  APP_ID,
  NOW,
  SECRETS,
  type Settings,
  TestDeployment,
  type TestResponse,
  testHost,
} from "./deployment.ts";

export const ours = createSigner({ appId: APP_ID, appCertificate: SECRETS.APP_CERTIFICATE });
export const fields = {
  version: 5,
  channel: "room-1",
  unixTs: NOW,
  randomInt: 7,
  uid: 42,
  expiredTs: NOW + 3600,
} as const;
export const key = ours.channelKey(fields);
export const asked = { channel: "room-1", uid: 42 };

export function inspect(
  body: object,
  { at = NOW, env = {} }: { at?: number; env?: Settings } = {},
): Promise<TestResponse> {
  const host = testHost();
  host.time = at;
  return new TestDeployment({ env, host }).post("/v1/keys/inspect", body);
}

export type ReportedFinding = NonNullable<TestResponse["json"]["findings"]>[number];

export function findings({ json }: TestResponse): string[] {
  return (json.findings ?? []).map(({ code }) => code);
}

/** The numbers of a finding's SDK errors, each once. */
export function numbers(finding: ReportedFinding | undefined): number[] {
  return [...new Set(finding?.sdkErrors.map(({ number }) => number))];
}
