// The peer: what a token server looks like whose author read the vendor's sample. Express and the
// vendor's library, each as its README says; no authentication, no validation, no limits.

import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

// Both are CommonJS without types, and the library's package exports the newer tokens alone.
const require = createRequire(import.meta.url);
const express = require("express");
const { generateMediaChannelKey } = require("agora-access-token/src/DynamicKey5.js");

const { APP_ID, APP_CERTIFICATE } = process.env;

const app = express();
app.use(express.json());
app.post(
  "/key",
  (request: { body: { channel: string; uid: number } }, response: { json(body: object): void }) => {
    const { channel, uid } = request.body;
    const unixTs = Math.floor(Date.now() / 1000);
    const randomInt = Math.floor(Math.random() * 0x1_0000_0000);
    const expiredTs = unixTs + 3600;
    const key = generateMediaChannelKey(
      APP_ID,
      APP_CERTIFICATE,
      channel,
      unixTs,
      randomInt,
      uid,
      expiredTs,
    );
    response.json({ key, channel, uid, issuedAt: unixTs, randomInt, expiresAt: expiredTs });
  },
);

const server = app.listen(0, "127.0.0.1", () =>
  process.send?.((server.address() as AddressInfo).port),
);
process.once("disconnect", () => process.exit());
