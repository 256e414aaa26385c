import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { latchkey } from "../support/command-line.ts";

interface Made {
  readonly key: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

async function make(...args: readonly string[]): Promise<Made> {
  const { json, stderr } = await latchkey(["service-key", "new", "--json", ...args]);
  expect(stderr).toBe("");
  return json as Made;
}

describe("latchkey service-key new", () => {
  test("makes a key of 32 random bytes, with the CRC-32 of all before it, as zlib has it", async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => make("--id", "backend-1")));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
    for (const { key } of keys) {
      const [, text = "", random = "", sum = ""] =
        /^(lk_backend-1_([\w-]{43}))_([0-9a-f]{8})$/.exec(key) ?? [];
      expect(Buffer.from(random, "base64url")).toHaveLength(32);
      expect(Number.parseInt(sum, 16)).toBe(crc32(text));
    }
  });

  test("shows the key once, and an entry with its hash alone", async () => {
    const { stdout } = await latchkey(["service-key", "new", "--id", "backend"]);
    const [key = ""] = stdout.split("\n");
    expect(stdout.split(key)).toHaveLength(2);
    const entry = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    const sha256 = createHash("sha256").update(key).digest("hex");
    expect(entry).toEqual({ id: "backend", sha256, allow: ["keys", "tokens", "grants"] });
  });

  test("writes what the key may into its entry", async () => {
    const args = ["--id", "rec", "--allow", "keys", "--allow", "inspect", "--channel", "demo-*"];
    args.push("--service", "recording", "--max-expires-in", "4h", "--not-after", "2027-01-31");
    const { entry } = await make(...args);
    expect(entry).toMatchObject({
      ...{ allow: ["keys", "inspect"], channels: ["demo-*"], services: ["recording"] },
      ...{ maxExpiresIn: 14_400, notAfter: Date.UTC(2027, 0, 31) / 1000 },
    });
  });

  test.each([
    [["--id", "Backend"], "--id must be"],
    [["--id", "a".repeat(33)], "--id must be"],
    [[], "--id is required"],
    [["--id", "a", "--allow", "everything"], "--allow must be"],
    [["--id", "a", "--channel", "*a"], "--channel must be"],
    [["--id", "a", "--service", "rtc"], "--service must be"],
    [["--id", "a", "--max-expires-in", "0"], "--max-expires-in must be"],
    [["--id", "a", "--not-after", "tomorrow"], "--not-after must be"],
    [
      ["--id", "a", "--allow", "revocations", "--channel", "b"],
      "allow can't have revocations beside channels",
    ],
  ])("refuses %j", async (args, message) => {
    const { status, stdout, stderr } = await latchkey(["service-key", "new", ...args]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});
