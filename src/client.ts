// The client library: what `import … from "latchkey/client"` gives. It depends on nothing, the Worker's code included.

export { KeySourceError } from "./client/errors.js";
export { createKeySource } from "./client/key-source.js";
export type { AgoraClient } from "./client/sdk.js";
export type {
  Fetch,
  KeyAnswer,
  KeySource,
  KeySourceEvents,
  KeySourceOptions,
  Permission,
  Service,
} from "./client/types.js";
