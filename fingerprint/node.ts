/** Fingerprints in Node: all of `index.ts` with the wasm decoders found on disk and ffmpeg where there is one. */
import { installMediaExtractor } from "./media-extractor.ts";
import { nodeMediaExtractor } from "./media-extractor-node.ts";
import { installWasmLoader } from "./wasm-loader.ts";
import { nodeWasmLoader } from "./wasm-loader-node.ts";

installWasmLoader(nodeWasmLoader);
installMediaExtractor(nodeMediaExtractor);

export * from "./index.ts";
