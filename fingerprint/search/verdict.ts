/** The three words for people, and the distances they stand for. Reasons and measured rates: fingerprint/README.md. */
import type { WorkKind } from "../../common/work-kind.ts";

/** How sure a match is: identical bytes; close content codes; a candidate to be looked at. */
export type Verdict = "same-file" | "very-likely-same" | "looks-similar";

/** Bits of the content unit that are compared. */
export const COMPARED_BITS = 64;

/** Largest distance, in bits of 64, for each verdict. Kinds that are not listed have no content unit to compare. */
export const THRESHOLDS: Partial<Record<WorkKind, { veryLikelySame: number; looksSimilar: number }>> = {
  image: { veryLikelySame: 8, looksSimilar: 12 },
  text: { veryLikelySame: 8, looksSimilar: 14 },
};

/** Verdict on two content units of one kind, or null when they say nothing. @param distance bits of 64 that differ */
export function verdictOf(kind: WorkKind, distance: number): Verdict | null {
  const thresholds = THRESHOLDS[kind];
  if (!thresholds || distance > thresholds.looksSimilar) return null;
  return distance <= thresholds.veryLikelySame ? "very-likely-same" : "looks-similar";
}
