import { expect, test } from "vitest";
import { decode } from "../../src/console/model/decode.ts";
import { service, text, token006, token007 } from "../support/packed-token.ts";

const NOW = 1_800_000_000;
const ids = { appId: "a".repeat(32), appCertificate: "b".repeat(32) };
const services = [
  service(
    1,
    [
      [1, 60],
      [2, 60],
    ],
    text("room-1"),
    text("alice"),
  ),
];
const of007 = token007({ ...ids, issueTs: NOW, expire: 60, services });

function body(key: string, fields: object = {}, seconds = 0) {
  const result = decode({ key, ...fields }, (NOW + seconds) * 1000);
  if ("problem" in result) throw new Error(result.problem.code);
  return result.body;
}

test("a token is decoded without a credential, and is never said to be accepted", () => {
  expect(body(of007)).toMatchObject({
    verdict: "unknown",
    version: 7,
    channel: "room-1",
    account: "alice",
    expiresAt: NOW + 60,
    signature: "unverified",
    findings: [],
  });
  expect(body(of007, {}, 60)).toMatchObject({ verdict: "refused" });
  expect(body(of007, { channel: "other" }).findings).toMatchObject([
    { code: "signed_for_other_channel" },
  ]);
  const names = { channel: "room-1", user: "42" };
  const of006 = token006({
    ...ids,
    ...names,
    ts: NOW + 60,
    privileges: [
      [1, 0],
      [2, 0],
    ],
  });
  expect(body(of006, { channel: "room-1", uid: 43 }).findings).toMatchObject([
    { code: "signed_for_other_user" },
  ]);
  expect(body("hello")).toMatchObject({ verdict: "refused", findings: [{ code: "malformed" }] });
});

test("a wrong field becomes the problem that the service would answer", () => {
  for (const [fields, path] of [
    [{ channel: "no/slash" }, "channel"],
    [{ uid: "x" }, "uid"],
    [{ account: "é" }, "account"],
    [{ uid: 1, account: "alice" }, "account"],
  ] as const) {
    const result = decode({ key: of007, ...fields }, NOW * 1000);
    expect(result).toMatchObject({ problem: { code: "invalid_request", errors: [{ path }] } });
  }
});
