import type { WorkFact } from "../../market-facts.ts";
import type { MarketView } from "../market-view.ts";
import { type Candidate, reasonOf } from "../reason.ts";
import type { Anchor } from "../viewer.ts";

/** Most tags a reason names. */
const NAMED_TAGS = 3;

/**
 * Works that share rare tags with the anchors: sum over shared tags of rarity x taste, divided by the root of the number
 * of the work's tags. Rarity is log((works + 1) / (works with the tag + 0.5)); taste is the anchors' weight on the tag.
 */
export function sameTags(view: MarketView, anchors: readonly Anchor[]): Candidate[] {
  const taste = new Map<string, number>();
  for (const { work, weight } of anchors) {
    for (const tag of new Set(work.tags)) taste.set(tag, (taste.get(tag) ?? 0) + weight);
  }
  const rarity = new Map<string, number>();
  for (const tag of taste.keys()) {
    rarity.set(tag, Math.log((view.available.length + 1) / (view.facts.worksByTag(tag).length + 0.5)));
  }
  const candidates: Candidate[] = [];
  for (const work of view.available) {
    let score = 0;
    for (const tag of new Set(work.tags)) {
      score += Math.max(0, rarity.get(tag) ?? 0) * (taste.get(tag) ?? 0);
    }
    if (score === 0) continue;
    const anchor = nearestAnchor(work, anchors, rarity);
    if (!anchor) continue;
    candidates.push({
      workId: work.id,
      score: score / Math.sqrt(work.tags.length),
      reason: () =>
        reasonOf("same-tags", { workId: anchor.work.id, tags: sharedTags(work, anchor.work, rarity).join(", ") }, [
          anchor.evidence,
          anchor.work.metadataEvidence,
          work.metadataEvidence,
        ]),
    });
  }
  return candidates;
}

function nearestAnchor(work: WorkFact, anchors: readonly Anchor[], rarity: Map<string, number>): Anchor | null {
  let best: Anchor | null = null;
  let bestScore = 0;
  for (const anchor of anchors) {
    if (anchor.work.id === work.id) continue;
    let score = 0;
    for (const tag of work.tags) if (anchor.work.tags.includes(tag)) score += Math.max(0, rarity.get(tag) ?? 0);
    score *= anchor.weight;
    if (score > bestScore) {
      best = anchor;
      bestScore = score;
    }
  }
  return best;
}

/** Rarest first, at most `NAMED_TAGS`. */
function sharedTags(a: WorkFact, b: WorkFact, rarity: Map<string, number>): string[] {
  const shared = [...new Set(a.tags)].filter((tag) => b.tags.includes(tag));
  const order = (x: string, y: string) => (rarity.get(y) ?? 0) - (rarity.get(x) ?? 0) || (x < y ? -1 : 1);
  return shared.toSorted(order).slice(0, NAMED_TAGS);
}
