// Which key a request asks for: its version, service and permission, and of an access token its
// role or privileges. Pure.

import type { SharedKeyRequest } from "../contract/requests.ts";
import type { RtcPrivileges } from "../contract/values.ts";
import { compatibilityErrors, type FieldError } from "../keys/fields.ts";
import type { Role } from "../keys/role.ts";
import {
  newestVersionFor,
  platformDifference,
  type Sdk,
  sdkObjection,
} from "../keys/sdk-versions.ts";
import {
  isAccessTokenVersion,
  KEY_VERSIONS,
  type KeyVersion,
  type Permission,
  type Service,
  VERSION_TRAITS,
} from "../keys/versions.ts";
import { ACCESS_TOKEN_MAX_SECONDS } from "../platform/limits.ts";

export interface KeyFormat {
  readonly version: KeyVersion;
  readonly service: Service;
  readonly permission: Permission | undefined;
  /** Of an access token: a role, or else privileges. Channel keys have neither. */
  readonly role: Role | undefined;
  readonly privileges: RtcPrivileges | undefined;
}

/** What stands for what a request leaves out. */
export interface FormatDefaults {
  /** Where it names neither a version nor an SDK. */
  readonly version: KeyVersion;
  /** The versions that the caller may have, ascending. */
  readonly allowed: readonly KeyVersion[];
  /** How the caller's grant names its user; undefined: it does not. */
  readonly user: "uid" | "account" | undefined;
  readonly role: Role;
}

/** How a request names its users: `uid` or `account` for one, `uids` or `accounts` for many. */
export interface UserFields {
  readonly uidPath: "uid" | "uids";
  readonly accountPath: "account" | "accounts";
  readonly hasUid: boolean;
  readonly hasAccount: boolean;
}

type Fields = Partial<SharedKeyRequest>;

/** For a request in which `formatErrors` finds nothing. */
export function resolveFormat(
  request: SharedKeyRequest,
  users: UserFields,
  defaults: FormatDefaults,
): KeyFormat {
  const { service, permission, privileges } = request;
  const version = chooseVersion(request, users, defaults);
  const hasRole = isAccessTokenVersion(version) && privileges === undefined;
  const role = hasRole ? (request.role ?? defaults.role) : undefined;
  return { version, service, permission, role, privileges };
}

/**
 * What contradicts itself, and what a version, an SDK or a service has not, or needs and lacks:
 * every such field at once.
 */
export function formatErrors(
  fields: Fields,
  invalid: ReadonlySet<string>,
  users: UserFields,
  defaults: FormatDefaults,
): FieldError[] {
  const has = (name: "role" | "privileges") => fields[name] !== undefined || invalid.has(name);
  const together = togetherErrors(users, has("role"), has("privileges"));
  if (fields.platform !== undefined && fields.sdkVersion === undefined) {
    together.push({ path: "platform", message: "is of use together with sdkVersion alone" });
  }
  const isUnclear = ["version", "sdkVersion", "platform", "service"].some((name) =>
    invalid.has(name),
  );
  const ofVersion = isUnclear ? [] : versionErrors(fields, invalid, users, defaults);
  const errors = [...together, ...ofVersion].filter(({ path }) => !invalid.has(path));
  // Of each field the first problem.
  return errors.filter(({ path }, i) => errors.findIndex((other) => other.path === path) === i);
}

function togetherErrors(
  { uidPath, accountPath, hasUid, hasAccount }: UserFields,
  hasRole: boolean,
  hasPrivileges: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const add = (path: string, other: string) =>
    errors.push({ path, message: `can't be given together with ${other}` });
  if (hasUid && hasAccount) add(accountPath, uidPath);
  if (hasRole && hasPrivileges) add("privileges", "role");
  return errors;
}

function versionErrors(
  fields: Fields,
  invalid: ReadonlySet<string>,
  users: UserFields,
  defaults: FormatDefaults,
): FieldError[] {
  const version = chooseVersion(fields, users, defaults);
  const objections = sdkErrors(fields, version);
  if (objections.length > 0) return objections;
  // The caller may have no version that the request could mean: the policy says so.
  if (fields.version === undefined && !defaults.allowed.includes(version)) return [];
  const errors = [
    ...carriedErrors(fields, version, users, defaults),
    ...tokenFieldErrors(fields, invalid, version, users),
  ];
  const sdk = sdkOf(fields);
  if (sdk === undefined || fields.version !== undefined) return errors;
  // Only where the SDK chose the version, and not GRANT_KEY_VERSIONS, is the SDK the reason.
  if (version !== newestVersionFor(sdk, KEY_VERSIONS)) return errors;
  return errors.map((error) => withSdk(error, sdk, version, fields, users));
}

function sdkOf({ sdkVersion, platform }: Fields): Sdk | undefined {
  return sdkVersion === undefined ? undefined : { sdkVersion, platform };
}

/** Why the client's SDK can't use this version, or which platform's it is. */
function sdkErrors(fields: Fields, version: KeyVersion): FieldError[] {
  const sdk = sdkOf(fields);
  if (sdk === undefined) return [];
  const difference = platformDifference(sdk, fields.version);
  if (difference !== undefined) {
    return fields.version === undefined
      ? [{ path: "platform", message: `is required: ${difference}` }]
      : [{ path: "version", message: `${difference}: name the platform` }];
  }
  const objection = sdkObjection(sdk, version, fields.service ?? "mediaChannel");
  if (objection === undefined) return [];
  return [{ path: fields.version === undefined ? "sdkVersion" : "version", message: objection }];
}

/** The rules that every version has. */
function carriedErrors(
  {
    service = "mediaChannel",
    permission,
    expiresIn,
    expiresAt,
    version: named,
    sdkVersion,
  }: Fields,
  version: KeyVersion,
  { uidPath, hasUid, hasAccount }: UserFields,
  { user }: FormatDefaults,
): FieldError[] {
  const isImplied = user !== undefined && version !== 1;
  const errors = compatibilityErrors({
    version,
    service,
    permission,
    // An account that the version can't carry is named for itself.
    uid: { path: uidPath, given: hasUid || (version !== 1 && hasAccount) || isImplied },
    expiry: {
      path: expiresAt === undefined ? "expiresIn" : "expiresAt",
      given: (expiresIn ?? expiresAt) !== undefined,
    },
  });
  const isGrantsAccount = isImplied && user === "account" && !hasUid && !hasAccount;
  if (isGrantsAccount && !isAccessTokenVersion(version)) {
    const path = named === undefined && sdkVersion !== undefined ? "sdkVersion" : "version";
    const message = `version ${version} carries no account, and the grant's user has one`;
    errors.push({ path, message });
  }
  return errors;
}

/** What access tokens alone have, and what they alone have not. */
function tokenFieldErrors(
  fields: Fields,
  invalid: ReadonlySet<string>,
  version: KeyVersion,
  { accountPath, hasAccount }: UserFields,
): FieldError[] {
  if (isAccessTokenVersion(version)) {
    const { expiresIn } = fields;
    const isRight =
      expiresIn === undefined || (expiresIn >= 1 && expiresIn <= ACCESS_TOKEN_MAX_SECONDS);
    const message = `must be 1 to ${ACCESS_TOKEN_MAX_SECONDS} (seconds) in version ${version}`;
    return isRight ? [] : [{ path: "expiresIn", message }];
  }
  const given = (["role", "privileges"] as const).filter(
    (name) => fields[name] !== undefined || invalid.has(name),
  );
  return [...(hasAccount ? [accountPath] : []), ...given].map((path) => ({
    path,
    message: `version ${version} carries no ${path === "accounts" ? "account" : path}`,
  }));
}

/** The request names no version: it knows its SDK alone, so the reason must begin there. */
function withSdk(
  error: FieldError,
  { sdkVersion }: Sdk,
  version: KeyVersion,
  { service }: Fields,
  { uidPath, accountPath }: UserFields,
): FieldError {
  const { carriesUid, carriesExpiry } = VERSION_TRAITS[version];
  const isToken = isAccessTokenVersion(version);
  const lacks: Readonly<Record<string, string | false>> = {
    service: `has no ${service}`,
    [uidPath]: !carriesUid && "carries no uid",
    [accountPath]: !isToken && "carries no account",
    role: !isToken && "carries no role",
    privileges: !isToken && "carries no privileges",
    expiresIn: !carriesExpiry && "carries no expiry",
    expiresAt: !carriesExpiry && "carries no expiry",
  };
  const lack = lacks[error.path];
  if (!lack || error.message.startsWith("can't")) return error;
  const understood = version === 1 ? "version 1 alone" : `version ${version} at most`;
  return { ...error, message: `SDK ${sdkVersion} understands ${understood}, which ${lack}` };
}

/**
 * As asked; else the newest that the SDK understands and the caller may have; else the deployment's
 * default, or 7 where only an access token can say what is asked.
 */
function chooseVersion(fields: Fields, users: UserFields, defaults: FormatDefaults): KeyVersion {
  if (fields.version !== undefined) return fields.version;
  const sdk = sdkOf(fields);
  if (sdk !== undefined) {
    const newest = newestVersionFor(sdk, defaults.allowed) ?? newestVersionFor(sdk, KEY_VERSIONS);
    return newest ?? defaults.version;
  }
  if (isAccessTokenVersion(defaults.version)) return defaults.version;
  return needsToken(fields, users, defaults) ? 7 : defaults.version;
}

/** Channel keys carry no account, and of all roles only an in-channel permission. */
function needsToken(
  { role, privileges, service = "mediaChannel", permission }: Fields,
  { hasUid, hasAccount }: UserFields,
  defaults: FormatDefaults,
): boolean {
  const isAccount = hasAccount || (!hasUid && defaults.user === "account");
  const isPlain = service === "mediaChannel" && permission === undefined;
  const isSubscriber = isPlain && defaults.role === "subscriber";
  return isAccount || isSubscriber || role !== undefined || privileges !== undefined;
}
