/** A thumbnail at several sizes, and how it is laid over another. */

/** Maps query coordinates to reference coordinates, both in [0, 1]: x' = m0 + m1 x + m2 y, y' = m3 + m4 x + m5 y. */
export type Affine = readonly [number, number, number, number, number, number];

/** A square picture at several sizes, finest first, smoothed so that its slopes can be followed. */
export type Pyramid = Level[];

/** One size, with its slopes per unit of the side. */
export type Level = { side: number; values: Float32Array; slopeX: Float32Array; slopeY: Float32Array };

/** Halves a picture's side twice. @param gray side x side levels, side a multiple of 4 */
export function pyramidOf(gray: Uint8Array, side: number): Pyramid {
  let values = smoothed(gray, side);
  const levels = [levelOf(values, side)];
  for (let size = side / 2; size >= side / 4; size /= 2) {
    values = halved(values, size);
    levels.push(levelOf(blurred(values, size), size));
  }
  return levels;
}

/**
 * A square picture's levels where a map puts each pixel of another of that size, bilinear; NaN outside.
 * @param out receives side x side levels
 * @returns how many lie inside
 */
export function moveLevels(values: Float32Array, side: number, map: readonly number[], out: Float32Array): number {
  const [m0, m1, m2, m3, m4, m5] = map as Affine;
  const last = side - 2;
  const end = side - 0.5;
  let inside = 0;
  for (let j = 0, at = 0; j < side; j++) {
    const y = (j + 0.5) / side;
    const u0 = (m0 + m2 * y) * side - 0.5;
    const v0 = (m3 + m5 * y) * side - 0.5;
    for (let i = 0; i < side; i++, at++) {
      const u = u0 + m1 * (i + 0.5);
      const v = v0 + m4 * (i + 0.5);
      if (!(u >= -0.5 && v >= -0.5 && u <= end && v <= end)) {
        out[at] = NaN;
        continue;
      }
      inside++;
      const left = u < 1 ? 0 : u < last ? Math.floor(u) : last;
      const top = v < 1 ? 0 : v < last ? Math.floor(v) : last;
      const dx = Math.min(Math.max(u - left, 0), 1);
      const dy = Math.min(Math.max(v - top, 0), 1);
      const from = top * side + left;
      const upper = values[from]! + (values[from + 1]! - values[from]!) * dx;
      const lower = values[from + side]! + (values[from + side + 1]! - values[from + side]!) * dx;
      out[at] = upper + (lower - upper) * dy;
    }
  }
  return inside;
}

function levelOf(values: Float32Array, side: number): Level {
  const slopeX = new Float32Array(side * side);
  const slopeY = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const up = Math.max(y - 1, 0);
    const down = Math.min(y + 1, side - 1);
    for (let x = 0; x < side; x++) {
      const left = Math.max(x - 1, 0);
      const right = Math.min(x + 1, side - 1);
      slopeX[y * side + x] = ((values[y * side + right]! - values[y * side + left]!) / (right - left)) * side;
      slopeY[y * side + x] = ((values[down * side + x]! - values[up * side + x]!) / (down - up)) * side;
    }
  }
  return { side, values, slopeX, slopeY };
}

/** A picture's levels as a pyramid's finest size has them. */
export function smoothed(gray: Uint8Array, side: number): Float32Array {
  return blurred(Float32Array.from(gray), side);
}

/** Binomial smoothing 1 2 1 in both directions, edges repeated. */
function blurred(values: Float32Array, side: number): Float32Array {
  const across = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = y * side;
      across[at + x] =
        (values[at + Math.max(x - 1, 0)]! + 2 * values[at + x]! + values[at + Math.min(x + 1, side - 1)]!) / 4;
    }
  }
  const out = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const up = Math.max(y - 1, 0) * side;
    const down = Math.min(y + 1, side - 1) * side;
    for (let x = 0; x < side; x++)
      out[y * side + x] = (across[up + x]! + 2 * across[y * side + x]! + across[down + x]!) / 4;
  }
  return out;
}

function halved(values: Float32Array, size: number): Float32Array {
  const out = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = 4 * y * size + 2 * x;
      out[y * size + x] = (values[at]! + values[at + 1]! + values[at + 2 * size]! + values[at + 2 * size + 1]!) / 4;
    }
  }
  return out;
}
