/**
 * Excerpt codes: which passages a text holds, so that a quotation can be found in it. Ours, no part of ISO 24138, whose
 * text unit compares whole texts only.
 */
import { xxh32 } from "../algorithms/xxh32.ts";
import { collapseText } from "./normalize-text.ts";

/** Letters of a shingle: the text unit's own. */
const SHINGLE = 13;
/** Shingles of which the smallest hash is kept. */
const WINDOW = 32;

/**
 * Excerpt codes, version 0, by winnowing (Schleimer, Wilkerson, Aiken 2003).
 *
 * 1. The text is collapsed as for the text unit: no case, space, marks, punctuation.
 * 2. Each run of 13 characters is hashed by xxHash32 of its UTF-8.
 * 3. Of every 32 hashes in a row the smallest is kept, the last one of equals.
 *
 * Any passage of 44 characters that two texts share gives them a common code; about one hash in 17 is kept.
 * @returns the different codes in ascending order; none for a text of fewer than 13 characters
 */
export function excerptCodesV0(text: string): Uint32Array<ArrayBuffer> {
  const hashes = shingleHashes(text);
  const kept = new Set<number>();
  let smallest = -1;
  for (let end = 0; end < hashes.length; end++) {
    if (smallest >= 0 && smallest > end - WINDOW) {
      if (hashes[end]! <= hashes[smallest]!) smallest = end;
    } else {
      smallest = Math.max(0, end - WINDOW + 1);
      for (let i = smallest; i <= end; i++) if (hashes[i]! <= hashes[smallest]!) smallest = i;
    }
    // Shorter texts than a window give their smallest hash alone.
    if (end >= WINDOW - 1 || end === hashes.length - 1) kept.add(hashes[smallest]!);
  }
  return Uint32Array.from(kept).sort();
}

/** Codes that two sorted lists share, as a share of the shorter list: 1 when one text holds the other whole. */
export function excerptOverlap(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x, y] = [a[i]!, b[j]!];
    if (x === y) shared++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  const shorter = Math.min(a.length, b.length);
  return shorter === 0 ? 0 : shared / shorter;
}

function shingleHashes(text: string): Uint32Array {
  const bytes = new TextEncoder().encode(collapseText(text));
  const starts: number[] = [];
  for (let i = 0; i < bytes.length; i++) if ((bytes[i]! & 0xc0) !== 0x80) starts.push(i);
  starts.push(bytes.length);
  const count = Math.max(starts.length - SHINGLE, 0);
  return Uint32Array.from({ length: count }, (_, i) => xxh32(bytes, starts[i], starts[i + SHINGLE]));
}
