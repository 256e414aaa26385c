// What an inspection reads and responses at most.

import { describe, expect, test } from "vitest";
import { APP_ID, NOW, SECRETS, TestDeployment } from "../support/deployment.ts";
import { findings, inspect } from "../support/inspection.ts";
import {
  hmacSha256,
  type Packed,
  service,
  string,
  text,
  u16,
  u32,
} from "../support/packed-token.ts";

const LIFE = 600;
const RESPONSE_MAX_CHARACTERS = 32_768;
const deployment = new TestDeployment();

/** A signed token in the shortest text. */
async function packed(services: readonly Packed[]): Promise<string> {
  const head = [...text(APP_ID), ...u32(NOW), ...u32(LIFE), ...u32(7), ...u16(services.length)];
  const body = Uint8Array.from([...head, ...services.flat()]);
  const certificate = new TextEncoder().encode(SECRETS.APP_CERTIFICATE);
  const ofSecond = hmacSha256(Uint8Array.from(u32(NOW)), certificate);
  const signature = hmacSha256(hmacSha256(Uint8Array.from(u32(7)), ofSecond), body);
  const stream = new Blob([Uint8Array.from([...string(signature), ...body])]).stream();
  const deflated = stream.pipeThrough(new CompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(deflated).arrayBuffer());
  return `007${btoa(String.fromCharCode(...bytes))}`;
}

describe("a small request makes no large response", () => {
  const fpa = service(4, []);
  const rtc = (channel: string) => service(1, [[1, LIFE]], text(channel), text("42"));
  test.each<[string, Packed[]]>([
    ["many services", Array.from({ length: 15_900 }, () => fpa)],
    ["many that differ", Array.from({ length: 1_500 }, (_, i) => rtc(`room-${i}`))],
    ["a channel of control characters, each six in JSON", [rtc("\0".repeat(65_000))]],
    ["two long channels", [rtc("x".repeat(30_000)), rtc("\u0001".repeat(30_000))]],
  ])("%s", async (_name, services) => {
    const key = await packed(services);
    const response = await inspect({ key, channel: "room-1", uid: 42 });
    expect(response.status).toBe(200);
    const { json } = response;
    expect(json.signature).toBe("valid");
    const shown = (json.services as object[]).length;
    expect(shown).toBeLessThanOrEqual(100);
    expect(json).toMatchObject({ servicesLeftOut: services.length - shown });
    expect(JSON.stringify(json).length).toBeLessThan(RESPONSE_MAX_CHARACTERS);
    expect(findings(response).length).toBeLessThan(30);
  });

  test("all services are listed up to the bound", async () => {
    const { json } = await inspect({ key: await packed(Array.from({ length: 100 }, () => fpa)) });
    expect(json.services).toHaveLength(100);
    expect(json).not.toHaveProperty("servicesLeftOut");
  });
});

describe("what POST /v1/tokens makes can be inspected", () => {
  const names = (count: number, length: number) =>
    Array.from({ length: count }, (_, i) => `${i}`.padEnd(length, "x").slice(0, length));
  test.each([
    ["short names, as many as a body holds", names(4_050, 1)],
    ["names of three characters", names(2_700, 3)],
    ["the longest names", names(63, 255)],
  ])("%s", async (_name, read) => {
    const rtm2 = { type: "rtm2", userId: "alice", permissions: { messageChannels: { read } } };
    const issued = await deployment.post("/v1/tokens", { services: [rtm2] });
    expect(issued.status).toBe(200);
    const key = String(issued.json.token);
    expect(key.length).toBeGreaterThan(15_000);
    const { json } = await inspect({ key, account: "alice" });
    expect(json).toMatchObject({ verdict: "accepted", services: issued.json.services });
    expect(json).not.toHaveProperty("servicesLeftOut");
  });
});
