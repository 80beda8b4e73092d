/** One decoder per format: our own for GIF; mozjpeg, Rust's png, libwebp and libavif as wasm, the same bytes everywhere. */
import { loadWasm, once, type WasmName } from "../wasm-loader.ts";
import type { ImageDecoder, Pixels } from "./decoders.ts";
import { decodeGif } from "./gif.ts";
import type { ImageMediaType } from "./image-header.ts";
import { instantiateWasm, type WasmInstance, type WasmModule } from "./web-assembly.ts";

type EmscriptenDecoder = { decode(bytes: Uint8Array, ...options: (boolean | number)[]): Pixels | null };
type EmscriptenFactory = (options: object) => Promise<EmscriptenDecoder>;

/** mozjpeg's `preserveOrientation`: false gives pixels as stored; we turn them ourselves, alike for every format. */
const STORED_ORIENTATION = false;

/** libavif's depth of the result. */
const EIGHT_BITS = 8;

/** Above this many pixels an instance is dropped after use: wasm memory grows and never shrinks. */
const KEEP_PIXELS = 4_000_000;

const png = once(async () => {
  const codec = await import("@jsquash/png/codec/pkg/squoosh_png.js");
  await codec.default(await loadWasm("png"));
  return codec;
});

/** The decoders. Code and wasm of a format are loaded on its first picture. */
export const IMAGE_DECODERS: Readonly<Record<ImageMediaType, ImageDecoder>> = {
  "image/jpeg": emscripten("jpeg", () => import("@jsquash/jpeg/codec/dec/mozjpeg_dec.js"), STORED_ORIENTATION),
  "image/webp": emscripten("webp", () => import("@jsquash/webp/codec/dec/webp_dec.js")),
  "image/avif": emscripten("avif", () => import("@jsquash/avif/codec/dec/avif_dec.js"), EIGHT_BITS),
  "image/png": async (bytes) => (await png()).decode(bytes) as Pixels,
  "image/gif": async (bytes) => decodeGif(bytes),
};

function emscripten(
  name: WasmName,
  load: () => Promise<{ default: unknown }>,
  ...options: (boolean | number)[]
): ImageDecoder {
  const code = once(async (): Promise<{ factory: EmscriptenFactory; module: WasmModule }> => {
    const { default: factory } = await load();
    return { factory: factory as EmscriptenFactory, module: await loadWasm(name) };
  });
  let kept: EmscriptenDecoder | null = null;
  return async (bytes: Uint8Array): Promise<Pixels> => {
    const { factory, module } = await code();
    const decoder =
      kept ??
      (await factory({
        noInitialRun: true,
        instantiateWasm(imports: object, done: (instance: WasmInstance) => void): object {
          const instance = instantiateWasm(module, imports);
          done(instance);
          return instance.exports;
        },
      }));
    // Kept again only after a clean decode: a decoder that threw may have left its memory in any state.
    kept = null;
    const pixels = decoder.decode(bytes, ...options);
    if (!pixels) throw new Error("the decoder gave no picture");
    if (pixels.width * pixels.height <= KEEP_PIXELS) kept = decoder;
    return pixels;
  };
}
