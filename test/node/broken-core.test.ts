// Here, not among the tests of HTTP: modules can be mocked in Node, and not inside workerd.

import { expect, test, vi } from "vitest";
import { TestDeployment } from "../support/deployment.ts";

let channelKey = (): string => "";
vi.mock("../../src/keys/signer.ts", () => ({
  createSigner: () => ({ channelKey: () => channelKey() }),
}));

test.each([
  ["makes wrong keys", () => "005AQAo"],
  [
    "makes none",
    () => {
      throw new Error("trapped");
    },
  ],
])("GET /ready is 503 and names the core where it %s", async (_name, broken) => {
  channelKey = broken;
  const response = await new TestDeployment().get("/ready");
  expect(response.status).toBe(503);
  expect(response.json).toEqual({
    status: "not_ready",
    problems: [{ name: "core", message: "fails its self-test" }],
  });
});
