import { DAY, type MarketView } from "../market-view.ts";
import { type Candidate, reasonOf } from "../reason.ts";

/** A work is fresh for so many days. */
export const FRESH_DAYS = 14;
const HALF_LIFE = 3 * DAY;

/** Works registered lately, newest first. */
export function fresh(view: MarketView): Candidate[] {
  const candidates: Candidate[] = [];
  for (const work of view.available) {
    const age = view.now - work.registeredAt;
    if (age < 0 || age > FRESH_DAYS * DAY) continue;
    candidates.push({
      workId: work.id,
      score: 2 ** (-age / HALF_LIFE),
      reason: () => reasonOf("fresh", { days: Math.floor(age / DAY) }, [work.evidence]),
    });
  }
  return candidates;
}
