// What the page says of times, of its address, of revocations and of the deployment.

import { expect, test } from "vitest";
import { credentialIn } from "../../src/console/model/fragment.ts";
import { ejectionText, targetText } from "../../src/console/model/revocation-text.ts";
import { readStatus } from "../../src/console/model/status-facts.ts";
import { clockText, instantText, millisecondsText } from "../../src/console/model/time-text.ts";

test("the credential of a fragment", () => {
  expect(credentialIn("#key=abc_-~%2F+=")).toBe("abc_-~/+=");
  for (const other of ["#key=", "#keys", "#other=abc", ""])
    expect(credentialIn(other)).toBeUndefined();
});

test("times for people to read", () => {
  expect([0, 59.9, 300, 3600, 86_399, -5].map(clockText)).toEqual([
    "0:00",
    "0:59",
    "5:00",
    "1:00:00",
    "23:59:59",
    "0:00",
  ]);
  expect([0.04, 9.94, 10, 1234.6].map(millisecondsText)).toEqual([
    "0.0 ms",
    "9.9 ms",
    "10 ms",
    "1235 ms",
  ]);
});

test("an instant is shown in UTC and in the time of the device, with its date where it differs", () => {
  const at = (zone: string) => instantText(1446455472, zone).replaceAll("\u00a0", " ");
  expect(at("UTC")).toBe("2015-11-02 09:11:12 UTC");
  expect(at("Europe/Berlin")).toBe("2015-11-02 09:11:12 UTC · 10:11:12 your time");
  expect(at("Pacific/Kiritimati")).toBe(
    "2015-11-02 09:11:12 UTC · 2015-11-02 23:11:12 your time".replace("2015-11-02 23", "23"),
  );
  expect(at("Pacific/Honolulu")).toBe("2015-11-02 09:11:12 UTC · 2015-11-01 23:11:12 your time");
  expect(instantText(1e300)).toBe("1e+300");
});

test("a revocation is shown with every field that it has, known or not", () => {
  const until = 1_800_000_000;
  expect(targetText({ id: "1", until, uid: 42, channel: "team-*" })).toBe(
    "uid 42 · channel team-*",
  );
  expect(targetText({ id: "1", until, sub: "user-7", jti: "grant-1" })).toBe(
    "subject user-7 · grant grant-1",
  );
  expect(targetText({ id: "1", until, issuedBefore: 1446455472 })).toMatch(
    /^grants made before 2015-11-02 09:11:12 UTC/,
  );
  expect(targetText({ id: "1", until, planet: { name: "Mars" } })).toBe('planet {"name":"Mars"}');
  expect(ejectionText({ id: "1", until, uid: 42 })).toBeUndefined();
  const failed = { state: "failed", reason: "no credentials" };
  expect(ejectionText({ id: "1", until, eject: true, ejection: failed })).toBe(
    "could not be removed from the call: no credentials",
  );
});

const sendOf = (ready: object, status = 200) => {
  return async (path: Parameters<typeof fetch>[0]) =>
    path === "/health" ? Response.json({ status: "ok" }) : Response.json(ready, { status });
};

test("the status of a deployment: ready, not ready, or no response", async () => {
  const warnings = [{ name: "DEFAULT_EXPIRES_IN", message: "is 0" }];
  const now = () => 0;
  expect(await readStatus(sendOf({ status: "ready", warnings }), now)).toEqual({
    isReady: true,
    problems: [],
    warnings,
    facts: [["Process", "answers in 0.0 ms"]],
  });
  const problems = [{ name: "APP_ID", message: "is missing" }];
  const notReady = await readStatus(sendOf({ status: "not_ready", problems }, 503), now);
  expect(notReady).toMatchObject({ isReady: false, problems, warnings: [] });
  const dead = await readStatus(() => Promise.reject(new TypeError("down")), now);
  expect(dead).toEqual({
    isReady: undefined,
    problems: [],
    warnings: [],
    facts: [["Process", "does not answer"]],
  });
});

test("the ages of what an edge holds are said in words", async () => {
  const ages = { listAgeSeconds: 12, listFullPercent: 3, keySetAgeSeconds: 60 };
  const { facts } = await readStatus(sendOf({ status: "ready", warnings: [], ...ages }), () => 0);
  expect(facts.slice(1)).toEqual([
    ["List of revocations", "as it was 12 s ago"],
    ["Room in the list", "3 % used"],
    ["Keys of GRANT_JWKS_URL", "fetched 60 s ago"],
  ]);
});

test("what another version of the service says of itself is shown by its name", async () => {
  const ready = { status: "ready", warnings: [], region: "north", edges: { near: 3 } };
  const { facts } = await readStatus(sendOf(ready), () => 0);
  expect(facts.slice(1)).toEqual([
    ["region", "north"],
    ["edges", '{"near":3}'],
  ]);
});
