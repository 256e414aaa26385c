// The library: what `import … from "latchkey"` gives. It knows nothing of HTTP, and needs no promise.

export type { ChannelKeyFields } from "./keys/fields.js";
export { hmacSha1 } from "./keys/hmac.js";
export { type InspectedKey, inspect, MalformedKeyError } from "./keys/inspect.js";
export { createSigner, type Signer, type SignerOptions } from "./keys/signer.js";
export type { Permission, Service, Version } from "./keys/versions.js";
