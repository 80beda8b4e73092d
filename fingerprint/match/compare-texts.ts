/** The verification stage for texts: how much of the one is found in the other. */
import type { TextFeatures } from "./text-features.ts";

/** Estimates from the passages that both sketches must hold if both texts do. */
export type TextComparison = {
  /** Passages seen in both. */
  shared: number;
  /** Of the smaller text's passages (in the part of the hash range that both sketches cover), the share in the other. */
  containment: number;
  /** Of the passages of either, the share in both. */
  resemblance: number;
};

/** Compares two sketches. Linear in their length. */
export function compareTexts(a: TextFeatures, b: TextFeatures): TextComparison {
  const ceiling = Math.min(a.ceiling, b.ceiling);
  let i = 0;
  let j = 0;
  let shared = 0;
  while (i < a.hashes.length && j < b.hashes.length && a.hashes[i]! <= ceiling && b.hashes[j]! <= ceiling) {
    if (a.hashes[i] === b.hashes[j]) {
      shared++;
      i++;
      j++;
    } else if (a.hashes[i]! < b.hashes[j]!) i++;
    else j++;
  }
  const ofA = countUpTo(a.hashes, ceiling);
  const ofB = countUpTo(b.hashes, ceiling);
  return {
    shared,
    containment: shared / Math.max(Math.min(ofA, ofB), 1),
    resemblance: shared / Math.max(ofA + ofB - shared, 1),
  };
}

function countUpTo(hashes: Uint32Array, ceiling: number): number {
  let low = 0;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (hashes[middle]! <= ceiling) low = middle + 1;
    else high = middle;
  }
  return low;
}
