// Signs a grant for one user: node sign-grant.mjs room-1 42
// Node 20 or later, npm install jose. Environment: GRANT_SECRET.

import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";

const [channel, uid] = process.argv.slice(2);
try {
  console.log(await signGrant([channel], uidOf(uid)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/**
 * For the app of a signed-in user. With it, the app gets keys for these channels for four hours.
 */
function signGrant(channels, uid) {
  const secret = process.env.GRANT_SECRET;
  if (!secret) throw new Error("GRANT_SECRET is not set");
  return new SignJWT({ channels, uid, maxKeyExpiresIn: 3600 })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("business-server")
    .setAudience("latchkey")
    .setSubject(`user-${uid}`)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime("4h")
    .sign(new TextEncoder().encode(secret));
}

/** Refuses 0, which would let anyone in, and text that a loose conversion would make 0 of. */
function uidOf(text) {
  const uid = Number(text);
  if (/^[1-9]\d{0,9}$/.test(text) && uid <= 0xffff_ffff) return uid;
  throw new Error("uid must be a whole number from 1 to 4294967295");
}
