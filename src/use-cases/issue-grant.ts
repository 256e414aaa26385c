import type { Caller } from "../access/caller.ts";
import { Refusal } from "../errors.ts";
import type { Service as KeyService } from "../keys/versions.ts";
import type { Service } from "../service.ts";

export interface GrantRequest {
  /** Exact names, or a prefix followed by *. */
  readonly channels: readonly string[];
  /** u32; 0 = any uid. */
  readonly uid: number;
  readonly services?: readonly KeyService[] | undefined;
  /** 1 to 86,400 seconds. */
  readonly expiresIn: number;
  readonly maxKeyExpiresIn?: number | undefined;
  /** Left out: `uid-` and the uid. */
  readonly subject?: string | undefined;
}

export interface IssuedGrant {
  readonly grant: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** Signs a grant for a client. For service keys. Throws a Refusal. */
export async function issueGrant(
  { grants, host }: Service,
  caller: Caller,
  request: GrantRequest,
): Promise<IssuedGrant> {
  if (caller.kind !== "service")
    throw new Refusal("forbidden", "Grants are given to service keys alone.");
  const { channels, uid, services, expiresIn, maxKeyExpiresIn, subject = `uid-${uid}` } = request;
  const now = host.now();
  const expiresAt = now + expiresIn;
  const grant = await grants.sign(
    { subject, channels, uid, services, maxKeyExpiresInSeconds: maxKeyExpiresIn },
    now,
    expiresAt,
  );
  return { grant, expiresAt };
}
