import { createSigner } from "latchkey";
import { expect, test } from "vitest";
import vectors from "../vectors/dynamic-key.json";

test("every vector of the vendor's C++ code comes out byte for byte", () => {
  for (const { appId, appCertificate, key, ...fields } of vectors) {
    expect(createSigner({ appId, appCertificate }).channelKey(fields as never)).toBe(key);
  }
  expect(vectors).toHaveLength(600);
});
