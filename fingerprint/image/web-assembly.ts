/** The little of WebAssembly that decoders need, typed here because neither Node's nor the language's types have it. */

/** A compiled module. */
export type WasmModule = { readonly brand?: "WebAssembly.Module" };

/** A module linked to its imports. */
export type WasmInstance = { readonly exports: object };

type WasmApi = {
  compile(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<WasmModule>;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  Instance: new (module: WasmModule, imports: object) => WasmInstance;
};

const api = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;

/** Compiles wasm bytes. */
export function compileWasm(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<WasmModule> {
  return api.compile(bytes);
}

/** Compiles wasm bytes at once: for kernels of a few KB. */
export function compileWasmNow(bytes: Uint8Array<ArrayBuffer>): WasmModule {
  return new api.Module(bytes);
}

/** Links a module; its start function runs. */
export function instantiateWasm(module: WasmModule, imports: object): WasmInstance {
  return new api.Instance(module, imports);
}
