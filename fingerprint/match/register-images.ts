/** Brings one gray thumbnail over another: an affine map and a change of tone, by Gauss-Newton from coarse to fine. */
import { gaussNewtonStep } from "./gauss-newton.ts";
import { type Affine, type Level, moveLevels, type Pyramid } from "./image-pyramid.ts";

/** Where the query lies in the reference and how its tone changed: query = gain * reference + offset. */
export type Registration = { map: Affine; gain: number; offset: number };

/** Iterations at each size, coarsest first; the last refine what is nearly right. */
const ITERATIONS = [12, 6, 4];

/** A map may stretch, turn or lean from where it began by no more than this. */
const LARGEST_CHANGE = 0.25;

/**
 * Correlation at each size, coarsest first, below which finer ones are not worth it. 99 of 100 copies of photographs have more than 0.65
 * at each; drawings on even ground correlate by their ground alone, and their copies have 0.95 (less where contrast is hardly above `NOISE`).
 */
const LEAST_CORRELATION = { textured: [0.4, 0.6, 0.65], even: [0.75, 0.85, 0.9] };

/** Variance of gray levels that re-encoding adds. */
const NOISE = 4;

/** Share of the pixels that something laid over the picture may hide, and how often the fit without them is repeated. */
const HIDDEN = 0.25;
const CONCENTRATIONS = 2;

/** Pixels of the finest size that is registered. */
const MOST_PIXELS = 64 * 64;

/**
 * Registers a query on a reference.
 * @param start where the query is thought to lie, within some 6 % of the reference's side
 * @param evenness from 0 for textured pictures to 1 for drawings on even ground
 * @returns null when no map near `start` fits: too little overlap or too large a change
 */
export function register(reference: Pyramid, query: Pyramid, start: Affine, evenness = 0): Registration | null {
  const map = [...start];
  let gain = 1;
  let offset = 0;
  for (let step = 0; step < ITERATIONS.length; step++) {
    const level = ITERATIONS.length - 1 - step;
    for (let i = 0; i < ITERATIONS[step]!; i++) {
      const tone = toneOf(reference[level]!, query[level]!, map, 1);
      if (!tone) return null;
      ({ gain, offset } = tone);
      const change = gaussNewtonStep(reference[level]!, query[level]!, map, start, gain, offset);
      if (!change) return null;
      let largest = 0;
      for (let k = 0; k < 6; k++) {
        map[k]! += change[k]!;
        largest = Math.max(largest, Math.abs(change[k]!));
        if (!(Math.abs(map[k]! - start[k]!) <= LARGEST_CHANGE)) return null;
      }
      if (largest < 0.02 / reference[level]!.side) break;
    }
    // Chance candidates end here, at a sixteenth of the pixels.
    const rough = toneOf(reference[level]!, query[level]!, map);
    const least = LEAST_CORRELATION.textured[step]! * (1 - evenness) + LEAST_CORRELATION.even[step]! * evenness;
    if (!rough || rough.correlation < (least * rough.variance) / (rough.variance + NOISE)) return null;
  }
  const tone = toneOf(reference[0]!, query[0]!, map);
  return tone && { map: map as unknown as Affine, gain: tone.gain, offset: tone.offset };
}

/** Correlation under a map as it stands, at the coarsest size: a first glance, at a sixteenth of the pixels. */
export function roughCorrelation(reference: Pyramid, query: Pyramid, map: Affine): number {
  return toneOf(reference.at(-1)!, query.at(-1)!, map)?.correlation ?? -1;
}

/** Scratch of `toneOf`, one element per pixel of the finest size. */
const moved = new Float32Array(MOST_PIXELS);
const residuals = new Float32Array(MOST_PIXELS);

/**
 * Gain, offset and correlation over the pixels that both have, by least trimmed squares (Rousseeuw 1984): the pixels that
 * fit worst, `HIDDEN` of them at most, are left out, and the rest is fitted again. A caption is a few strong outliers; without it
 * the correlation of a soft picture would be the caption's.
 * @returns null when they share under a third of the query
 */
function toneOf(
  { side, values }: Level,
  { values: wanted }: Level,
  map: readonly number[],
  concentrations = CONCENTRATIONS,
): Tone | null {
  const pixels = side * side;
  const n = moveLevels(values, side, map, moved);
  if (n * 3 < pixels) return null;
  let limit = Infinity;
  for (let step = 0; ; step++) {
    const tone = fitted(wanted, pixels, limit);
    if (step === concentrations) return tone;
    limit = residualLimit(wanted, pixels, tone);
  }
}

/** Change of tone, the correlation under it, and the query's variance over the pixels that counted. */
type Tone = { gain: number; offset: number; correlation: number; variance: number };

/** Least squares over the pixels whose residual is within the limit. */
function fitted(wanted: Float32Array, pixels: number, limit: number): Tone {
  let n = 0;
  let sumQQ = 0;
  let sumR = 0;
  let sumQ = 0;
  let sumRR = 0;
  let sumRQ = 0;
  for (let at = 0; at < pixels; at++) {
    const r = moved[at]!;
    if (Number.isNaN(r) || (limit !== Infinity && residuals[at]! > limit)) continue;
    const q = wanted[at]!;
    n++;
    sumR += r;
    sumQ += q;
    sumRR += r * r;
    sumRQ += r * q;
    sumQQ += q * q;
  }
  const variance = sumRR - (sumR * sumR) / n;
  const covariance = sumRQ - (sumR * sumQ) / n;
  const gain = variance < n * 0.25 ? 1 : Math.min(Math.max(covariance / variance, 0.2), 5);
  const varianceQ = sumQQ - (sumQ * sumQ) / n;
  const correlation = covariance / Math.sqrt((variance + n) * (varianceQ + n));
  return { gain, offset: (sumQ - gain * sumR) / n, correlation, variance: varianceQ / n };
}

/** The residual, in whole levels, that at most `HIDDEN` of the pixels exceed. */
function residualLimit(
  wanted: Float32Array,
  pixels: number,
  { gain, offset }: { gain: number; offset: number },
): number {
  const counts = new Uint32Array(257);
  let n = 0;
  for (let at = 0; at < pixels; at++) {
    const r = moved[at]!;
    if (Number.isNaN(r)) continue;
    const residual = Math.abs(wanted[at]! - gain * r - offset);
    residuals[at] = residual;
    counts[Math.min(Math.ceil(residual), 256)]!++;
    n++;
  }
  let limit = 256;
  for (let over = counts[256]!; limit > 1 && over <= HIDDEN * n; over += counts[--limit]!);
  return limit === 256 ? Infinity : limit;
}
