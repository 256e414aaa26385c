// The client library: what `import … from "latchkey/client"` gives. It depends on nothing, the Worker's code included.

export { KeySourceError } from "./client/errors.ts";
export { createKeySource } from "./client/key-source.ts";
export type { AgoraClient } from "./client/sdk.ts";
export type {
  Fetch,
  KeyAnswer,
  KeySource,
  KeySourceEvents,
  KeySourceOptions,
  Permission,
  Service,
} from "./client/types.ts";
