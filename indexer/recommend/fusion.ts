/** One score from many generators: a weighted sum of scores scaled to 0..1 within each generator. */
import { compareIds } from "../trends/genuine-sales.ts";
import type { Candidate, Reason } from "./reason.ts";

/** One generator's proposals and how much they count. */
export type Source = { weight: number; candidates: readonly Candidate[] };

/** A work with its fused score and what speaks for it, heaviest part first. */
export type Scored = { workId: string; score: number; parts: readonly { gain: number; reason: () => Reason }[] };

/** Most reasons shown for one work. */
const SHOWN_REASONS = 3;

/**
 * Adds up `weight * score / best score of the source` per work. Where one source proposes a work more than once, its
 * best proposal counts. Ordered by score, then id.
 */
export function fuse(sources: readonly Source[]): Scored[] {
  const scored = new Map<string, { score: number; parts: { gain: number; reason: () => Reason }[] }>();
  for (const { weight, candidates } of sources) {
    const best = new Map<string, Candidate>();
    let top = 0;
    for (const candidate of candidates) {
      const known = best.get(candidate.workId);
      if (!known || candidate.score > known.score) best.set(candidate.workId, candidate);
      if (candidate.score > top) top = candidate.score;
    }
    for (const { workId, score, reason } of best.values()) {
      const gain = top > 0 ? (weight * score) / top : 0;
      const row = scored.get(workId) ?? { score: 0, parts: [] };
      scored.set(workId, row);
      row.score += gain;
      row.parts.push({ gain, reason });
    }
  }
  const rows = [...scored].map(([workId, { score, parts }]) => ({
    workId,
    score,
    parts: parts.toSorted((a, b) => b.gain - a.gain),
  }));
  return rows.toSorted((a, b) => b.score - a.score || compareIds(a.workId, b.workId));
}

/** The reasons to show, heaviest first. */
export function reasonsOf({ parts }: Scored): Reason[] {
  return parts.slice(0, SHOWN_REASONS).map(({ reason }) => reason());
}
