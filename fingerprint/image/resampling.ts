/** Pillow's reduction in integers: support widened to the scale, 22-bit weights, rows first; bicubic (a = -0.5) unless another filter is asked for. */

const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

/** The weight that stands for 1. */
export const WEIGHT_ONE = 1 << PRECISION_BITS;

/** Weights of one axis: output i is the sum of `weights[i * taps + k]` times input `first[i] + k` for k below `count[i]`. */
export type Kernel = { first: Int32Array; count: Int32Array; weights: Int32Array; taps: number };

/** A filter's weight at a distance, in samples of the coarser grid, and the distance from which it is 0. */
export type Filter = { support: number; weight: (distance: number) => number };

/**
 * Fixed-point weights that reduce (or enlarge) `inputs` samples to `outputs`.
 * @param filter weights; with the bicubic one, floating-point steps are only + - * / on doubles, which every engine rounds alike.
 */
export function resamplingKernel(inputs: number, outputs: number, filter: Filter): Kernel {
  const scale = inputs / outputs;
  const stretch = Math.max(scale, 1);
  const support = filter.support * stretch;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outputs);
  const count = new Int32Array(outputs);
  const weights = new Int32Array(outputs * taps);
  const row = new Float64Array(taps);
  for (let i = 0; i < outputs; i++) {
    const center = (i + 0.5) * scale;
    const from = Math.max(Math.trunc(center - support + 0.5), 0);
    const size = Math.min(Math.trunc(center + support + 0.5), inputs) - from;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      row[k] = filter.weight((k + from - center + 0.5) * (1 / stretch));
      sum += row[k]!;
    }
    for (let k = 0; k < size; k++) {
      const weight = (sum === 0 ? row[k]! : row[k]! / sum) * WEIGHT_ONE;
      weights[i * taps + k] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    first[i] = from;
    count[i] = size;
  }
  return { first, count, weights, taps };
}

/** Keys' cubic convolution (1981) with a = -1/2, terms in Pillow's order. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * -0.5;
  return 0;
}

export const BICUBIC: Filter = { support: 2, weight: cubic };

/** Linear interpolation; the mean of what lies under a pixel's tent where it reduces. */
export const TRIANGLE: Filter = { support: 1, weight: (distance) => Math.max(1 - Math.abs(distance), 0) };

/** A sinc windowed by its own middle lobe (Duchon 1979). Its sines may differ in the last bit between engines. */
export const LANCZOS3: Filter = {
  support: 3,
  weight: (distance) => (Math.abs(distance) < 3 ? sinc(distance) * sinc(distance / 3) : 0),
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The weights of Keys' bicubic, as the standard's thumbnails are made. */
export function bicubicKernel(inputs: number, outputs: number): Kernel {
  return resamplingKernel(inputs, outputs, BICUBIC);
}

/**
 * Applies a kernel to one line of gray levels.
 * @param line input levels
 * @param out receives one level per kernel output at `offset`, `offset + stride`, ...
 */
export function applyKernel(kernel: Kernel, line: Uint8Array, out: Uint8Array, offset: number, stride: number): void {
  const { first, count, weights, taps } = kernel;
  const outputs = first.length;
  for (let i = 0; i < outputs; i++) {
    let sum = HALF;
    let from = first[i]!;
    let at = i * taps;
    // |weights| sum to less than 1.3 x 2^22 and levels are below 256: the sum stays inside 32 bits.
    for (const end = at + count[i]!; at < end; at++, from++) sum = (sum + Math.imul(line[from]!, weights[at]!)) | 0;
    const level = sum >> PRECISION_BITS;
    out[offset + i * stride] = level < 0 ? 0 : level > 255 ? 255 : level;
  }
}
