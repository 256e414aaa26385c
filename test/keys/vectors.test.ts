import { createSigner } from "latchkey";
import { describe, expect, test } from "vitest";
import { OFFICIAL_EXAMPLE, OFFICIAL_KEYS } from "../support/official.ts";
import vectors from "../vectors/dynamic-key.json";

test("every vector of the vendor's C++ code is made byte for byte", () => {
  for (const { appId, appCertificate, key, ...fields } of vectors) {
    expect(createSigner({ appId, appCertificate }).channelKey(fields as never)).toBe(key);
  }
  expect(vectors).toHaveLength(600);
});

describe("the vendor's published example", () => {
  test.each(OFFICIAL_KEYS)(
    "version $fields.version $fields.service $fields.permission",
    ({ appId, appCertificate, fields, key }) => {
      const { uid, expiredTs, ...always } = OFFICIAL_EXAMPLE;
      const user = fields.version === 1 ? {} : { uid, expiredTs };
      expect(
        createSigner({ appId, appCertificate }).channelKey({ ...always, ...user, ...fields }),
      ).toBe(key);
    },
  );
});
