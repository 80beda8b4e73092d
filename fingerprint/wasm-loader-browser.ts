/// <reference path="./wasm-url.d.ts" />
/** Fetches the decoders' wasm from the URLs that the bundler gives it. */
import avifUrl from "@jsquash/avif/codec/dec/avif_dec.wasm?url";
import jpegUrl from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm?url";
import pngUrl from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm?url";
import webpUrl from "@jsquash/webp/codec/dec/webp_dec.wasm?url";
import chromaprintUrl from "@unimusic/chromaprint/dist/chromaprint.wasm?url";
import { ColophonError } from "../common/errors.ts";
import { compileWasm } from "./image/web-assembly.ts";
import type { WasmLoader, WasmName } from "./wasm-loader.ts";

const URLS: Record<WasmName, string> = {
  jpeg: jpegUrl,
  png: pngUrl,
  webp: webpUrl,
  avif: avifUrl,
  chromaprint: chromaprintUrl,
};

/** Each module is fetched when its first file arrives. */
export const browserWasmLoader: WasmLoader = async (name) => {
  const response = await fetch(URLS[name]);
  if (!response.ok) {
    throw new ColophonError("DECODER_MISSING", `The ${name} decoder could not be loaded (HTTP ${response.status}).`, {
      status: 500,
    });
  }
  return compileWasm(await response.arrayBuffer());
};
