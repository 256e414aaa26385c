// The library: what `import … from "latchkey"` gives. It knows nothing of HTTP, and no call of it
// returns a promise.

export type { ChannelKeyFields } from "./fields.ts";
export { hmacSha1 } from "./hmac.ts";
export { type InspectedKey, inspect, MalformedKeyError } from "./parse.ts";
export { createSigner, type Signer, type SignerOptions } from "./signer.ts";
export type { Permission, Service, Version } from "./versions.ts";
