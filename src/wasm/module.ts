// In Workers a WebAssembly module is part of the deployment and is compiled before the first
// request.
import module from "../../build/core.wasm";

export const coreModule: WebAssembly.Module = module;
