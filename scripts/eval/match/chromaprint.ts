/** Raw Chromaprint of samples: the one place where the evaluation meets the sound decoder. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { compileWasm, instantiateWasm } from "../../../fingerprint/image/web-assembly.ts";

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

/** "Test 2", the algorithm of `fpcalc`. */
const ALGORITHM = 1;
const PAGE = 65536;

let loaded: Promise<Exports> | null = null;

/** @param samples mono 16-bit samples @returns signed values as `fpcalc -raw -signed -length 0`; none under 2.6 seconds */
export async function chromaprintOf(samples: Int16Array, sampleRate: number): Promise<Int32Array> {
  const wasm = await (loaded ??= load());
  const context = wasm.chromaprint_new(ALGORITHM);
  const input = wasm.malloc(samples.byteLength);
  const out = wasm.malloc(8);
  new Int16Array(wasm.memory.buffer, input, samples.length).set(samples);
  wasm.chromaprint_start(context, sampleRate, 1);
  wasm.chromaprint_feed(context, input, samples.length);
  wasm.chromaprint_finish(context);
  const found = wasm.chromaprint_get_raw_fingerprint(context, out, out + 4);
  const view = new DataView(wasm.memory.buffer);
  const size = found ? view.getInt32(out + 4, true) : 0;
  const start = view.getUint32(out, true);
  const values = new Int32Array(wasm.memory.buffer.slice(start, start + 4 * Math.max(size, 0)));
  if (size > 0) wasm.free(start);
  wasm.free(out);
  wasm.free(input);
  wasm.chromaprint_free(context);
  return values;
}

async function load(): Promise<Exports> {
  const file = createRequire(import.meta.url).resolve("@unimusic/chromaprint");
  const compiled = await compileWasm(await readFile(new URL("chromaprint.wasm", `file://${file}`)));
  let exports: Exports | null = null;
  const stop = (): never => {
    throw new Error("chromaprint stopped");
  };
  const nothing = (): number => 0;
  const env = {
    emscripten_resize_heap: (size: number): number => {
      const memory = exports!.memory;
      memory.grow(Math.ceil(((size >>> 0) - memory.buffer.byteLength) / PAGE));
      return 1;
    },
    emscripten_get_now: nothing,
    emscripten_date_now: nothing,
    emscripten_err: nothing,
    _abort_js: stop,
    __cxa_throw: stop,
    _setitimer_js: nothing,
    _emscripten_runtime_keepalive_clear: nothing,
  };
  const system = {
    fd_write: nothing,
    fd_close: nothing,
    fd_seek: nothing,
    random_get: nothing,
    environ_sizes_get: nothing,
    environ_get: nothing,
    proc_exit: stop,
  };
  exports = instantiateWasm(compiled, { env, wasi_snapshot_preview1: system }).exports as Exports;
  exports.emscripten_stack_init();
  exports.__wasm_call_ctors();
  return exports;
}
