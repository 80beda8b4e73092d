/** Where the wasm decoders come from: Node and browser find the same files differently, so the finder is handed in. */
import { ColophonError } from "../common/errors.ts";
import type { WasmModule } from "./image/web-assembly.ts";

/** Names of the wasm modules that a loader has to find. */
export type WasmName = "jpeg" | "png" | "webp" | "avif" | "chromaprint";

/** Finds and compiles a module. */
export type WasmLoader = (name: WasmName) => Promise<WasmModule>;

let installed: WasmLoader | null = null;

/** Sets the loader of this process or page. `node.ts` and `browser.ts` do so on import. */
export function installWasmLoader(loader: WasmLoader): void {
  installed = loader;
}

/** @throws ColophonError DECODER_MISSING when neither `node.ts` nor `browser.ts` has been imported */
export async function loadWasm(name: WasmName): Promise<WasmModule> {
  if (installed) return installed(name);
  throw new ColophonError(
    "DECODER_MISSING",
    "Import fingerprint/node.ts or fingerprint/browser.ts to read pictures and sound.",
    { status: 500 },
  );
}

/** Runs `load` on the first call; a failure is not remembered, so that the next call tries again. */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | null = null;
  return () => {
    promise ??= load().catch((error: unknown) => {
      promise = null;
      throw error;
    });
    return promise;
  };
}
