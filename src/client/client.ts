// The client library: what `import … from "latchkey/client"` gives. It depends on nothing, the Worker's code included.

export type { AgoraClient } from "./agora-client.ts";
export { createKeySource } from "./key-source.ts";
export { KeySourceError } from "./key-source-error.ts";
export type {
  Fetch,
  KeyAnswer,
  KeySource,
  KeySourceEvents,
  KeySourceOptions,
  Permission,
  Service,
} from "./public-types.ts";
