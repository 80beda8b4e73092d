/** Loads the decoders' wasm from the URLs that the bundler gives it. */
import jpegUrl from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm?url";
import pngUrl from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?url";
import webpUrl from "@jsquash/webp/codec/dec/webp_dec.wasm?url";
import { ColophonError } from "../../common/errors.ts";
import type { ImageDecoders } from "./decoders.ts";
import { jsquashDecoders, type WasmName } from "./jsquash-decoders.ts";
import { compileWasm } from "./web-assembly.ts";

const URLS: Record<WasmName, string> = { jpeg: jpegUrl, png: pngUrl, webp: webpUrl };

/** Picture decoders for the browser; each is fetched when its first picture arrives. */
export const browserDecoders: ImageDecoders = jsquashDecoders(async (name) => {
  const response = await fetch(URLS[name]);
  if (!response.ok) {
    throw new ColophonError("DECODER_MISSING", `The ${name} decoder could not be loaded (HTTP ${response.status}).`, {
      status: 500,
    });
  }
  return compileWasm(await response.arrayBuffer());
});
