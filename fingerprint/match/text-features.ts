/** What is kept of a text to recognise it, or a part of it: the smallest hashes of its passages. */
import { xxh32 } from "../algorithms/xxh32.ts";
import { collapseText } from "../text/normalize-text.ts";

/** Characters of a passage, as in ISCC's text unit: two to three words. */
const PASSAGE_CHARACTERS = 13;

/** Hashes that are kept. */
export const SKETCH_HASHES = 1024;

/**
 * A bottom-k sketch (Broder 1997): of all different passages' hashes, the smallest. A hash is below another text's
 * `ceiling` or not, whatever else the texts hold; so two sketches can be compared below the lower of both ceilings, and
 * tell what share of one text is found in the other.
 */
export type TextFeatures = {
  kind: "text";
  /** Ascending. */
  hashes: Uint32Array;
  /** Every passage whose hash is at most this is in `hashes`. */
  ceiling: number;
  /** Different passages in all. */
  passages: number;
};

/** Sketch of a text. Linear time; at most 4 KiB whatever its length. */
export function textFeatures(text: string): TextFeatures {
  const bytes = new TextEncoder().encode(collapseText(text));
  const starts: number[] = [];
  for (let i = 0; i < bytes.length; i++) if ((bytes[i]! & 0xc0) !== 0x80) starts.push(i);
  const characters = starts.length;
  starts.push(bytes.length);
  const all = new Uint32Array(Math.max(characters - PASSAGE_CHARACTERS + 1, 0));
  for (let i = 0; i < all.length; i++) all[i] = xxh32(bytes, starts[i], starts[i + PASSAGE_CHARACTERS]);
  all.sort();
  let passages = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[passages++] = all[i]!;
  const hashes = all.slice(0, Math.min(passages, SKETCH_HASHES));
  return { kind: "text", hashes, ceiling: passages > hashes.length ? hashes.at(-1)! : 0xffffffff, passages };
}
