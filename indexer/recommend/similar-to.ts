import type { MarketFacts } from "../market-facts.ts";
import { boughtTogether } from "./candidates/bought-together.ts";
import { sameTags } from "./candidates/same-tags.ts";
import { similarFingerprint } from "./candidates/similar-fingerprint.ts";
import { diversify } from "./diversify.ts";
import { fuse, reasonsOf } from "./fusion.ts";
import { marketView } from "./market-view.ts";
import type { RecommendedWork } from "./shelves.ts";

export type SimilarToOptions = {
  /** Block time, seconds. */
  now: number;
  /** Most works (default 8). */
  limit?: number;
};

/**
 * Works like one work: near fingerprint, shared rare tags, bought by the same wallets. Empty for an unknown work.
 * Only works with an open offer. Deterministic in facts and time.
 */
export function similarTo(facts: MarketFacts, workId: string, { now, limit = 8 }: SimilarToOptions): RecommendedWork[] {
  const work = facts.work(workId);
  if (!work) return [];
  const view = marketView(facts, now);
  const anchors = [{ work, weight: 1, evidence: work.evidence }];
  const scored = fuse([
    { weight: 3, candidates: similarFingerprint(view, anchors) },
    { weight: 2, candidates: sameTags(view, anchors) },
    { weight: 2, candidates: boughtTogether(view, { anchors }) },
  ]).filter((row) => row.workId !== workId);
  const placed = diversify(scored, { limit, workOf: (id) => facts.work(id) });
  return placed.map((row) => ({ workId: row.workId, reasons: reasonsOf(row) }));
}
