/** A part of a picture as 32 x 32 gray levels: the wasm kernel, driven row by row. */
import { IMAGE_SIDE } from "../iscc/image-unit.ts";
import { BICUBIC_WASM } from "../kernels/bicubic-wasm.ts";
import { instantiateWasmText } from "../kernels/instantiate-wasm-text.ts";
import { type Kernel as Weights, bicubicKernel } from "./resampling.ts";
import type { Box } from "./box.ts";
import type { Pixels } from "./decoders.ts";

type Kernel = {
  memory: { buffer: ArrayBuffer };
  window(): number;
  weights(): number;
  starts(): number;
  result(): number;
  rows(count: number, width: number, top: number, height: number, taps: number): void;
  columns(height: number, taps: number): void;
};

/** Pixels that fit the kernel's window: one row of the longest side at least. */
const WINDOW_PIXELS = 65_536;
/** Longest side that the kernel has room for. */
const MAX_SIDE = 16_384;

let kernel: Kernel | null = null;

/**
 * Gray levels of the box, reduced to 32 x 32: rows first, then columns, as `bicubic.ts` defines. Expects opaque pixels.
 * @returns 1024 levels, row by row
 */
export function reduceBox({ width, data }: Pixels, box: Box): Uint8Array<ArrayBuffer> {
  const boxWidth = box.right - box.left;
  const boxHeight = box.bottom - box.top;
  if (boxWidth > MAX_SIDE || boxHeight > MAX_SIDE) throw new RangeError(`a side is at most ${MAX_SIDE} pixels`);
  const wasm = (kernel ??= instantiateWasmText(BICUBIC_WASM) as Kernel);
  const window = new Uint8ClampedArray(wasm.memory.buffer, wasm.window(), WINDOW_PIXELS * 4);
  const across = loadWeights(wasm, bicubicKernel(boxWidth, IMAGE_SIDE));
  const most = Math.floor(WINDOW_PIXELS / boxWidth);
  for (let y = 0; y < boxHeight; y += most) {
    const count = Math.min(most, boxHeight - y);
    const start = ((box.top + y) * width + box.left) * 4;
    if (boxWidth === width) window.set(data.subarray(start, start + count * width * 4));
    else {
      for (let i = 0; i < count; i++) {
        const from = start + i * width * 4;
        window.set(data.subarray(from, from + boxWidth * 4), i * boxWidth * 4);
      }
    }
    wasm.rows(count, boxWidth, y, boxHeight, across);
  }
  wasm.columns(boxHeight, loadWeights(wasm, bicubicKernel(boxHeight, IMAGE_SIDE)));
  return new Uint8Array(wasm.memory.buffer.slice(wasm.result(), wasm.result() + IMAGE_SIDE * IMAGE_SIDE));
}

/** Writes weights to the kernel, each output's padded with zeros. @returns taps per output */
function loadWeights(wasm: Kernel, { first, count, weights, taps }: Weights): number {
  const padded = (taps + 3) & ~3;
  const target = new Int32Array(wasm.memory.buffer, wasm.weights(), IMAGE_SIDE * padded);
  target.fill(0);
  for (let i = 0; i < IMAGE_SIDE; i++) target.set(weights.subarray(i * taps, i * taps + count[i]!), i * padded);
  new Int32Array(wasm.memory.buffer, wasm.starts(), IMAGE_SIDE).set(first);
  return padded;
}
