import { DAY, type MarketView } from "../market-view.ts";
import { type Candidate, reasonOf } from "../reason.ts";

const HALF_LIFE = 30 * DAY;

/**
 * Works that may be remixed under an open offer. What was remixed and bought before comes first, then newer works:
 * log2(2 + remixes + buyers) x fade (half-life 30 days, never below a quarter).
 */
export function openToRemix(view: MarketView): Candidate[] {
  const candidates: Candidate[] = [];
  for (const work of view.available) {
    const offer = view.remixOffer(work.id);
    if (!offer) continue;
    const use = view.facts.remixesOf(work.id).length + view.buyersOf(work.id).size;
    const fade = Math.max(0.25, 2 ** (-(view.now - work.registeredAt) / HALF_LIFE));
    const params = { share: offer.derivativeShare, price: offer.price.toString(), currency: offer.currency };
    candidates.push({
      workId: work.id,
      score: Math.log2(2 + use) * fade,
      reason: () => reasonOf("open-to-remix", params, [offer.evidence]),
    });
  }
  return candidates;
}
