/** Finds the decoders' wasm in the packages on disk. Node only. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { compileWasm } from "./image/web-assembly.ts";
import type { WasmLoader, WasmName } from "./wasm-loader.ts";

const FILES: Record<WasmName, string> = {
  jpeg: "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
  png: "@jsquash/png/codec/pkg/squoosh_png_bg.wasm",
  webp: "@jsquash/webp/codec/dec/webp_dec.wasm",
  avif: "@jsquash/avif/codec/dec/avif_dec.wasm",
  chromaprint: "@unimusic/chromaprint/dist/chromaprint.wasm",
};

const require = createRequire(import.meta.url);

export const nodeWasmLoader: WasmLoader = async (name) => compileWasm(await readFile(require.resolve(FILES[name])));
