/** Chromaprint (Lukáš Lalinský, acoustid.org): the wasm build of the npm package, loaded by ourselves. */
import { instantiateWasm, type WasmInstance } from "../image/web-assembly.ts";
import { loadWasm, once } from "../wasm-loader.ts";
import { brokenMedia } from "../media-errors.ts";
import type { Pcm } from "./pcm.ts";

type Exports = {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
  __wasm_call_ctors(): void;
  emscripten_stack_init(): void;
  malloc(bytes: number): number;
  free(pointer: number): void;
  chromaprint_new(algorithm: number): number;
  chromaprint_free(context: number): void;
  chromaprint_start(context: number, sampleRate: number, channels: number): number;
  chromaprint_feed(context: number, samples: number, count: number): number;
  chromaprint_finish(context: number): number;
  chromaprint_get_raw_fingerprint(context: number, data: number, size: number): number;
};

/** The algorithm that `fpcalc` uses and ISO 24138 means: "test 2". */
const ALGORITHM = 1;
/** Samples that are handed over in one call. */
const CHUNK = 65_536;
const PAGE = 65_536;
/** Most memory, bytes; half an hour takes a few MB. */
const MAX_MEMORY = 256 * 1024 * 1024;

const module = once(() => loadWasm("chromaprint"));

/**
 * Raw fingerprint of a sound: about eight values of 32 bits a second, none for less than about 2.6 seconds. Equal to
 * `fpcalc -raw -signed -length 0` where that reads the same samples at 11 025 Hz mono; resampling may flip single bits.
 * @throws ColophonError BROKEN_MEDIA for a sample rate or channel count it does not take, and what reading the samples throws
 */
export async function chromaprint({ sampleRate, channels, blocks }: Pcm): Promise<Int32Array<ArrayBuffer>> {
  const wasm = linked(await module());
  const context = wasm.chromaprint_new(ALGORITHM);
  const samples = wasm.malloc(2 * CHUNK);
  if (!wasm.chromaprint_start(context, sampleRate, channels)) {
    throw brokenMedia(`its sound has ${sampleRate} samples a second in ${channels} channels`);
  }
  // Whole frames only: a call takes samples of all channels.
  const most = CHUNK - (CHUNK % channels);
  for (const block of blocks) {
    for (let at = 0; at < block.length; at += most) {
      const piece = block.subarray(at, at + most);
      new Int16Array(wasm.memory.buffer, samples, piece.length).set(piece);
      if (!wasm.chromaprint_feed(context, samples, piece.length)) throw brokenMedia("its sound cannot be analysed");
    }
  }
  if (!wasm.chromaprint_finish(context)) throw brokenMedia("its sound cannot be analysed");
  const result = wasm.malloc(8);
  const found = wasm.chromaprint_get_raw_fingerprint(context, result, result + 4);
  const view = new DataView(wasm.memory.buffer);
  const size = found ? view.getInt32(result + 4, true) : 0;
  const start = size > 0 ? view.getUint32(result, true) : 0;
  return new Int32Array(wasm.memory.buffer.slice(start, start + 4 * size));
}

/** A fresh instance per sound: nothing of one file can reach another, and its memory goes with it. */
function linked(compiled: object): Exports {
  let exports: Exports;
  const fail = (): never => {
    throw new Error("chromaprint stopped");
  };
  const none = (): number => 0;
  const grow = (size: number): number => {
    const missing = size - exports.memory.buffer.byteLength;
    if (size > MAX_MEMORY) return 0;
    exports.memory.grow(Math.ceil(missing / PAGE));
    return 1;
  };
  const env = {
    emscripten_resize_heap: (size: number) => grow(size >>> 0),
    emscripten_get_now: none,
    emscripten_date_now: none,
    emscripten_err: none,
    _abort_js: fail,
    __cxa_throw: fail,
    _setitimer_js: none,
    _emscripten_runtime_keepalive_clear: none,
  };
  const system = {
    fd_write: none,
    fd_close: none,
    fd_seek: none,
    random_get: none,
    environ_sizes_get: none,
    environ_get: none,
    proc_exit: fail,
  };
  const instance: WasmInstance = instantiateWasm(compiled, { env, wasi_snapshot_preview1: system });
  exports = instance.exports as Exports;
  exports.emscripten_stack_init();
  exports.__wasm_call_ctors();
  return exports;
}
