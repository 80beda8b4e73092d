import { DecayedSum } from "../../trends/forward-decay.ts";
import { FREE_WEIGHT } from "../../trends/weighted-sales.ts";
import { DAY, type MarketView } from "../market-view.ts";
import { type Candidate, CITED_LICENSES, reasonOf } from "../reason.ts";

/** Sales in this many days count. */
export const RISING_DAYS = 14;
const HALF_LIFE = 4 * DAY;
/** One buyer is not yet a trend. */
export const RISING_BUYERS = 2;

/**
 * Works whose licenses sell now. Forward-decayed sum over different buyers: each counts once, at its latest genuine
 * purchase, by its trust; buying again moves the date but never adds.
 */
export function rising(view: MarketView): Candidate[] {
  const since = view.now - RISING_DAYS * DAY;
  const candidates: Candidate[] = [];
  for (const work of view.available) {
    const sum = new DecayedSum(HALF_LIFE);
    let buyers = 0;
    for (const [buyer, { license }] of view.buyersOf(work.id)) {
      const trust = view.trustIn(buyer);
      if (license.issuedAt < since || trust === 0) continue;
      sum.add(license.issuedAt, trust * (license.price === 0n ? FREE_WEIGHT : 1));
      buyers++;
    }
    if (buyers < RISING_BUYERS) continue;
    candidates.push({
      workId: work.id,
      score: sum.at(view.now),
      reason: () => {
        const sales = view.salesOf(work.id).filter(({ license }) => license.issuedAt >= since);
        const cited = sales.slice(-CITED_LICENSES).map(({ license }) => license.evidence);
        return reasonOf("rising", { buyers, days: RISING_DAYS }, cited);
      },
    });
  }
  return candidates;
}
