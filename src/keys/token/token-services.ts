// What access tokens 006 and 007 carry (the vendor's AccessToken and AccessToken2), as data.

/** The number of each service in a 007 token, in ascending order: the order of packing. */
export const SERVICE_TYPES = {
  rtc: 1,
  rtm: 2,
  streaming: 3,
  fpa: 4,
  chat: 5,
  fcdn: 6,
  apaas: 7,
  rtm2: 8,
} as const;
export type ServiceType = keyof typeof SERVICE_TYPES;

/** The number of each privilege within its service, in ascending order. */
export const PRIVILEGES = {
  rtc: { joinChannel: 1, publishAudio: 2, publishVideo: 3, publishData: 4 },
  rtm: { login: 1 },
  streaming: { publishMixStream: 1, publishRawStream: 2 },
  fpa: { login: 1 },
  chat: { user: 1, app: 2 },
  fcdn: { publish: 1, play: 2 },
  apaas: { roomUser: 1, user: 2, app: 3 },
  rtm2: { login: 1 },
} as const satisfies Readonly<Record<ServiceType, Readonly<Record<string, number>>>>;

/** 006 has no services: all its privileges are in one map. */
export const PRIVILEGES_006 = { ...PRIVILEGES.rtc, rtmLogin: 1000 } as const;

/** Of each privilege that is granted: its end. What is left out is denied. */
export type Privileges<Type extends ServiceType> = Readonly<
  Partial<Record<keyof (typeof PRIVILEGES)[Type], number>>
>;

/** A name of a privilege of any service. */
export type PrivilegeName = { [T in ServiceType]: keyof (typeof PRIVILEGES)[T] }[ServiceType];

/** What an rtm2 service may read and write. Numbers in the token, ascending: their place here. */
export const RTM2_RESOURCES = [
  "messageChannels",
  "streamChannels",
  "groupChannels",
  "serverGroups",
  "users",
] as const;
export const RTM2_RIGHTS = ["read", "write"] as const;
export type Rtm2Permissions = Readonly<
  Partial<
    Record<
      (typeof RTM2_RESOURCES)[number],
      Readonly<Partial<Record<(typeof RTM2_RIGHTS)[number], readonly string[]>>>
    >
  >
>;

/** A uid (u32; 0 = any user, packed as the empty text) or an account; one of them. */
export type TokenUser =
  | { readonly uid: number; readonly account?: undefined }
  | { readonly account: string; readonly uid?: undefined };

interface InChannel<Type extends "rtc" | "streaming" | "fcdn"> {
  readonly type: Type;
  readonly channel: string;
  readonly privileges: Privileges<Type>;
}

/**
 * A service of a 007 token. Each privilege has its seconds from the token's issue (u32). The vendor
 * reads 0 as "no end of its own".
 */
export type TokenService =
  | (InChannel<"rtc"> & TokenUser)
  | (InChannel<"streaming"> & TokenUser)
  | (InChannel<"fcdn"> & TokenUser)
  | { readonly type: "rtm"; readonly userId: string; readonly privileges: Privileges<"rtm"> }
  | { readonly type: "fpa"; readonly privileges: Privileges<"fpa"> }
  /** `userId` is empty for the privilege `app`. */
  | { readonly type: "chat"; readonly userId: string; readonly privileges: Privileges<"chat"> }
  | {
      readonly type: "apaas";
      /** Empty where the privilege needs none. */
      readonly roomUuid: string;
      readonly userUuid: string;
      /** An i16; -1 = none. */
      readonly role: number;
      readonly privileges: Privileges<"apaas">;
    }
  | {
      readonly type: "rtm2";
      readonly userId: string;
      readonly permissions: Rtm2Permissions;
      readonly privileges: Privileges<"rtm2">;
    };
