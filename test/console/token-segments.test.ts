import { describe, expect, test } from "vitest";
import { segmentToken } from "../../src/console/model/token-segments.ts";
import { service, text, token006, token007 } from "../support/packed-token.ts";
import vectors006 from "../vectors/access-token-006.json" with { type: "json" };
import vectors007 from "../vectors/access-token-007.json" with { type: "json" };

function segmented(token: string) {
  const found = segmentToken(token);
  if (!found) throw new Error("no token");
  return found;
}
const isRtm = (privileges: object) => "1000" in privileges && !("1" in privileges);
const joined = (runs: readonly { readonly text: string }[] = []) =>
  runs.map((run) => run.text).join("");

describe("the segments of every vector", () => {
  test("006: they make up the whole text, and say what was put in", () => {
    for (const { key, appId, salt, ts, privileges } of vectors006) {
      const { text: shown, content } = segmented(key);
      expect(content).toBeUndefined();
      expect(joined(shown.runs)).toBe(key);
      expect(shown.segments.at(-1)?.end).toBe(key.length);
      const values = new Map(shown.segments.map(({ kind, value }) => [kind, value]));
      expect(values.get("appId")).toBe(appId);
      expect(values.get("randomInt")).toBe(String(salt));
      expect(values.get("expiresAt")).toContain(String(ts));
      expect(values.get(isRtm(privileges) ? "uid" : "channel")).toMatch(/^[0-9a-f]{8}$/);
      // Each segment begins where the one before ends.
      for (const [i, { start }] of shown.segments.slice(1).entries())
        expect(start).toBeCloseTo(shown.segments[i]?.end ?? -1);
    }
  });

  test("007: those of its content make up the content", () => {
    for (const { key, appId, issueTs, salt, services } of vectors007) {
      const { text: shown, content } = segmented(key);
      expect(joined(shown.runs)).toBe(key);
      expect(joined(content?.runs)).toBe(content?.hex);
      const values = new Map(content?.segments.map(({ kind, value }) => [kind, value]));
      expect(values.get("appId")).toBe(appId);
      expect(values.get("issuedAt")).toContain(String(issueTs));
      expect(values.get("randomInt")).toBe(String(salt));
      const types = content?.segments.filter(({ label }) => label === "Service");
      expect(types?.map(({ value }) => Number.parseInt(value, 10))).toEqual(
        services.map(({ type }) => type),
      );
      for (const { start, end, bytes } of content?.segments ?? [])
        expect([start, end]).toEqual([2 * (bytes?.start ?? -1), 2 * (bytes?.end ?? -1)]);
    }
  });
});

test("a token of thousands of services has few segments, and the last covers the rest", () => {
  const fpa = service(4, [[1, 60]]);
  const ids = { appId: "a".repeat(32), appCertificate: "b".repeat(32), issueTs: 1, expire: 1 };
  const { content } = segmented(token007({ ...ids, services: Array(3_000).fill(fpa) }));
  expect(content?.segments.length).toBeLessThan(200);
  expect(content?.segments.at(-1)).toMatchObject({ label: "More", end: content?.hex.length });
  expect(joined(content?.runs)).toBe(content?.hex);
});

test("wildcards are explained", () => {
  const ids = { appId: "a".repeat(32), appCertificate: "b".repeat(32), issueTs: 1, expire: 1 };
  const { content } = segmented(
    token007({ ...ids, services: [service(1, [], text("*"), text(""))] }),
  );
  const values = content?.segments.map(({ value }) => value);
  expect(values).toEqual(expect.arrayContaining(["* · any channel", "empty · anyone", "none"]));
});

test("RTM's 006 has its user where others have the channel", () => {
  const privileges: [number, number][] = [[1000, 1]];
  const ids = { appId: "a".repeat(32), appCertificate: "b".repeat(32), ts: 1, privileges };
  const { text: shown } = segmented(token006({ ...ids, channel: "alice", user: "" }));
  const labels = shown.segments.map(({ label }) => label);
  expect(labels).toEqual(expect.arrayContaining(["User, CRC-32", "No user"]));
  expect(labels).not.toContain("Channel, CRC-32");
});

test("a text that is no token has no segments", () => {
  for (const other of ["", "006", "007", "007eJxT", "hello"])
    expect(segmentToken(other)).toBeUndefined();
});
