/** The wasm decoders of @jsquash: mozjpeg, Rust's png and libwebp, the same bytes in Node and browser. */
import type { ImageDecoders, Pixels } from "./decoders.ts";
import { instantiateWasm, type WasmInstance, type WasmModule } from "./web-assembly.ts";

/** Names of the wasm modules that a loader has to find. */
export type WasmName = "jpeg" | "png" | "webp";

type EmscriptenDecoder = { decode(bytes: Uint8Array, ...options: boolean[]): Pixels | null };
type EmscriptenFactory = (options: object) => Promise<EmscriptenDecoder>;

/** mozjpeg's `preserveOrientation`: false gives pixels as stored; we turn them ourselves, alike for every format. */
const STORED_ORIENTATION = false;

/** Above this many pixels an instance is dropped after use: wasm memory grows and never shrinks. */
const KEEP_PIXELS = 4_000_000;

/**
 * Builds the three decoders over a loader of compiled wasm. Code and wasm of a format are loaded on its first picture.
 * @param loadWasm finds and compiles a decoder's module
 */
export function jsquashDecoders(loadWasm: (name: WasmName) => Promise<WasmModule>): ImageDecoders {
  const jpeg = emscripten(async () => {
    const { default: factory } = await import("@jsquash/jpeg/codec/dec/mozjpeg_dec.js");
    return { factory: factory as unknown as EmscriptenFactory, module: await loadWasm("jpeg") };
  }, STORED_ORIENTATION);
  const webp = emscripten(async () => {
    const { default: factory } = await import("@jsquash/webp/codec/dec/webp_dec.js");
    return { factory: factory as unknown as EmscriptenFactory, module: await loadWasm("webp") };
  });
  const png = once(async () => {
    const codec = await import("@jsquash/png/codec/pkg/squoosh_png.js");
    await codec.default(await loadWasm("png"));
    return codec;
  });
  return {
    "image/jpeg": jpeg,
    "image/webp": webp,
    "image/png": async (bytes) => (await png()).decode(bytes) as Pixels,
  };
}

function emscripten(load: () => Promise<{ factory: EmscriptenFactory; module: WasmModule }>, ...options: boolean[]) {
  const code = once(load);
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

/** Runs `load` on the first call; a failure is not remembered, so that the next call tries again. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | null = null;
  return () => {
    promise ??= load().catch((error: unknown) => {
      promise = null;
      throw error;
    });
    return promise;
  };
}
