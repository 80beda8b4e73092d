/** Which engine makes canonical outputs: its name and version in receipts, and the wasm binary it is pinned to. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Hash, sha256Hex } from "../../common/digest.ts";

/** Name of this engine in receipts; the version changes when equal specifications may give other bytes. */
export const ENGINE_NAME = "colophon-wasm";
export const ENGINE_VERSION = "1.1.0";

/** SHA-256 of the binary that canonical outputs are computed with. */
export const PINNED_WASM_SHA256: Hash = "0x77ebb28a6d34f371dbbf2086b7f2de8994acd8ea5a3cf1fa24d2c26c840cac7b";

/** Path of the SIMD binary in the installed package. */
export function wasmBinaryPath(): string {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  return join(dirname(entry), "tfjs-backend-wasm-simd.wasm");
}

/** SHA-256 of the installed binary. */
export async function installedWasmSha256(): Promise<Hash> {
  return sha256Hex(await readFile(wasmBinaryPath()));
}
