// The source with the core as the library has it: from bytes, compiled when it is imported. (The
// tests of keys run on the built library itself.)

import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { createSigner } from "../../src/keys/library.ts";
import { coreModule } from "../../src/wasm/module.embedded.ts";
import { SECRETS, settings } from "../support/settings.ts";
import vectors from "../vectors/dynamic-key.json";

test("the embedded module is the core, which imports nothing", () => {
  expect(WebAssembly.Module.imports(coreModule)).toEqual([]);
  const exported = WebAssembly.Module.exports(coreModule).map(({ name }) => name);
  expect(exported).toEqual(expect.arrayContaining(["memory", "prepareSigner", "channelKey"]));
});

test("it makes the vendor's keys", () => {
  for (const { appId, appCertificate, key, ...fields } of vectors.filter((_, i) => i % 20 === 0)) {
    expect(createSigner({ appId, appCertificate }).channelKey(fields as never)).toBe(key);
  }
});

test("the app runs on it in Node as well", async () => {
  const headers = {
    Authorization: `Bearer ${SECRETS.SERVICE_KEY}`,
    "Content-Type": "application/json",
  };
  const init = { method: "POST", headers, body: '{"channel":"room-1","uid":1}' };
  const response = await createApp().request("https://latchkey.test/v1/keys", init, settings());
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ key: expect.stringMatching(/^005/), uid: 1 });
});
