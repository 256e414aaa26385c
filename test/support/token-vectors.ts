// The vendor's vectors of access tokens, in the library's words. Their services have numbers for
// names, and an empty account is uid 0.

import type { AccessTokenFields, TokenService } from "latchkey";
import vectors006 from "../vectors/access-token-006.json";
import vectors007 from "../vectors/access-token-007.json";

export interface TokenVector {
  readonly appId: string;
  readonly appCertificate: string;
  readonly fields: AccessTokenFields;
  readonly key: string;
}

const NAMES_006: Record<string, string> = {
  1: "joinChannel",
  2: "publishAudio",
  3: "publishVideo",
  4: "publishData",
  1000: "rtmLogin",
};
const RTC = ["joinChannel", "publishAudio", "publishVideo", "publishData"];
const SERVICES: Record<number, { type: string; privileges: string[] }> = {
  1: { type: "rtc", privileges: RTC },
  2: { type: "rtm", privileges: ["login"] },
  3: { type: "streaming", privileges: ["publishMixStream", "publishRawStream"] },
  4: { type: "fpa", privileges: ["login"] },
  5: { type: "chat", privileges: ["user", "app"] },
  6: { type: "fcdn", privileges: ["publish", "play"] },
  7: { type: "apaas", privileges: ["roomUser", "user", "app"] },
};

interface VectorService {
  readonly type: number;
  readonly privileges: Readonly<Record<string, number>>;
  readonly channel?: string;
  readonly account?: string;
  readonly room?: string;
  readonly role?: number;
}

const userOf = (account: string) => (account === "" ? { uid: 0 } : { account });

function serviceOf({ type: number, channel, account = "", room, role, ...service }: VectorService) {
  const { type, privileges: names } = SERVICES[number] ?? { type: "", privileges: [] };
  const privileges = Object.fromEntries(
    Object.entries(service.privileges).map(([key, value]) => [names[Number(key) - 1], value]),
  );
  if (channel !== undefined) return { type, channel, ...userOf(account), privileges };
  if (room !== undefined) return { type, roomUuid: room, userUuid: account, role, privileges };
  return { type, ...(type !== "fpa" && { userId: account }), privileges };
}

/** 120 tokens 006, computed with the vendor's C++ code. */
export const VECTORS_006: TokenVector[] = vectors006.map(
  ({ appId, appCertificate, key, version: _, account, privileges, ...rest }) => ({
    appId,
    appCertificate,
    key,
    fields: {
      version: 6,
      ...rest,
      ...userOf(account),
      privileges: Object.fromEntries(
        Object.entries(privileges).map(([number, value]) => [NAMES_006[number], value]),
      ),
    } as AccessTokenFields,
  }),
);

/** 200 tokens 007, likewise. Their text is compressed; compare what it inflates to. */
export const VECTORS_007: TokenVector[] = vectors007.map(
  ({ appId, appCertificate, key, services, issueTs, expire, salt }) => ({
    appId,
    appCertificate,
    key,
    fields: {
      version: 7,
      issueTs,
      expire,
      salt,
      services: (services as VectorService[]).map(serviceOf) as TokenService[],
    },
  }),
);
