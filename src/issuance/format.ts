// Which key a request asks for: its version, service and permission. Pure.

import type { SharedKeyRequest } from "../contract/requests.ts";
import { compatibilityErrors, type FieldError } from "../keys/fields.ts";
import { newestVersionFor, sdkObjection } from "../keys/sdk-versions.ts";
import {
  type Permission,
  type Service,
  VERSION_TRAITS,
  VERSIONS,
  type Version,
} from "../keys/versions.ts";

export interface KeyFormat {
  readonly version: Version;
  readonly service: Service;
  readonly permission: Permission | undefined;
}

/** What a request gets that names no version. */
export interface VersionChoice {
  /** Where it does not name an SDK either. */
  readonly defaultVersion: Version;
  /** Those that the caller may have, ascending. */
  readonly allowed: readonly Version[];
}

/** How a request names its users. */
export interface UidField {
  /** `uid` for one, `uids` for many. */
  readonly path: "uid" | "uids";
  readonly isGiven: boolean;
  /** Whether the caller's grant names the uid where the request does not. */
  readonly isImplied: boolean;
}

/** For a request in which `formatErrors` finds nothing. */
export function resolveFormat(request: SharedKeyRequest, choice: VersionChoice): KeyFormat {
  const { service, permission } = request;
  return { version: chooseVersion(request, choice), service, permission };
}

/** What a version, an SDK or a service has not, or needs and lacks: every such field at once. */
export function formatErrors(
  fields: Partial<SharedKeyRequest>,
  invalid: ReadonlySet<string>,
  uid: UidField,
  choice: VersionChoice,
): FieldError[] {
  if (["version", "sdkVersion", "service"].some((name) => invalid.has(name))) return [];
  const { sdkVersion, service = "mediaChannel", permission, expiresIn, expiresAt } = fields;
  const version = chooseVersion(fields, choice);
  const objection =
    sdkVersion === undefined ? undefined : sdkObjection(sdkVersion, version, service);
  if (objection !== undefined) {
    const path = fields.version === undefined ? "sdkVersion" : "version";
    return [{ path, message: objection }];
  }
  // The caller may have no version that the request could mean: the policy says so.
  if (fields.version === undefined && !choice.allowed.includes(version)) return [];
  const expiry = {
    path: expiresAt === undefined ? "expiresIn" : "expiresAt",
    given: (expiresIn ?? expiresAt) !== undefined,
  };
  const errors = compatibilityErrors({
    version,
    service,
    permission,
    uid: { path: uid.path, given: uid.isGiven || (uid.isImplied && version !== 1) },
    expiry,
  });
  const named = errors.filter(({ path }) => !invalid.has(path));
  if (sdkVersion === undefined || fields.version !== undefined) return named;
  // Only where the SDK chose the version, and not GRANT_KEY_VERSIONS, is the SDK the reason.
  if (version !== newestVersionFor(sdkVersion, VERSIONS)) return named;
  const { carriesUid, carriesExpiry } = VERSION_TRAITS[version];
  const lacks: Record<string, string | false> = {
    service: `has no ${service}`,
    [uid.path]: !carriesUid && "carries no uid",
    [expiry.path]: !carriesExpiry && "carries no expiry",
  };
  // The request names no version: it knows its SDK alone, so the reason must begin there.
  const understood = version === 1 ? "version 1 alone" : `version ${version} at most`;
  return named.map((error) => {
    const lack = lacks[error.path];
    if (!lack) return error;
    return { ...error, message: `SDK ${sdkVersion} understands ${understood}, which ${lack}` };
  });
}

/**
 * As asked; else the newest that the SDK understands and the caller may have; else the deployment's
 * default.
 */
function chooseVersion(
  { version, sdkVersion }: Partial<SharedKeyRequest>,
  { defaultVersion, allowed }: VersionChoice,
): Version {
  if (version !== undefined) return version;
  if (sdkVersion === undefined) return defaultVersion;
  return (
    newestVersionFor(sdkVersion, allowed) ??
    newestVersionFor(sdkVersion, VERSIONS) ??
    defaultVersion
  );
}
