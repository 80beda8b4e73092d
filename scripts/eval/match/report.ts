/** From look-ups to figures: recall per edit, and false pairs with the bound that their number allows. */
import {
  AUDIO_SAME,
  AUDIO_SIMILAR,
  IMAGE_SAME_COVERED,
  IMAGE_SAME_PIXELS,
  IMAGE_SAME_STILL,
  IMAGE_SAME_STRUCTURE,
  IMAGE_SIMILAR,
  MIN_INFORMATIVE_BLOCKS,
  MOST_STRETCH,
  PLAIN_FLAT_SHARE,
  TEXT_SAME,
  TEXT_SIMILAR,
} from "../../../fingerprint/match/judge.ts";
import { EVENNESS } from "../../../fingerprint/match/image-features.ts";
import type { FeatureMatch } from "../../../fingerprint/match/feature-match.ts";
import type { MediumName } from "./media.ts";
import type { Found } from "./worker.ts";

/** Thresholds of a medium, as they stand in the code. */
export const THRESHOLDS_OF: Record<MediumName, object> = {
  images: {
    MIN_INFORMATIVE_BLOCKS,
    PLAIN_FLAT_SHARE,
    MOST_STRETCH,
    IMAGE_SAME_PIXELS,
    IMAGE_SAME_STILL,
    IMAGE_SAME_STRUCTURE,
    IMAGE_SAME_COVERED,
    IMAGE_SIMILAR,
    EVENNESS,
  },
  audio: { AUDIO_SAME, AUDIO_SIMILAR },
  text: { TEXT_SAME, TEXT_SIMILAR },
};

/** A copy's look-up: what it is a copy of, and what was found. */
export type EditLookUp = { name: string; edit: string; found: Found | null };

/** Two names as one, whatever their order. */
export function pairOf(a: string, b: string): string {
  return a < b ? `${a}\n${b}` : `${b}\n${a}`;
}

/** Share of copies found, per edit; and of all that was called very likely the same, how much was right (F1). */
export function recallOf(lookUps: readonly EditLookUp[], same: ReadonlySet<string>) {
  const byEdit = new Map<string, { n: number; candidate: number; verified: number; wrong: number }>();
  for (const { name, edit, found } of lookUps) {
    const count = byEdit.get(edit) ?? { n: 0, candidate: 0, verified: 0, wrong: 0 };
    byEdit.set(edit, count);
    count.n++;
    for (const { key, judgement } of found?.matches ?? []) {
      const verified = judgement === "very-likely-same";
      if (key === name) {
        count.candidate++;
        if (verified) count.verified++;
      } else if (verified && !same.has(pairOf(key, name))) count.wrong++;
    }
  }
  const round = (x: number): number => Math.round(x * 10_000) / 10_000;
  const recall: Record<string, { candidate: number; verified: number }> = {};
  const f1: Record<string, number> = {};
  let wrong = 0;
  for (const [edit, count] of byEdit) {
    recall[edit] = { candidate: round(count.candidate / count.n), verified: round(count.verified / count.n) };
    f1[edit] = round((2 * count.verified) / (2 * count.verified + count.wrong + (count.n - count.verified)));
    wrong += count.wrong;
  }
  return { recall, f1, falseOfEdits: { queries: lookUps.length, verified: wrong } };
}

/** A work's look-ups: left out of the index, as if it were new; and registered, as in use. */
export type WorkLookUp = { name: string; asNew: Found; registered: Found };

/**
 * Pairs of different works that were found. `verified`: every file registered, every file looked up, as in use, where of
 * several drawings that fit only the closest counts, and a registered file's closest is itself.
 * `verifiedUnregistered`: the file that is looked up is left out, as if it were new.
 */
export function falsePairsOf(lookUps: readonly WorkLookUp[], same: ReadonlySet<string>) {
  const verdicts = new Map<string, { verdict: string; registered: boolean }>();
  const compared = new Set<string>();
  for (const { name, asNew, registered } of lookUps) {
    for (const key of asNew.compared) compared.add(pairOf(name, key));
    const sureOf = (found: Found): string[] => found.matches.filter(isSure).map(({ key }) => key);
    const inUse = new Set(sureOf(registered));
    const sure = new Set([...sureOf(asNew), ...inUse]);
    for (const { key, judgement } of [...asNew.matches, ...registered.matches]) {
      if (key === name) continue;
      const pair = pairOf(name, key);
      const known = verdicts.get(pair);
      verdicts.set(pair, {
        verdict: sure.has(key) ? "very-likely-same" : (known?.verdict ?? judgement),
        registered: inUse.has(key) || (known?.registered ?? false),
      });
    }
  }
  const wrong = [...verdicts].filter(([pair]) => !same.has(pair));
  const sure = wrong.filter(([, { verdict }]) => verdict === "very-likely-same");
  const listed = wrong.toSorted((a, b) => Number(b[1].registered) - Number(a[1].registered) || rank(a) - rank(b));
  return {
    falsePairs: {
      compared: [...compared].filter((pair) => !same.has(pair)).length,
      candidate: wrong.length,
      verified: sure.filter(([, { registered }]) => registered).length,
      verifiedUnregistered: sure.length,
    },
    pairsFound: listed.slice(0, 200).map(([pair, { verdict }]) => {
      const [a, b] = pair.split("\n");
      return { a: a!, b: b!, verdict };
    }),
    samePairsFound: verdicts.size - wrong.length,
  };
}

export function isSure({ judgement }: FeatureMatch): boolean {
  return judgement === "very-likely-same";
}

function rank([, { verdict }]: [string, { verdict: string }]): number {
  return verdict === "very-likely-same" ? 0 : 1;
}

/**
 * Rate that is exceeded with less than 5 % probability when `found` of `n` were: 3/n for none (rule of three), else the
 * Poisson bound by Wilson and Hilferty's approximation of chi-squared.
 */
export function upperBound95(found: number, n: number): number | null {
  if (n === 0) return null;
  if (found === 0) return 3 / n;
  const k = found + 1;
  return (k * (1 - 1 / (9 * k) + 1.6449 / (3 * Math.sqrt(k))) ** 3) / n;
}
