/** Steps by which one thumbnail is brought over another. */
import type { Affine, Level } from "./image-pyramid.ts";

/** Added to the diagonal of the normal equations, as a share of it: keeps flat pictures from sliding. */
const DAMPING = 1e-3;

/**
 * How far a map's parameters usually move from where it began, while a pixel's level is off by one: without this prior a soft
 * gradient slides along itself. Textured pictures have a hundred times its weight.
 */
const EXPECTED_CHANGE = 0.06;

/** Largest side of which every pixel enters a step. */
const COARSER_SIDE = 32;

/** Levels of residual below which a pixel counts fully; beyond, less and less (Cauchy weights), so that a caption does not pull. */
const RESIDUAL_SCALE = 8;

/**
 * One Gauss-Newton step of a map's six parameters (Lucas and Kanade 1981), with the tone's two solved along.
 * @param map, gain, offset where the query is thought to lie, and its tone
 * @param start where it was thought to lie at first
 * @returns what to add to the map's parameters (six, of eight), or null where nothing can be told
 */
export function gaussNewtonStep(
  { side, values, slopeX, slopeY }: Level,
  { values: wanted }: Level,
  map: readonly number[],
  start: Affine,
  gain: number,
  offset: number,
): Float64Array | null {
  const size = 8;
  const normal = new Float64Array(size * size);
  const right = new Float64Array(size);
  const [m0, m1, m2, m3, m4, m5] = map as Affine;
  const last = side - 2;
  const end = side - 0.5;
  let n = 0;
  // Of the finest size every second pixel is plenty for eight unknowns.
  const stride = side > COARSER_SIDE ? 2 : 1;
  for (let j = 0; j < side; j++) {
    const y = (j + 0.5) / side;
    const u0 = (m0 + m2 * y) * side - 0.5;
    const v0 = (m3 + m5 * y) * side - 0.5;
    // Sums over the row of the weighted products of slopes (x, y), level (r), 1 and residual (e), times powers of x.
    // biome-ignore format: sums of one kind stand together
    let xx0 = 0, xx1 = 0, xx2 = 0, xy0 = 0, xy1 = 0, xy2 = 0, yy0 = 0, yy1 = 0, yy2 = 0,
      xr0 = 0, xr1 = 0, yr0 = 0, yr1 = 0, x0 = 0, x1 = 0, y0 = 0, y1 = 0, rr = 0, r0 = 0, w0 = 0,
      xe0 = 0, xe1 = 0, ye0 = 0, ye1 = 0, re = 0, e0 = 0;
    for (let i = j % stride; i < side; i += stride) {
      const u = u0 + m1 * (i + 0.5);
      const v = v0 + m4 * (i + 0.5);
      if (!(u >= -0.5 && v >= -0.5 && u <= end && v <= end)) continue;
      n++;
      // As `moveLevels`, of three planes at one place.
      const left = u < 1 ? 0 : u < last ? Math.floor(u) : last;
      const top = v < 1 ? 0 : v < last ? Math.floor(v) : last;
      const dx = Math.min(Math.max(u - left, 0), 1);
      const dy = Math.min(Math.max(v - top, 0), 1);
      const at = top * side + left;
      const below = at + side;
      const w00 = (1 - dx) * (1 - dy);
      const w01 = dx * (1 - dy);
      const w10 = (1 - dx) * dy;
      const w11 = dx * dy;
      const r = w00 * values[at]! + w01 * values[at + 1]! + w10 * values[below]! + w11 * values[below + 1]!;
      const residual = wanted[j * side + i]! - gain * r - offset;
      const scaled = residual / RESIDUAL_SCALE;
      const w = 1 / (1 + scaled * scaled);
      const sx = gain * (w00 * slopeX[at]! + w01 * slopeX[at + 1]! + w10 * slopeX[below]! + w11 * slopeX[below + 1]!);
      const sy = gain * (w00 * slopeY[at]! + w01 * slopeY[at + 1]! + w10 * slopeY[below]! + w11 * slopeY[below + 1]!);
      const x = (i + 0.5) / side;
      const wx = w * sx;
      const wy = w * sy;
      const xx = wx * sx;
      const xy = wx * sy;
      const yy = wy * sy;
      const xr = wx * r;
      const yr = wy * r;
      const xe = wx * residual;
      const ye = wy * residual;
      xx0 += xx;
      xx1 += xx * x;
      xx2 += xx * x * x;
      xy0 += xy;
      xy1 += xy * x;
      xy2 += xy * x * x;
      yy0 += yy;
      yy1 += yy * x;
      yy2 += yy * x * x;
      xr0 += xr;
      xr1 += xr * x;
      yr0 += yr;
      yr1 += yr * x;
      x0 += wx;
      x1 += wx * x;
      y0 += wy;
      y1 += wy * x;
      xe0 += xe;
      xe1 += xe * x;
      ye0 += ye;
      ye1 += ye * x;
      rr += w * r * r;
      r0 += w * r;
      w0 += w;
      re += w * r * residual;
      e0 += w * residual;
    }
    // Unknowns: shift, scale and lean across; the same down; gain; offset. The upper triangle, row by row.
    // biome-ignore format: a matrix
    add(normal, [
      xx0, xx1, y * xx0, xy0, xy1, y * xy0, xr0, x0,
      0, xx2, y * xx1, xy1, xy2, y * xy1, xr1, x1,
      0, 0, y * y * xx0, y * xy0, y * xy1, y * y * xy0, y * xr0, y * x0,
      0, 0, 0, yy0, yy1, y * yy0, yr0, y0,
      0, 0, 0, 0, yy2, y * yy1, yr1, y1,
      0, 0, 0, 0, 0, y * y * yy0, y * yr0, y * y0,
      0, 0, 0, 0, 0, 0, rr, r0,
      0, 0, 0, 0, 0, 0, 0, w0,
    ]);
    add(right, [xe0, xe1, y * xe0, ye0, ye1, y * ye0, re, e0]);
  }
  for (let a = 0; a < size; a++) {
    normal[a * size + a]! *= 1 + DAMPING;
    normal[a * size + a]! += 1e-6;
  }
  // Ground that tells nothing of a direction leaves the map where it began.
  const held = n / EXPECTED_CHANGE ** 2;
  for (let a = 0; a < 6; a++) {
    normal[a * size + a]! += held;
    right[a]! += held * (start[a]! - map[a]!);
  }
  return solve(normal, right, size);
}

function add(sums: Float64Array, terms: readonly number[]): void {
  for (let i = 0; i < sums.length; i++) sums[i]! += terms[i]!;
}

/** Solves a symmetric positive system of which the upper triangle is given, by Cholesky's method; null when it is not positive. */
function solve(upper: Float64Array, right: Float64Array, size: number): Float64Array | null {
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      let sum = upper[i * size + j]!;
      for (let k = 0; k < i; k++) sum -= upper[k * size + i]! * upper[k * size + j]!;
      if (i === j) {
        if (!(sum > 0)) return null;
        upper[i * size + i] = Math.sqrt(sum);
      } else upper[i * size + j] = sum / upper[i * size + i]!;
    }
  }
  const out = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) out[i]! -= upper[k * size + i]! * out[k]!;
    out[i]! /= upper[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) out[i]! -= upper[i * size + k]! * out[k]!;
    out[i]! /= upper[i * size + i]!;
  }
  return out;
}
