// The environment becomes one checked, typed configuration here, and nothing else reads it. What is
// wrong is named all at once and never quoted: half of these settings are secrets.

import type { JSONWebKeySet } from "jose";
import * as v from "valibot";
import type { ServiceKeys } from "../auth/service-keys.ts";
import type { NamedProblem } from "../contract/responses.ts";
import { IDENTIFIER_MESSAGE, identifier } from "../contract/values.ts";
import { HEX_32_MESSAGE, isHex32 } from "../keys/fields.ts";
import { KEY_VERSIONS, type KeyVersion } from "../keys/versions.ts";
import { parseJson } from "../platform/json.ts";
import { DURATION_MAX_SECONDS, SECRET_MIN_BYTES } from "../platform/limits.ts";
import { failure, type Result, success } from "../platform/result.ts";
import { isPublicKeySet } from "./jwks.ts";
import { grantAlgorithm } from "./key-set-check.ts";
import { type AllowedOrigins, originsProblem, readOrigins } from "./origins.ts";
import { sharedSecrets, weakSecrets } from "./secret-strength.ts";
import { namedServiceKeys, readServiceKeys, sharedHashes } from "./service-key-setting.ts";
import { settingText, strayCharacters } from "./setting-text.ts";
import { httpsBaseUrl, httpsUrl } from "./url-setting.ts";

export interface Config {
  readonly appId: string;
  /** Undefined in App-ID mode: then every key is null. */
  readonly appCertificate: string | undefined;
  /** For inspection alone, while a certificate is rotated. */
  readonly appCertificatePrevious: string | undefined;
  readonly serviceKeys: ServiceKeys;
  readonly defaultKeyVersion: KeyVersion;
  /** 0 = never. */
  readonly defaultExpiresInSeconds: number;
  /** 0 = no limit. */
  readonly maxExpiresInSeconds: number;
  /** Whether service keys may give exact times and random numbers, for reproducible keys. */
  readonly hasExactTimes: boolean;
  /** The key versions that a grant may yield. */
  readonly grantKeyVersions: ReadonlySet<number>;
  readonly allowedOrigins: AllowedOrigins;
  /** Whether access can be revoked. Off, where the operator says so. */
  readonly hasRevocations: boolean;
  readonly grants: GrantSettings;
  /** Whether `GET /` shows the console. */
  readonly hasConsole: boolean;
  /** Where users are ejected; undefined without credentials. */
  readonly agoraApi: AgoraApi | undefined;
}

export interface AgoraApi {
  readonly url: URL;
  readonly customerId: string;
  readonly customerSecret: string;
}

export interface GrantSettings {
  /** The current secret first: it signs, all verify. Empty where only a key set verifies. */
  readonly secrets: readonly Uint8Array[];
  readonly jwks: JSONWebKeySet | undefined;
  readonly jwksUrl: URL | undefined;
  readonly issuer: string | undefined;
  /** How long a copy of the key set is used while the provider fails. */
  readonly jwksMaxAgeSeconds: number;
}

const text = v.string("must be text");

function textThat(isValid: (value: string) => boolean, message: string) {
  return v.pipe(text, v.check(isValid, message));
}

function oneOf<const T extends string>(options: readonly T[], otherwise: T) {
  return v.optional(v.picklist(options, `must be ${options.join(" or ")}`), otherwise);
}

const SECONDS_MESSAGE = `must be an integer from 0 to ${DURATION_MAX_SECONDS} (seconds, not a time)`;

/** A duration. Digits alone: Number() would also read " 60" and "1e3". */
function seconds(otherwise: string) {
  const isSeconds = (value: string) =>
    /^\d{1,10}$/.test(value) && Number(value) <= DURATION_MAX_SECONDS;
  return v.optional(v.pipe(textThat(isSeconds, SECONDS_MESSAGE), v.transform(Number)), otherwise);
}

const KEY_VERSIONS_MESSAGE = "must be a list of 1 to 7, such as 4,5,7";
const keyVersions = v.pipe(
  text,
  v.transform((value) => value.split(",").map((version) => version.trim())),
  v.check((list) => list.every((version) => /^[1-7]$/.test(version)), KEY_VERSIONS_MESSAGE),
  v.transform((list) => new Set(list.map(Number))),
);

const hex32 = textThat(isHex32, HEX_32_MESSAGE);

// A grant has dots and a service key has none: that tells them apart.
const SERVICE_KEY_PATTERN = /^[A-Za-z0-9_~+/=-]+$/;
const SERVICE_KEY_MESSAGE = `must be at least ${SECRET_MIN_BYTES} characters of A-Z a-z 0-9 _ ~ + / = -`;
const serviceKey = textThat(
  (value) => value.length >= SECRET_MIN_BYTES && SERVICE_KEY_PATTERN.test(value),
  SERVICE_KEY_MESSAGE,
);

const GRANT_SECRET_MESSAGE = `must be at least ${SECRET_MIN_BYTES} bytes`;
const grantSecret = v.pipe(
  text,
  v.transform((value) => new TextEncoder().encode(value)),
  v.check(({ length }) => length >= SECRET_MIN_BYTES, GRANT_SECRET_MESSAGE),
);

const origins = v.pipe(
  text,
  v.check(
    (value) => originsProblem(value) === undefined,
    ({ input }) => String(originsProblem(input)),
  ),
  v.transform(readOrigins),
);

const JWKS_MESSAGE = 'must be a JSON Web Key Set of public RSA, EC or OKP keys: {"keys":[…]}';
const NO_ALGORITHM_MESSAGE =
  "has no key that verifies signatures of RS256, ES256 or EdDSA (Ed25519): add one";
const jwks = v.pipe(
  text,
  v.transform(jsonOf),
  v.custom<JSONWebKeySet>(isPublicKeySet, JWKS_MESSAGE),
  v.check(({ keys }) => keys.some(grantAlgorithm), NO_ALGORITHM_MESSAGE),
);

// As HTTP's Basic authentication takes them (RFC 7617).
const ASCII_MESSAGE = "must be visible ASCII characters: copy it from the vendor's console";
const ID_MESSAGE = `${ASCII_MESSAGE}; it has no colon`;

const Environment = v.object({
  APP_ID: hex32,
  KEY_MODE: oneOf(["certificate", "app-id"], "certificate"),
  APP_CERTIFICATE: v.optional(hex32),
  APP_CERTIFICATE_PREVIOUS: v.optional(hex32),
  SERVICE_KEY: serviceKey,
  SERVICE_KEY_PREVIOUS: v.optional(serviceKey),
  SERVICE_KEYS: v.optional(namedServiceKeys, "[]"),
  DEFAULT_KEY_VERSION: oneOf(["1", "2", "3", "4", "5", "6", "7"], "5"),
  DEFAULT_EXPIRES_IN: seconds("3600"),
  MAX_EXPIRES_IN: seconds("0"),
  EXACT_TIMES: oneOf(["on", "off"], "off"),
  ALLOWED_ORIGINS: v.optional(origins, ""),
  GRANT_SECRET: v.optional(grantSecret),
  GRANT_SECRET_PREVIOUS: v.optional(grantSecret),
  GRANT_JWKS: v.optional(jwks),
  GRANT_JWKS_URL: v.optional(httpsUrl),
  GRANT_JWKS_MAX_AGE: seconds("86400"),
  GRANT_ISSUER: v.optional(identifier),
  GRANT_KEY_VERSIONS: v.optional(keyVersions, "4,5,7"),
  REVOCATIONS: oneOf(["on", "off"], "on"),
  CONSOLE: oneOf(["on", "off"], "on"),
  AGORA_API_URL: v.optional(httpsBaseUrl, "https://api.agora.io"),
  AGORA_CUSTOMER_ID: v.optional(textThat((value) => /^[!-9;-~]+$/.test(value), ID_MESSAGE)),
  AGORA_CUSTOMER_SECRET: v.optional(textThat((value) => /^[!-~]+$/.test(value), ASCII_MESSAGE)),
});
type Environment = v.InferOutput<typeof Environment>;
type SettingName = keyof Environment;

/** What a missing setting must be. */
const REQUIRED: Readonly<Partial<Record<SettingName, string>>> = {
  APP_ID: HEX_32_MESSAGE,
  APP_CERTIFICATE: `${HEX_32_MESSAGE} (or KEY_MODE be "app-id")`,
  SERVICE_KEY: SERVICE_KEY_MESSAGE,
  GRANT_ISSUER: IDENTIFIER_MESSAGE,
  GRANT_SECRET: `${GRANT_SECRET_MESSAGE} (or GRANT_JWKS or GRANT_JWKS_URL be set)`,
};

export function readConfig(env: object): Result<Config, NamedProblem> {
  const given = givenSettings(env);
  const { success: isValid, issues, output } = v.safeParse(Environment, given);
  const found = [
    ...strayProblems(given),
    ...ruleProblems(given),
    ...(issues ?? []).map(({ path, message }) => ({ name: String(path?.[0]?.key), message })),
    ...weakSecrets(given),
    ...sharedSecrets(given),
    ...(isValid ? sharedHashes(output.SERVICE_KEYS, given) : []),
  ];
  if (isValid && found.length === 0) return success(configOf(output));
  // Of each setting the first problem: what else is wrong with it often follows from that.
  const names = new Set(found.map(({ name }) => name));
  return failure(
    [...names].flatMap((name) => found.find((problem) => problem.name === name) ?? []),
  );
}

/** Whether access can be revoked here: asked also where other settings are missing. */
export function wantsRevocations(env: object): boolean {
  return givenSettings(env).REVOCATIONS !== "off";
}

/** An empty setting counts as not given. */
function givenSettings(env: object): Partial<Record<SettingName, unknown>> {
  const names = Object.keys(Environment.entries) as SettingName[];
  const values = env as Readonly<Partial<Record<SettingName, unknown>>>;
  return Object.fromEntries(
    names
      .map((name) => [name, settingText(values[name])] as const)
      .filter(([, value]) => (value ?? "") !== ""),
  );
}

const LISTS: readonly SettingName[] = [
  "ALLOWED_ORIGINS",
  "GRANT_KEY_VERSIONS",
  "GRANT_JWKS",
  "SERVICE_KEYS",
];

/** What came along when a setting was pasted. */
function strayProblems(given: Partial<Record<SettingName, unknown>>): NamedProblem[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const isList = LISTS.includes(name as SettingName);
    const message = typeof value === "string" ? strayCharacters(value, { isList }) : undefined;
    return message === undefined ? [] : [{ name, message }];
  });
}

/** What is missing, and what must not stand together. */
function ruleProblems(given: Partial<Record<SettingName, unknown>>): NamedProblem[] {
  const has = (name: SettingName) => given[name] !== undefined;
  const hasKeySet = has("GRANT_JWKS") || has("GRANT_JWKS_URL");
  const required: SettingName[] = ["APP_ID"];
  if (given.KEY_MODE !== "app-id") required.push("APP_CERTIFICATE");
  required.push("SERVICE_KEY");
  // Other deployments, of other projects too, may trust the keys of the same provider.
  required.push(hasKeySet ? "GRANT_ISSUER" : "GRANT_SECRET");
  const problems = required
    .filter((name) => !has(name))
    .map((name) => ({ name: String(name), message: `is missing: it ${REQUIRED[name]}` }));
  if (has("GRANT_JWKS") && has("GRANT_JWKS_URL")) {
    problems.push({ name: "GRANT_JWKS", message: "can't be set together with GRANT_JWKS_URL" });
  }
  if (hasKeySet && has("GRANT_SECRET_PREVIOUS") && !has("GRANT_SECRET")) {
    const message = "is missing: GRANT_SECRET_PREVIOUS is for use beside it";
    problems.push({ name: "GRANT_SECRET", message });
  }
  const pair = ["AGORA_CUSTOMER_ID", "AGORA_CUSTOMER_SECRET"] as const;
  const [lone, ...others] = pair.filter((name) => !has(name));
  if (lone && others.length === 0) {
    problems.push({ name: lone, message: `is missing: ${pair.find(has)} is for use with it` });
  }
  return problems;
}

function configOf(env: Environment): Config {
  const { SERVICE_KEY, SERVICE_KEY_PREVIOUS } = env;
  const { AGORA_CUSTOMER_ID: customerId, AGORA_CUSTOMER_SECRET: customerSecret } = env;
  return {
    appId: env.APP_ID,
    appCertificate: env.KEY_MODE === "app-id" ? undefined : env.APP_CERTIFICATE,
    appCertificatePrevious: env.APP_CERTIFICATE_PREVIOUS,
    serviceKeys: readServiceKeys({ SERVICE_KEY, SERVICE_KEY_PREVIOUS }, env.SERVICE_KEYS),
    defaultKeyVersion: KEY_VERSIONS[Number(env.DEFAULT_KEY_VERSION) - 1] as KeyVersion,
    defaultExpiresInSeconds: env.DEFAULT_EXPIRES_IN,
    maxExpiresInSeconds: env.MAX_EXPIRES_IN,
    hasExactTimes: env.EXACT_TIMES === "on",
    grantKeyVersions: env.GRANT_KEY_VERSIONS,
    allowedOrigins: env.ALLOWED_ORIGINS,
    hasRevocations: env.REVOCATIONS === "on",
    grants: {
      secrets: present(env.GRANT_SECRET, env.GRANT_SECRET_PREVIOUS),
      jwks: env.GRANT_JWKS,
      jwksUrl: env.GRANT_JWKS_URL,
      issuer: env.GRANT_ISSUER,
      jwksMaxAgeSeconds: env.GRANT_JWKS_MAX_AGE,
    },
    hasConsole: env.CONSOLE === "on",
    agoraApi:
      customerId && customerSecret
        ? { url: env.AGORA_API_URL, customerId, customerSecret }
        : undefined,
  };
}

function present<T>(...values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}

function jsonOf(value: string): unknown {
  const parsed = parseJson(value);
  return parsed.ok ? parsed.value : undefined;
}
