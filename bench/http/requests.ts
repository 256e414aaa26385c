// What is asked, as the bytes that go over the wire, and who signed the grants.

import {
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from "node:crypto";

export const BATCH = 1000;

const grantSigningKey = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwk = {
  ...grantSigningKey.publicKey.export({ format: "jwk" }),
  kid: "bench",
  alg: "ES256",
  use: "sig",
};

/** A whole configuration, its secrets made for this run. */
export const settings = {
  APP_ID: randomBytes(16).toString("hex"),
  APP_CERTIFICATE: randomBytes(16).toString("hex"),
  SERVICE_KEY: randomBytes(32).toString("base64url"),
  GRANT_SECRET: randomBytes(32).toString("base64url"),
  GRANT_JWKS: JSON.stringify({ keys: [jwk] }),
  GRANT_ISSUER: "app.example",
  ALLOWED_ORIGINS: "*",
};

export function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
}

export function post(path: string, body: object, credential?: string): string {
  const text = JSON.stringify(body);
  const authorization = credential === undefined ? "" : `Authorization: Bearer ${credential}\r\n`;
  const length = Buffer.byteLength(text);
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${authorization}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${text}`;
}

const secret = Buffer.from(settings.GRANT_SECRET);
const hs256 = (input: string) => createHmac("sha256", secret).update(input).digest("base64url");
const es256 = (input: string, key: KeyObject = grantSigningKey.privateKey) =>
  sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");

/** Another user's grant each time. */
export function grant(alg: "HS256" | "ES256"): string {
  const iat = Math.floor(Date.now() / 1000);
  const id = randomUUID();
  const claims = {
    iss: "app.example",
    aud: "latchkey",
    sub: `user-${id}`,
    iat,
    exp: iat + 7200,
    jti: id,
    channels: ["room-1", "team-*"],
    uid: 42,
  };
  const header = { alg, typ: "JWT", ...(alg === "ES256" && { kid: "bench" }) };
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${alg === "HS256" ? hs256(input) : es256(input)}`;
}
