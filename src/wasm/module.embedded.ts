// In Node and browsers the module's bytes travel inside the script and are compiled at once. The build puts this file in the
// place of module.ts, and the bytes in the place of the import.
import bytes from "../../build/core.wasm";

// The types of Workers know no compiling from bytes, which is right there and wrong here.
const Module = WebAssembly.Module as unknown as new (bytes: unknown) => WebAssembly.Module;

export const coreModule: WebAssembly.Module = new Module(bytes);
