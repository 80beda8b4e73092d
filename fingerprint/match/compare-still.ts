/** Compares two pictures whole on whole, nothing moved, at the detail that the smaller of them has. */
import {
  applyKernel,
  BICUBIC,
  type Filter,
  type Kernel,
  LANCZOS3,
  resamplingKernel,
  TRIANGLE,
} from "../image/resampling.ts";
import type { ComparableImage, ImageComparison } from "./compare-images.ts";
import { wholeAgreement } from "./image-agreement.ts";
import { type ImageFeatures, shorterSide, VIEW_SIDE } from "./image-features.ts";

/** What pictures are commonly reduced with. Which one a small copy went through is not known: the one that fits best is taken. */
const FILTERS = [TRIANGLE, BICUBIC, LANCZOS3];

/** Pixels a side to which nothing is reduced: at two by two pixels all pictures are alike. */
const LEAST_DETAIL = 8;

/** How far apart two pictures are whole on whole: sums of squares over single pixels, and over squares of four. */
export type StillDistance = { fine: number; coarse: number };

/**
 * What to shortlist by, in microseconds: `fine` tells re-encoded copies from the rest of their series, `coarse` tells copies of half
 * the size, which have no single lines left.
 */
export function stillDistance({ gray: a }: ComparableImage, { gray: b }: ComparableImage): StillDistance {
  let fine = 0;
  let coarse = 0;
  for (let row = 0; row < a.length; row += 2 * VIEW_SIDE) {
    for (let at = row, end = row + VIEW_SIDE; at < end; at += 2) {
      const d0 = a[at]! - b[at]!;
      const d1 = a[at + 1]! - b[at + 1]!;
      const d2 = a[at + VIEW_SIDE]! - b[at + VIEW_SIDE]!;
      const d3 = a[at + VIEW_SIDE + 1]! - b[at + VIEW_SIDE + 1]!;
      fine += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3;
      coarse += (d0 + d1 + d2 + d3) ** 2;
    }
  }
  return { fine, coarse };
}

/**
 * Lays two pictures' 64 x 64 thumbnails over each other as they are, or the query's mirror image where that fits better.
 *
 * A copy of half the size, with less than 64 pixels a side, has lost lines that its original's thumbnail still shows: the original
 * is therefore reduced as the copy was. Fine drawings of one series then differ more from each other than a copy from its original.
 * @returns how they agree, in gray levels of the unsmoothed thumbnails; `judgeStill` judges it
 */
export function compareStill(query: ComparableImage, reference: ComparableImage): ImageComparison {
  const width = Math.max(Math.min(query.features.width, reference.features.width), LEAST_DETAIL);
  const height = Math.max(Math.min(query.features.height, reference.features.height), LEAST_DETAIL);
  let best = { difference: Infinity, side: query, wanted: query.gray, shown: reference.gray };
  for (const filter of fewest(query.features, reference.features)) {
    const shown = atDetail(reference, width, height, filter);
    for (const side of [query, query.mirrored]) {
      const wanted = atDetail(side, width, height, filter);
      const difference = squaredDifference(wanted, shown);
      if (difference < best.difference) best = { difference, side, wanted, shown };
    }
  }
  const { side, wanted, shown } = best;
  return {
    agreement: wholeAgreement(
      { ...reference.features.views[0]!, gray: shown },
      { ...side.features.views[0]!, gray: wanted },
    ),
    mirrored: side !== query,
    flat: Math.max(query.flatShare(0), reference.flatShare(0)),
    palette: Math.max(query.paletteShare(0), reference.paletteShare(0)),
    side: Math.max(shorterSide(query.features), shorterSide(reference.features)),
    stretch: Math.max(side.shape(0) / reference.shape(0), reference.shape(0) / side.shape(0)),
  };
}

/** One filter where none of the two is reduced. */
function fewest(a: ImageFeatures, b: ImageFeatures): readonly Filter[] {
  const same = (x: number, y: number): boolean => Math.min(x, VIEW_SIDE) === Math.min(y, VIEW_SIDE);
  return same(a.width, b.width) && same(a.height, b.height) ? [BICUBIC] : FILTERS;
}

/** The thumbnail of the whole picture as it were if the picture had been reduced to this size, where that is smaller. */
function atDetail({ gray, features }: ComparableImage, width: number, height: number, filter: Filter): Uint8Array {
  const across = width < Math.min(features.width, VIEW_SIDE) ? width : VIEW_SIDE;
  const down = height < Math.min(features.height, VIEW_SIDE) ? height : VIEW_SIDE;
  const rows = across < VIEW_SIDE ? reduced(gray, across, filter) : gray;
  return down < VIEW_SIDE ? turned(reduced(turned(rows), down, filter)) : rows;
}

/** Each row reduced and enlarged again, as a thumbnail of the reduced picture is. */
function reduced(gray: Uint8Array, to: number, filter: Filter): Uint8Array {
  const less = kernelOf(VIEW_SIDE, to, filter);
  const more = kernelOf(to, VIEW_SIDE, BICUBIC);
  const out = new Uint8Array(gray.length);
  const line = new Uint8Array(to);
  for (let y = 0; y < VIEW_SIDE; y++) {
    applyKernel(less, gray.subarray(y * VIEW_SIDE, (y + 1) * VIEW_SIDE), line, 0, 1);
    applyKernel(more, line, out, y * VIEW_SIDE, 1);
  }
  return out;
}

/** Few sizes occur, each many times: at most 64 to and fro for each filter. */
const kernels = new Map<Filter, Map<number, Kernel>>();

function kernelOf(from: number, to: number, filter: Filter): Kernel {
  const known = kernels.get(filter) ?? new Map<number, Kernel>();
  kernels.set(filter, known);
  const size = from * (VIEW_SIDE + 1) + to;
  const kernel = known.get(size) ?? resamplingKernel(from, to, filter);
  known.set(size, kernel);
  return kernel;
}

/** Rows as columns. */
function turned(gray: Uint8Array): Uint8Array {
  const out = new Uint8Array(gray.length);
  for (let at = 0; at < gray.length; at++) {
    out[(at % VIEW_SIDE) * VIEW_SIDE + Math.floor(at / VIEW_SIDE)] = gray[at]!;
  }
  return out;
}

function squaredDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at]! - b[at]!) ** 2;
  return sum;
}
