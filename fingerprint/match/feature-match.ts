/** What a look-up by features finds. */
import type { Judgement } from "./judge.ts";

/** A work that agrees with the query. */
export type FeatureMatch = {
  key: string;
  judgement: NonNullable<Judgement>;
  /** How far apart, 0 for equal; comparable within one medium only. */
  difference: number;
  /** A drawing, of which only the closest match can be very likely the same; see `isPlain`. */
  plain: boolean;
};

export type FeatureMatches = {
  /** Best first. */
  matches: FeatureMatch[];
  /** Keys that the codes pointed to and the comparison saw. */
  candidates: string[];
};

/** Very likely the same before looks similar, then by difference. */
export function bestFirst(matches: FeatureMatch[]): FeatureMatch[] {
  const rank = ({ judgement }: FeatureMatch): number => (judgement === "very-likely-same" ? 0 : 1);
  return matches.sort((a, b) => rank(a) - rank(b) || a.difference - b.difference || (a.key < b.key ? -1 : 1));
}
