/** Greedy re-ranking: relevance against sameness (after MMR, Carbonell and Goldstein 1998), with a creator cap. */
import type { WorkFact } from "../market-facts.ts";
import { compareIds } from "../trends/genuine-sales.ts";
import type { Scored } from "./fusion.ts";

/** Each work already placed by the same creator multiplies the score by this. */
const CREATOR_DECAY = 0.7;
/** What complete sameness with a placed work takes off, as a part of the score. */
const SAMENESS = 0.3;
/** Candidates looked at per place wanted. */
const POOL = 6;

/**
 * Places at most `limit` works. No creator gets more places than `max(2, ceil(limit / creators in the pool))`: a
 * shelf of 12 with six creators or more shows at least six of them. O(limit x pool).
 */
export function diversify(
  scored: readonly Scored[],
  { limit, workOf }: { limit: number; workOf: (id: string) => WorkFact | undefined },
): Scored[] {
  const pool = scored.slice(0, limit * POOL).flatMap((row) => {
    const work = workOf(row.workId);
    return work ? [{ row, work, sameness: 0 }] : [];
  });
  const creators = new Set(pool.map(({ work }) => work.creator));
  const cap = Math.max(2, Math.ceil(limit / Math.max(1, creators.size)));
  const placed: Scored[] = [];
  const shown = new Map<string, number>();
  while (placed.length < limit) {
    let best: (typeof pool)[number] | null = null;
    let bestScore = -1;
    for (const candidate of pool) {
      const times = shown.get(candidate.work.creator) ?? 0;
      if (times >= cap) continue;
      const score = candidate.row.score * CREATOR_DECAY ** times * (1 - SAMENESS * candidate.sameness);
      const better =
        score > bestScore || (score === bestScore && best && compareIds(candidate.work.id, best.work.id) < 0);
      if (better) {
        best = candidate;
        bestScore = score;
      }
    }
    if (!best) break;
    pool.splice(pool.indexOf(best), 1);
    placed.push(best.row);
    shown.set(best.work.creator, (shown.get(best.work.creator) ?? 0) + 1);
    for (const candidate of pool) {
      candidate.sameness = Math.max(candidate.sameness, samenessOf(candidate.work, best.work));
    }
  }
  return placed;
}

/** 0 to 1: half for the same kind's tags shared (Jaccard), half for the same creator. */
function samenessOf(a: WorkFact, b: WorkFact): number {
  let shared = 0;
  for (const tag of a.tags) if (b.tags.includes(tag)) shared++;
  const all = a.tags.length + b.tags.length - shared;
  const jaccard = all === 0 ? 0 : shared / all;
  return (a.kind === b.kind ? jaccard : 0) / 2 + (a.creator === b.creator ? 0.5 : 0);
}
