// How Agora's SDKs report a key or token that is refused: each number with the names that SDKs give
// it. Native: IAgoraRtcEngine.h before 2.1 for keys, AgoraBase.h of 4.x for tokens. Web: the
// vendor's pages "Error Codes and Warning Codes" (2.x) and "How to solve token-related errors", and
// the tables inside AgoraRTC 4.x.

export interface SdkError {
  readonly number: number;
  /** An SDK's name for it. A number may have several: one entry for each. */
  readonly name?: string;
}

function named(number: number, ...names: string[]): readonly SdkError[] {
  return names.map((name) => ({ number, name }));
}

export const INVALID_APP_ID = named(
  101,
  "ERR_INVALID_APP_ID",
  "ERR_INVALID_VENDOR_KEY",
  "INVALID_VENDOR_KEY",
);

/** Also what native SDKs report in a call when the key expires. */
export const JOINED_TOO_LATE = named(
  109,
  "ERR_CHANNEL_KEY_EXPIRED",
  "ERR_DYNAMIC_KEY_TIMEOUT",
  "DYNAMIC_KEY_TIMEOUT",
);

export const EXPIRED = [
  ...JOINED_TOO_LATE,
  ...named(118, "ERR_DYNAMIC_KEY_EXPIRED", "DYNAMIC_KEY_EXPIRED"),
];

export const INVALID_KEY = named(
  110,
  "ERR_INVALID_CHANNEL_KEY",
  "ERR_NO_AUTHORIZED",
  "NO_AUTHORIZED",
);

// Web SDKs have the same names for tokens as for keys.
export const TOKEN_EXPIRED = named(
  109,
  "ERR_TOKEN_EXPIRED",
  "ERR_DYNAMIC_KEY_TIMEOUT",
  "DYNAMIC_KEY_TIMEOUT",
);

export const INVALID_TOKEN = named(110, "ERR_INVALID_TOKEN", "ERR_NO_AUTHORIZED", "NO_AUTHORIZED");

/** The web SDK alone. The last name is the SDK's own spelling; the others are in its documents. */
export const KEY_WITHOUT_CERTIFICATE = named(
  119,
  "ERR_STATIC_USE_DYNAMIC_KEY",
  "STATIC_USE_DYNAMIC_KEY",
  "ERR_STATIC_USE_DYANMIC_KE",
);
