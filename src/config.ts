// The environment becomes one checked, typed configuration here, and nothing else reads it. What is wrong is named, all at
// once, and never quoted: half of these are secrets.

import type { JSONWebKeySet, JWK } from "jose";
import type { RateLimits } from "./access/rate-limits.ts";
import { HEX_32_MESSAGE, isHex32, isU32, U32_MESSAGE } from "./keys/fields.ts";
import { isVersion, type Version } from "./keys/versions.ts";
import { SECRET_MIN_BYTES } from "./platform/limits.ts";
import type { RevocationBindings } from "./revocations/revocations.ts";

export interface Config {
  readonly appId: string;
  /** Undefined in App-ID-only mode: then every key is null. */
  readonly appCertificate: string | undefined;
  /** For inspection alone, while a certificate is turned over. */
  readonly appCertificatePrevious: string | undefined;
  readonly serviceKeys: readonly string[];
  readonly defaultKeyVersion: Version;
  /** 0 = never. */
  readonly defaultExpiresInSeconds: number;
  /** 0 = no limit. */
  readonly maxExpiresInSeconds: number;
  readonly allowedOrigins: "*" | ReadonlySet<string>;
  readonly grants: GrantConfig;
  /** Whether `GET /` answers the console. */
  readonly hasConsole: boolean;
}

export interface GrantConfig {
  /** The current secret first: it signs, all verify. Empty where only a key set verifies. */
  readonly secrets: readonly Uint8Array[];
  readonly jwks: JSONWebKeySet | undefined;
  readonly jwksUrl: URL | undefined;
  readonly issuer: string | undefined;
}

/** A setting that is missing or malformed: its name, never its value. */
export interface ConfigProblem {
  readonly name: string;
  readonly message: string;
}

/** What wrangler.toml binds besides text. A deployment may leave these out; `GET /ready` says what that means. */
export interface Bindings {
  readonly revocations: RevocationBindings | undefined;
  readonly rateLimits: RateLimits;
}

const BINDINGS_OFF = {
  REVOCATION_LIST: "is not bound: nobody can be cut off",
  REVOCATION_SNAPSHOTS: "is not bound: nobody can be cut off",
  RATE_LIMIT_BY_SUBJECT: "is not bound: grants are not limited",
  RATE_LIMIT_BY_SERVICE_KEY: "is not bound: service keys are not limited",
  RATE_LIMIT_BY_ADDRESS: "is not bound: failed authentication is not limited",
} as const;

export function readBindings(env: Partial<Cloudflare.Env>): Bindings {
  const { REVOCATION_LIST: list, REVOCATION_SNAPSHOTS: snapshots } = env;
  return {
    revocations: list && snapshots ? { list, snapshots } : undefined,
    rateLimits: {
      bySubject: env.RATE_LIMIT_BY_SUBJECT,
      byServiceKey: env.RATE_LIMIT_BY_SERVICE_KEY,
      byAddress: env.RATE_LIMIT_BY_ADDRESS,
    },
  };
}

/** What works without a binding that is absent, and what does not. */
export function bindingWarnings(env: Partial<Cloudflare.Env>): ConfigProblem[] {
  const names = Object.keys(BINDINGS_OFF) as (keyof typeof BINDINGS_OFF)[];
  return names
    .filter((name) => env[name] === undefined)
    .map((name) => ({ name, message: BINDINGS_OFF[name] }));
}

export type ConfigResult =
  | { readonly config: Config }
  | { readonly problems: readonly ConfigProblem[] };

// A service key is recognised by what it lacks: the dots of a grant.
const SERVICE_KEY = /^[A-Za-z0-9_~+/=-]+$/;
const SERVICE_KEY_MESSAGE = `must be at least ${SECRET_MIN_BYTES} characters of A-Z a-z 0-9 _ ~ + / = -`;
const GRANT_SECRET_MESSAGE = `must be at least ${SECRET_MIN_BYTES} bytes`;

export function readConfig(env: Readonly<Record<string, unknown>>): ConfigResult {
  const read = new Reader(env);
  const keyMode = read.oneOf("KEY_MODE", ["certificate", "app-id"], "certificate");
  const appId = read.required("APP_ID", isHex32, HEX_32_MESSAGE);
  const appCertificate =
    keyMode === "app-id"
      ? undefined
      : read.required("APP_CERTIFICATE", isHex32, `${HEX_32_MESSAGE} (or KEY_MODE be "app-id")`);
  const appCertificatePrevious = read.optional("APP_CERTIFICATE_PREVIOUS", isHex32, HEX_32_MESSAGE);
  const serviceKeys = [
    read.required("SERVICE_KEY", isServiceKey, SERVICE_KEY_MESSAGE),
    read.optional("SERVICE_KEY_PREVIOUS", isServiceKey, SERVICE_KEY_MESSAGE),
  ];
  const defaultKeyVersion = Number(
    read.oneOf("DEFAULT_KEY_VERSION", ["1", "2", "3", "4", "5"], "5"),
  );
  const maxExpiresInSeconds = read.seconds("MAX_EXPIRES_IN", 0);
  const defaultExpiresInSeconds = read.seconds("DEFAULT_EXPIRES_IN", 3600);
  const allowedOrigins = read.origins("ALLOWED_ORIGINS");
  const grants = readGrants(read);
  const hasConsole = read.oneOf("CONSOLE", ["on", "off"], "on") === "on";
  if (read.problems.length > 0) return { problems: read.problems };

  return {
    config: {
      appId,
      appCertificate,
      appCertificatePrevious,
      serviceKeys: serviceKeys.filter((key) => key !== undefined),
      defaultKeyVersion: isVersion(defaultKeyVersion) ? defaultKeyVersion : 5,
      defaultExpiresInSeconds,
      maxExpiresInSeconds,
      allowedOrigins,
      grants,
      hasConsole,
    },
  };
}

function readGrants(read: Reader): GrantConfig {
  const jwks = read.jwks("GRANT_JWKS");
  const jwksUrl = read.url("GRANT_JWKS_URL");
  if (jwks && jwksUrl) read.problem("GRANT_JWKS", "can't be set together with GRANT_JWKS_URL");
  const current =
    read.given("GRANT_JWKS") || read.given("GRANT_JWKS_URL")
      ? read.optional("GRANT_SECRET", isGrantSecret, GRANT_SECRET_MESSAGE)
      : read.required(
          "GRANT_SECRET",
          isGrantSecret,
          `${GRANT_SECRET_MESSAGE} (or GRANT_JWKS or GRANT_JWKS_URL be set)`,
        );
  const previous = read.optional("GRANT_SECRET_PREVIOUS", isGrantSecret, GRANT_SECRET_MESSAGE);
  if (previous && current === undefined)
    read.problem("GRANT_SECRET", "is missing beside GRANT_SECRET_PREVIOUS");
  const encoder = new TextEncoder();
  return {
    secrets: [current, previous]
      .filter((secret) => secret !== undefined)
      .map((secret) => encoder.encode(secret)),
    jwks,
    jwksUrl,
    issuer: read.text("GRANT_ISSUER"),
  };
}

function isServiceKey(value: string): boolean {
  return value.length >= SECRET_MIN_BYTES && SERVICE_KEY.test(value);
}

function isGrantSecret(value: string): boolean {
  return new TextEncoder().encode(value).length >= SECRET_MIN_BYTES;
}

class Reader {
  readonly problems: ConfigProblem[] = [];
  readonly #env: Readonly<Record<string, unknown>>;

  constructor(env: Readonly<Record<string, unknown>>) {
    this.#env = env;
  }

  problem(name: string, message: string): void {
    this.problems.push({ name, message });
  }

  /** An empty setting is one that was not given. */
  text(name: string): string | undefined {
    const value = this.#env[name];
    if (value === undefined || value === "") return undefined;
    if (typeof value === "string") return value;
    this.problem(name, "must be text");
    return undefined;
  }

  given(name: string): boolean {
    const value = this.#env[name];
    return value !== undefined && value !== "";
  }

  required(name: string, isValid: (value: string) => boolean, message: string): string {
    if (!this.given(name)) this.problem(name, `is missing: it ${message}`);
    return this.optional(name, isValid, message) ?? "";
  }

  optional(name: string, isValid: (value: string) => boolean, message: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || isValid(value)) return value;
    this.problem(name, message);
    return undefined;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.optional(
      name,
      (text) => (allowed as readonly string[]).includes(text),
      `must be ${allowed.join(" or ")}`,
    );
    return (value as T | undefined) ?? fallback;
  }

  seconds(name: string, fallback: number): number {
    const value = this.optional(
      name,
      (text) => /^\d{1,10}$/.test(text) && isU32(Number(text)),
      `${U32_MESSAGE} (seconds)`,
    );
    return value === undefined ? fallback : Number(value);
  }

  origins(name: string): "*" | ReadonlySet<string> {
    const value = this.text(name);
    if (value === "*") return "*";
    const origins = (value ?? "").split(",").map((origin) => origin.trim());
    const listed = origins.filter((origin) => origin !== "");
    if (!listed.every(isOrigin))
      this.problem(name, 'must be "*" or a list of origins such as https://app.example.com');
    return new Set(listed);
  }

  url(name: string): URL | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const url = URL.parse(value);
    const isLoopback = url !== null && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    if (url && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback))) return url;
    this.problem(name, "must be an https URL");
    return undefined;
  }

  jwks(name: string): JSONWebKeySet | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    try {
      const jwks: unknown = JSON.parse(value);
      if (isPublicKeySet(jwks)) return jwks;
    } catch {
      // Not JSON: the same answer.
    }
    this.problem(name, 'must be a JSON Web Key Set of public RSA, EC or OKP keys: {"keys":[…]}');
    return undefined;
  }
}

function isOrigin(value: string): boolean {
  return URL.parse(value)?.origin === value;
}

/**
 * A secret in a public key set is a mistake that must not go unnoticed: `d` is a private key, `k` a shared one. Keys of types that
 * we don't know are ignored (RFC 7517, section 5), but one at least must be of use.
 */
export function isPublicKeySet(value: unknown): value is JSONWebKeySet {
  if (
    typeof value !== "object" ||
    value === null ||
    !("keys" in value) ||
    !Array.isArray(value.keys)
  )
    return false;
  return (
    value.keys.every(isPublicKey) &&
    value.keys.some(({ kty }) => ["RSA", "EC", "OKP"].includes(kty))
  );
}

function isPublicKey(key: unknown): key is JWK & { kty: string } {
  return (
    typeof key === "object" &&
    key !== null &&
    "kty" in key &&
    typeof key.kty === "string" &&
    !("d" in key || "k" in key)
  );
}
