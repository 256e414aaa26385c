// The client library: what `import … from "latchkey/client"` gives. It has no dependencies; of the
// rest of src/ it takes types alone.

export type { IssuedKey } from "../contract/responses.ts";
export type { FieldError } from "../keys/fields.ts";
export type { Role } from "../keys/role.ts";
export type { Platform } from "../keys/sdk-versions.ts";
export type { KeyVersion, Permission, Service, Version } from "../keys/versions.ts";
export type { AgoraClient } from "./agora-client.ts";
export type { Fetch } from "./environment.ts";
export { createKeySource } from "./key-source.ts";
export { KeySourceError } from "./key-source-error.ts";
export type { FetchedGrant, KeySource, KeySourceEvents, KeySourceOptions } from "./public-types.ts";
