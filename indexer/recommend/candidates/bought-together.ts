import type { Evidence, WorkFact } from "../../market-facts.ts";
import type { MarketView } from "../market-view.ts";
import { type Candidate, CITED_LICENSES, reasonOf } from "../reason.ts";

/** Fewer common buyers than this say nothing, and might name a person. */
export const COMMON_BUYERS = 2;
/** Added to the denominator so that tiny counts stay small. */
const SHRINK = 3;

export type BoughtTogetherOptions = {
  /** Anchors with their weights. */
  anchors: readonly { work: WorkFact; weight: number }[];
  /** Purchases of this wallet are not counted (the viewer's own). */
  except?: string;
};

/**
 * Works bought by the wallets that bought an anchor: item-to-item cosine over wallets, shrunk, where each wallet counts
 * once per pair, by its trust and the less the more it bought (1 / log2(2 + works)). Scores of anchors add up;
 * the reason names the anchor that gave most. O(sum over anchors and their buyers of what each bought).
 */
export function boughtTogether(view: MarketView, { anchors, except }: BoughtTogetherOptions): Candidate[] {
  const totals = new Map<string, { score: number; best: number; anchorId: string }>();
  const baskets = new Map<string, { works: string[]; weight: number }>();
  for (const { work: anchor, weight } of anchors) {
    const common = new Map<string, { sum: number; buyers: number }>();
    const buyers = view.buyersOf(anchor.id);
    for (const buyer of buyers.keys()) {
      if (buyer === except) continue;
      const basket = baskets.get(buyer) ?? basketOf(view, buyer);
      baskets.set(buyer, basket);
      for (const workId of basket.works) {
        const pair = common.get(workId);
        if (pair) {
          pair.sum += basket.weight;
          pair.buyers++;
        } else common.set(workId, { sum: basket.weight, buyers: 1 });
      }
    }
    for (const [workId, pair] of common) {
      if (workId === anchor.id || pair.buyers < COMMON_BUYERS || !view.isAvailable(workId)) continue;
      const cosine = pair.sum / (Math.sqrt(buyers.size * view.buyersOf(workId).size) + SHRINK);
      const gain = weight * cosine;
      const total = totals.get(workId);
      if (!total) totals.set(workId, { score: gain, best: gain, anchorId: anchor.id });
      else {
        total.score += gain;
        if (gain > total.best) {
          total.best = gain;
          total.anchorId = anchor.id;
        }
      }
    }
  }
  return [...totals].map(([workId, { score, anchorId }]) => ({
    workId,
    score,
    reason: () => {
      const { buyers, evidence } = commonBuyers(view, anchorId, workId, except);
      return reasonOf("bought-together", { workId: anchorId, buyers }, evidence);
    },
  }));
}

function basketOf(view: MarketView, buyer: string): { works: string[]; weight: number } {
  const works = [...new Set(view.purchasesOf(buyer).map((sale) => sale.work.id))];
  return { works, weight: view.trustIn(buyer) / Math.log2(2 + works.length) };
}

/** Everybody but `except` who bought both, with all their licenses to either, newest buyers first. */
function commonBuyers(view: MarketView, first: string, second: string, except: string | undefined) {
  const others = view.buyersOf(second);
  const buyers = [...view.buyersOf(first).keys()].filter((buyer) => buyer !== except && others.has(buyer));
  const wanted = new Set(buyers);
  const evidence: Evidence[] = [];
  for (const workId of [first, second]) {
    const sales = view.salesOf(workId).filter((sale) => wanted.has(sale.buyer));
    evidence.push(...sales.slice(-CITED_LICENSES).map((sale) => sale.license.evidence));
  }
  return { buyers: buyers.length, evidence };
}
