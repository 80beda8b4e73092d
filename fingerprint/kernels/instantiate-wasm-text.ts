import { compileWasmNow, instantiateWasm, type WasmModule } from "../image/web-assembly.ts";

const modules = new Map<string, WasmModule>();

/**
 * An instance of a small wasm module that needs no imports, from its base64 text: no file to find and nothing to fetch,
 * so it works at once wherever the code runs. A text is compiled once.
 */
export function instantiateWasmText(text: string): object {
  let module = modules.get(text);
  if (!module) {
    const binary = atob(text);
    module = compileWasmNow(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
    modules.set(text, module);
  }
  return instantiateWasm(module, {}).exports;
}
