/** How well a query and a reference agree once they lie over each other: what a verdict on two pictures rests on. */
import { CHROMA_SIDE, type ImageView, VIEW_SIDE } from "./image-features.ts";
import { type Affine, type Pyramid, register, sample } from "./register-images.ts";

/** Measures of agreement; all but the counts lie in [-1, 1]. */
export type ImageAgreement = {
  map: Affine;
  gain: number;
  /** Share of the query that lies on the reference. */
  overlap: number;
  /** Correlation of the gray levels over the shared part. */
  correlation: number;
  /** Mean correlation inside the 8 x 8 blocks, weighted by their contrast. */
  structure: number;
  /** Blocks of the 64 with enough contrast to tell anything, in either picture. */
  informative: number;
  /** Share of the informative blocks whose correlation is at least 0.7. */
  agreeing: number;
  /** Cosine between the color differences; 1 when either is gray. */
  color: number;
  /** Mean absolute difference of gray levels after the change of tone, over the shared part. */
  residual: number;
};

const BLOCK = 8;
const BLOCKS = VIEW_SIDE / BLOCK;

/** Standard deviation, gray levels, from which a block tells anything. */
const INFORMATIVE = 3;

/** Variance of gray levels that re-encoding adds by itself. */
const NOISE = 2;

/** Contrast beyond which a block weighs no more. */
const FULL_WEIGHT = 20;

/** Mean color difference, levels, below which a view is gray. */
const GRAY = 2.5;

/** @param start see `register` @returns null when no map fits */
export function imageAgreement(
  reference: { view: ImageView; pyramid: Pyramid },
  query: { view: ImageView; pyramid: Pyramid },
  start: Affine,
): ImageAgreement | null {
  const found = register(reference.pyramid, query.pyramid, start);
  if (!found) return null;
  const { map, gain, offset } = found;
  const moved = new Float32Array(VIEW_SIDE * VIEW_SIDE);
  const wanted = query.pyramid[0]!.values;
  const values = reference.pyramid[0]!.values;
  const all = new Moments();
  let residual = 0;
  for (let j = 0, at = 0; j < VIEW_SIDE; j++) {
    const y = (j + 0.5) / VIEW_SIDE;
    for (let i = 0; i < VIEW_SIDE; i++, at++) {
      const x = (i + 0.5) / VIEW_SIDE;
      const r = sample(values, VIEW_SIDE, map[0] + map[1] * x + map[2] * y, map[3] + map[4] * x + map[5] * y);
      moved[at] = gain * r + offset;
      if (Number.isNaN(r)) continue;
      all.add(moved[at]!, wanted[at]!);
      residual += Math.abs(moved[at]! - wanted[at]!);
    }
  }
  let weights = 0;
  let structure = 0;
  let informative = 0;
  let agreeing = 0;
  for (let blockY = 0; blockY < BLOCKS; blockY++) {
    for (let blockX = 0; blockX < BLOCKS; blockX++) {
      const block = new Moments();
      for (let y = blockY * BLOCK; y < (blockY + 1) * BLOCK; y++) {
        for (let at = y * VIEW_SIDE + blockX * BLOCK, end = at + BLOCK; at < end; at++) {
          if (!Number.isNaN(moved[at]!)) block.add(moved[at]!, wanted[at]!);
        }
      }
      if (block.n < 0.6 * BLOCK * BLOCK) continue;
      const contrast = Math.sqrt(Math.max(block.varianceA, block.varianceB));
      if (contrast < INFORMATIVE) continue;
      const correlation = block.covariance / Math.sqrt((block.varianceA + NOISE) * (block.varianceB + NOISE));
      const weight = Math.min(contrast, FULL_WEIGHT);
      weights += weight;
      structure += weight * correlation;
      informative++;
      if (correlation >= 0.7) agreeing++;
    }
  }
  return {
    map,
    gain,
    overlap: all.n / (VIEW_SIDE * VIEW_SIDE),
    correlation: all.covariance / Math.sqrt((all.varianceA + NOISE) * (all.varianceB + NOISE)),
    structure: weights === 0 ? 0 : structure / weights,
    informative,
    agreeing: informative === 0 ? 0 : agreeing / informative,
    color: colorCosine(reference.view, query.view, map),
    residual: residual / all.n,
  };
}

/** Sums for means, variances and the covariance of two variables. */
class Moments {
  n = 0;
  #a = 0;
  #b = 0;
  #aa = 0;
  #bb = 0;
  #ab = 0;

  add(a: number, b: number): void {
    this.n++;
    this.#a += a;
    this.#b += b;
    this.#aa += a * a;
    this.#bb += b * b;
    this.#ab += a * b;
  }

  get varianceA(): number {
    return Math.max(this.#aa / this.n - (this.#a / this.n) ** 2, 0);
  }

  get varianceB(): number {
    return Math.max(this.#bb / this.n - (this.#b / this.n) ** 2, 0);
  }

  get covariance(): number {
    return this.#ab / this.n - (this.#a / this.n) * (this.#b / this.n);
  }
}

function colorCosine(reference: ImageView, query: ImageView, map: Affine): number {
  let rr = 0;
  let qq = 0;
  let rq = 0;
  let n = 0;
  for (let j = 0, at = 0; j < CHROMA_SIDE; j++) {
    const y = (j + 0.5) / CHROMA_SIDE;
    for (let i = 0; i < CHROMA_SIDE; i++, at++) {
      const x = (i + 0.5) / CHROMA_SIDE;
      const u = Math.floor((map[0] + map[1] * x + map[2] * y) * CHROMA_SIDE);
      const v = Math.floor((map[3] + map[4] * x + map[5] * y) * CHROMA_SIDE);
      if (u < 0 || v < 0 || u >= CHROMA_SIDE || v >= CHROMA_SIDE) continue;
      const from = v * CHROMA_SIDE + u;
      const rb = reference.blue[from]! - 128;
      const rd = reference.red[from]! - 128;
      const qb = query.blue[at]! - 128;
      const qd = query.red[at]! - 128;
      rr += rb * rb + rd * rd;
      qq += qb * qb + qd * qd;
      rq += rb * qb + rd * qd;
      n++;
    }
  }
  const gray = GRAY * GRAY * n;
  return rr < gray || qq < gray ? 1 : rq / Math.sqrt(rr * qq);
}
