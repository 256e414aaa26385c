// In Node and browsers the module's bytes are inside the script and are compiled as it is loaded.
// The build takes this file instead of module.ts, and replaces the import by the bytes.
import bytes from "../../build/core.wasm";

// Workers cannot compile bytes, and their types say so. Here it is possible.
const Module = WebAssembly.Module as unknown as new (bytes: unknown) => WebAssembly.Module;

export const coreModule: WebAssembly.Module = new Module(bytes);
