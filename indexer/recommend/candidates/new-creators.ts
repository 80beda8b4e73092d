import type { WorkFact } from "../../market-facts.ts";
import { compareIds, type GenuineSale } from "../../trends/genuine-sales.ts";
import { DAY, type MarketView } from "../market-view.ts";
import { type Candidate, CITED_LICENSES, reasonOf } from "../reason.ts";

/** A creator is new for so many days after the first work. */
export const NEW_CREATOR_DAYS = 60;
const WEEK = 7 * DAY;
/** Weeks of an average creator's sales that each creator starts with. */
const PRIOR_WEEKS = 4;

type Growth = { creator: string; first: WorkFact; days: number; sales: GenuineSale[]; buyers: Map<string, number> };

/**
 * Works of creators who came lately. A creator's score is a lower bound of different buyers per week: gamma-Poisson
 * with the mean rate of all new creators as prior over 4 weeks, mean minus one standard deviation.
 * Within a creator, the work with most buyers comes first, then the newest; each further one counts half.
 */
export function newCreators(view: MarketView): Candidate[] {
  const growths = view.facts
    .creators()
    .map((creator) => growthOf(view, creator))
    .filter((growth) => growth !== null);
  let buyers = 0;
  let weeks = 0;
  for (const growth of growths) {
    buyers += trusted(growth);
    weeks += weeksOf(view, growth);
  }
  const prior = { shape: (PRIOR_WEEKS * (buyers + 1)) / (weeks + 1), rate: PRIOR_WEEKS };
  return growths.flatMap((growth) => {
    const shape = prior.shape + trusted(growth);
    const rate = prior.rate + weeksOf(view, growth);
    const score = Math.max(0.001, (shape - Math.sqrt(shape)) / rate);
    return worksOf(view, growth.creator).map((work, place) => ({
      workId: work.id,
      score: score / 2 ** place,
      reason: () =>
        reasonOf("new-creator", { creator: growth.creator, days: growth.days, buyers: growth.buyers.size }, [
          growth.first.evidence,
          work.evidence,
          ...growth.sales.slice(-CITED_LICENSES).map(({ license }) => license.evidence),
        ]),
    }));
  });
}

function growthOf(view: MarketView, creator: string): Growth | null {
  const works = view.facts.worksByCreator(creator).filter((work) => work.registeredAt <= view.now);
  const [first] = works.toSorted((a, b) => a.registeredAt - b.registeredAt || compareIds(a.id, b.id));
  if (!first) return null;
  const days = Math.floor((view.now - first.registeredAt) / DAY);
  if (days > NEW_CREATOR_DAYS) return null;
  const sales = works.flatMap((work) => view.salesOf(work.id));
  sales.sort((a, b) => a.license.issuedAt - b.license.issuedAt || compareIds(a.license.id, b.license.id));
  const buyers = new Map(sales.map(({ buyer }) => [buyer, view.trustIn(buyer)]));
  return { creator, first, days, sales, buyers };
}

function trusted(growth: Growth): number {
  let sum = 0;
  for (const trust of growth.buyers.values()) sum += trust;
  return sum;
}

function weeksOf(view: MarketView, growth: Growth): number {
  return Math.max(1, (view.now - growth.first.registeredAt) / WEEK);
}

function worksOf(view: MarketView, creator: string): WorkFact[] {
  return view.facts
    .worksByCreator(creator)
    .filter((work) => view.isAvailable(work.id))
    .toSorted(
      (a, b) =>
        view.buyersOf(b.id).size - view.buyersOf(a.id).size ||
        b.registeredAt - a.registeredAt ||
        compareIds(a.id, b.id),
    );
}
