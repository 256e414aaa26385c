// Types of the service's code that the page shares lead to the core, which the page does not load.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
