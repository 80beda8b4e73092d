/** How well a query and a reference agree once they lie over each other: what a verdict on two pictures rests on. */
import { CHROMA_SIDE, type ImageView, VIEW_SIDE } from "./image-features.ts";
import { type Affine, moveLevels, type Pyramid, smoothed } from "./image-pyramid.ts";
import { register, type Registration } from "./register-images.ts";

/** How a set of 8 x 8 blocks agrees. Gray levels are 0 to 255. */
export type BlockAgreement = {
  /** Blocks that both pictures show. */
  shown: number;
  /** Mean correlation inside the 8 x 8 blocks, weighted by their contrast. In [-1, 1]. */
  structure: number;
  /** Blocks of the 64 with enough contrast to tell anything, in either picture. */
  informative: number;
  /** Share of the informative blocks whose correlation is at least `BLOCK_AGREES`. */
  agreeing: number;
  /** Energy of the difference that no change of tone explains, relative to both pictures' own contrast in the blocks. */
  unexplained: number;
  /** Root mean square difference of gray levels with no change of tone allowed: over all, and in the worst block. */
  difference: number;
  worstDifference: number;
};

/** Agreement over the part that both pictures show. */
export type ImageAgreement = BlockAgreement & {
  map: Affine;
  /** Share of the query that lies on the reference. */
  overlap: number;
  /** The same without the blocks that agree least, a quarter at most, as if something were laid over them. */
  visible: BlockAgreement;
  /** Standard deviation of the query's gray levels. */
  contrast: number;
  /** Cosine between the color differences, 1 when either picture is gray; and their root mean square difference, levels. */
  color: number;
  colorDifference: number;
};

const BLOCK = 8;
const BLOCKS = VIEW_SIDE / BLOCK;

/** Standard deviation, gray levels, from which a block tells anything. */
const INFORMATIVE = 3;

/** Correlation from which a block counts as agreeing. */
const BLOCK_AGREES = 0.7;

/** Variance of gray levels that re-encoding adds by itself. */
const NOISE = 2;

/** Mean square difference of a block that needs no explanation. */
const EXPLAINED = 9;

/** Contrast beyond which a block weighs no more. */
const FULL_WEIGHT = 20;

/** Share of the blocks that something laid over the picture may hide. */
const MOST_HIDDEN = 0.25;

/** Share of a block that both pictures must show. */
const SHOWN = 0.6;

/** Mean color difference, levels, below which a view is gray. */
const GRAY = 2.5;

/** One side of a comparison. */
export type Registrable = { view: ImageView; pyramid: Pyramid };

/** @param start, evenness see `register` @returns null when no map fits */
export function imageAgreement(
  reference: Registrable,
  query: Registrable,
  start: Affine,
  evenness = 0,
): ImageAgreement | null {
  const found = register(reference.pyramid, query.pyramid, start, evenness);
  if (!found) return null;
  const wanted = query.pyramid[0]!.values;
  const moved = movedReference(reference.pyramid, found.map);
  return {
    map: found.map,
    ...grayAgreement(moved, wanted, found),
    ...colorAgreement(reference.view, query.view, found.map),
  };
}

/** The same of two views as they are, nothing moved and no tone changed. */
export function wholeAgreement(reference: ImageView, query: ImageView): ImageAgreement {
  const map: Affine = [0, 1, 0, 0, 0, 1];
  return {
    map,
    ...grayAgreement(Float32Array.from(reference.gray), Float32Array.from(query.gray), { map, gain: 1, offset: 0 }),
    ...colorAgreement(reference, query, map),
  };
}

/** Blocks of a view that have contrast by themselves; a picture with few of them looks like many others. */
export function informativeBlocks({ gray }: ImageView): number {
  const values = smoothed(gray, VIEW_SIDE);
  let informative = 0;
  for (const pixels of PIXELS_OF_BLOCKS) {
    const moments = new Moments();
    for (const at of pixels) moments.add(values[at]!, values[at]!);
    if (Math.sqrt(moments.varianceA) >= INFORMATIVE) informative++;
  }
  return informative;
}

/** The reference's levels where the query's pixels are; NaN where it has none. */
function movedReference(pyramid: Pyramid, map: Affine): Float32Array {
  const moved = new Float32Array(VIEW_SIDE * VIEW_SIDE);
  moveLevels(pyramid[0]!.values, VIEW_SIDE, map, moved);
  return moved;
}

function grayAgreement(moved: Float32Array, wanted: Float32Array, { gain, offset }: Registration) {
  const all = new Moments();
  const blocks: Block[] = [];
  for (const pixels of PIXELS_OF_BLOCKS) {
    const block = new Moments();
    const toned = new Moments();
    for (const at of pixels) {
      if (Number.isNaN(moved[at]!)) continue;
      all.add(moved[at]!, wanted[at]!);
      block.add(moved[at]!, wanted[at]!);
      toned.add(Math.min(Math.max(gain * moved[at]! + offset, 0), 255), wanted[at]!);
    }
    if (block.n >= SHOWN * BLOCK * BLOCK) blocks.push(blockOf(block, toned));
  }
  return {
    overlap: all.n / (VIEW_SIDE * VIEW_SIDE),
    contrast: Math.sqrt(all.varianceB),
    ...agreementOf(blocks),
    visible: agreementOf(visibleOf(blocks)),
  };
}

/** How one block agrees. */
type Block = {
  difference: number;
  unexplained: number;
  energy: number;
  contrast: number;
  correlation: number;
};

function blockOf(plain: Moments, toned: Moments): Block {
  return {
    difference: plain.meanSquareDifference,
    unexplained: Math.max(toned.meanSquareDifference - EXPLAINED, 0),
    energy: toned.varianceA + toned.varianceB,
    contrast: Math.sqrt(Math.max(toned.varianceA, toned.varianceB)),
    correlation: toned.covariance / Math.sqrt((toned.varianceA + NOISE) * (toned.varianceB + NOISE)),
  };
}

/** The blocks without those that fit worst, `MOST_HIDDEN` at most: what something laid over one of the pictures leaves. */
function visibleOf(blocks: readonly Block[]): Block[] {
  const sorted = blocks.toSorted((a, b) => a.unexplained - b.unexplained);
  while (sorted.length > blocks.length - MOST_HIDDEN * blocks.length && sorted.at(-1)!.unexplained > 0) sorted.pop();
  return sorted;
}

function agreementOf(blocks: readonly Block[]): BlockAgreement {
  let weights = 0;
  let structure = 0;
  let informative = 0;
  let agreeing = 0;
  let unexplained = 0;
  let energy = 0;
  let squares = 0;
  let worst = 0;
  for (const block of blocks) {
    squares += block.difference;
    worst = Math.max(worst, block.difference);
    unexplained += block.unexplained;
    energy += block.energy;
    if (block.contrast < INFORMATIVE) continue;
    const weight = Math.min(block.contrast, FULL_WEIGHT);
    weights += weight;
    structure += weight * block.correlation;
    informative++;
    if (block.correlation >= BLOCK_AGREES) agreeing++;
  }
  return {
    shown: blocks.length,
    structure: weights === 0 ? 0 : structure / weights,
    informative,
    agreeing: informative === 0 ? 0 : agreeing / informative,
    unexplained: unexplained / (energy + 1),
    difference: Math.sqrt(squares / Math.max(blocks.length, 1)),
    worstDifference: Math.sqrt(worst),
  };
}

/** Pixel numbers of each 8 x 8 block. */
const PIXELS_OF_BLOCKS: readonly Uint16Array[] = Array.from({ length: BLOCKS * BLOCKS }, (_, block) => {
  const corner = Math.floor(block / BLOCKS) * BLOCK * VIEW_SIDE + (block % BLOCKS) * BLOCK;
  return Uint16Array.from(
    { length: BLOCK * BLOCK },
    (_, i) => corner + Math.floor(i / BLOCK) * VIEW_SIDE + (i % BLOCK),
  );
});

function colorAgreement(reference: ImageView, query: ImageView, map: Affine) {
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
  return {
    color: rr < gray || qq < gray ? 1 : rq / Math.sqrt(rr * qq),
    colorDifference: Math.sqrt((rr + qq - 2 * rq) / Math.max(n, 1)),
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

  get meanSquareDifference(): number {
    return Math.max((this.#aa - 2 * this.#ab + this.#bb) / this.n, 0);
  }
}
