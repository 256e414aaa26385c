// The library: what `import … from "latchkey"` gives. It knows nothing of HTTP, and needs no promise.

export type { ChannelKeyFields } from "./keys/fields.ts";
export { hmacSha1 } from "./keys/hmac.ts";
export { type InspectedKey, inspect, MalformedKeyError } from "./keys/inspect.ts";
export { createSigner, type Signer, type SignerOptions } from "./keys/signer.ts";
export type { Permission, Service, Version } from "./keys/versions.ts";
