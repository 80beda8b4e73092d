/** Fingerprints in the browser: all of `index.ts` with the wasm decoders fetched by the bundler's URLs. */
import { installWasmLoader } from "./wasm-loader.ts";
import { browserWasmLoader } from "./wasm-loader-browser.ts";

installWasmLoader(browserWasmLoader);

export * from "./index.ts";
