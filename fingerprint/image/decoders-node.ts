/** Loads the decoders' wasm from the packages on disk. Node only. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { ImageDecoders } from "./decoders.ts";
import { jsquashDecoders, type WasmName } from "./jsquash-decoders.ts";
import { compileWasm } from "./web-assembly.ts";

const FILES: Record<WasmName, string> = {
  jpeg: "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
  png: "@jsquash/png/codec/pkg/squoosh_png_bg.wasm",
  webp: "@jsquash/webp/codec/dec/webp_dec.wasm",
};

const require = createRequire(import.meta.url);

/** Picture decoders for Node. */
export const nodeDecoders: ImageDecoders = jsquashDecoders(async (name) =>
  compileWasm(await readFile(require.resolve(FILES[name]))),
);
