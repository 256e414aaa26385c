// The library: what `import … from "latchkey"` gives. It knows nothing of HTTP, and no call of it
// returns a promise.

export type { ChannelKeyFields } from "./fields.ts";
export { hmacSha1, hmacSha256 } from "./hmac.ts";
export { type InspectedKey, inspect, MalformedKeyError } from "./parse.ts";
export { createSigner, type Signer, type SignerOptions } from "./signer.ts";
export type { SharedTokenFields } from "./token/sign-tokens.ts";
export type {
  AccessTokenFields,
  RtcToken006,
  RtmToken006,
  Token007,
} from "./token/token-fields.ts";
export type {
  Privileges,
  Rtm2Permissions,
  ServiceType,
  TokenService,
  TokenUser,
} from "./token/token-services.ts";
export type { Permission, Service, Version } from "./versions.ts";
