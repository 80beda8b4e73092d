/** A generated motif as soft ink at any size: smoothing, resampling and an ink curve, in integers. */
import { IMAGE_PIXELS, IMAGE_SIDE } from "../models/seed-gan.ts";

const ONE = 1 << 12;

/** Catmull-Rom kernel, the cubic of bicubic resampling (Keys 1981, a = -1/2). */
function catmullRom(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  if (t < 2) return ((-0.5 * t + 2.5) * t - 4) * t + 2;
  return 0;
}

type Taps = { from: number; weights: Int32Array }[];

const tapsBySize = new Map<number, Taps>();

/** For each output pixel the inputs it takes, weights in 1/4096 that add up to one. */
function tapsFor(size: number): Taps {
  const known = tapsBySize.get(size);
  if (known) return known;
  const ratio = IMAGE_SIDE / size;
  const stretch = Math.max(1, ratio);
  const taps = Array.from({ length: size }, (_, i) => {
    const centre = (i + 0.5) * ratio - 0.5;
    const from = Math.ceil(centre - 2 * stretch);
    const to = Math.floor(centre + 2 * stretch);
    const raw = Array.from({ length: to - from + 1 }, (__, k) => catmullRom((from + k - centre) / stretch));
    const sum = raw.reduce((a, b) => a + b, 0);
    const weights = Int32Array.from(raw, (w) => Math.round((w / sum) * ONE));
    const middle = Math.floor(weights.length / 2);
    weights[middle] = (weights[middle] as number) + ONE - weights.reduce((a, b) => a + b, 0);
    return { from, weights };
  });
  tapsBySize.set(size, taps);
  return taps;
}

const clampSide = (i: number): number => (i < 0 ? 0 : i >= IMAGE_SIDE ? IMAGE_SIDE - 1 : i);

/** Binomial 1-2-1 in both directions: takes the grain out of what a dense network draws. */
export function smooth(tile: Uint8Array): Uint8Array {
  const out = new Uint8Array(IMAGE_PIXELS);
  const at = (x: number, y: number) => tile[clampSide(y) * IMAGE_SIDE + clampSide(x)] as number;
  for (let y = 0; y < IMAGE_SIDE; y++) {
    for (let x = 0; x < IMAGE_SIDE; x++) {
      const cross = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      const corners = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
      out[y * IMAGE_SIDE + x] = (4 * at(x, y) + 2 * cross + corners + 8) >> 4;
    }
  }
  return out;
}

/** Ink curve: blank below `low`, full above `high`, smoothstep between. 256 bytes. */
export function inkCurve(low: number, high: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, v) => {
    const t = Math.min(1, Math.max(0, (v - low) / (high - low)));
    return Math.floor(t * t * (3 - 2 * t) * 255 + 0.5);
  });
}

const SOFT = inkCurve(70, 180);

/**
 * One motif at `size` x `size` pixels, bytes of ink coverage with soft edges.
 * @param tile 784 bytes of ink coverage as the generator draws them
 */
export function renderInk(tile: Uint8Array, size: number, curve: Uint8Array = SOFT): Uint8Array {
  const source = smooth(tile);
  const taps = tapsFor(size);
  const rows = new Int32Array(IMAGE_SIDE * size);
  for (let y = 0; y < IMAGE_SIDE; y++) {
    taps.forEach(({ from, weights }, x) => {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        sum += (weights[k] as number) * (source[y * IMAGE_SIDE + clampSide(from + k)] as number);
      }
      rows[y * size + x] = sum >> 4;
    });
  }
  const out = new Uint8Array(size * size);
  taps.forEach(({ from, weights }, y) => {
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        sum += (weights[k] as number) * (rows[clampSide(from + k) * size + x] as number);
      }
      const value = (sum + (1 << 19)) >> 20;
      out[y * size + x] = curve[Math.min(255, Math.max(0, value))] as number;
    }
  });
  return out;
}

/** One of the eight ways to lay a square: bits 1 mirror x, 2 mirror y, 4 swap axes. */
export function orient(ink: Uint8Array, size: number, way: number): Uint8Array {
  if (way === 0) return ink;
  const out = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const u = way & 1 ? size - 1 - x : x;
      const v = way & 2 ? size - 1 - y : y;
      out[y * size + x] = ink[way & 4 ? u * size + v : v * size + u] as number;
    }
  }
  return out;
}
