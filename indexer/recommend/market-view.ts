/** What every generator needs to know at one moment, computed once per state of the market. */
import type { LicenseFact, MarketFacts, OfferFact, WorkFact } from "../market-facts.ts";
import { allowsRemix, isDiscoverable } from "../market-facts.ts";
import { compareIds, type GenuineSale, genuineSales } from "../trends/genuine-sales.ts";

export const DAY = 86_400;

export type MarketView = {
  facts: MarketFacts;
  /** Block time, seconds. */
  now: number;
  /** Works with an open offer that people discover for themselves (models and data sets are tools), by id. */
  available: readonly WorkFact[];
  isAvailable(workId: string): boolean;
  /** Cheapest open offer that allows derivatives. */
  remixOffer(workId: string): OfferFact | undefined;
  /** Genuine sales of a work, oldest first. */
  salesOf(workId: string): readonly GenuineSale[];
  /** Genuine purchases of a wallet, oldest first, without tools. */
  purchasesOf(wallet: string): readonly GenuineSale[];
  /** 0 to 1. */
  trustIn(wallet: string): number;
  /** Different buyers of a work, with the latest sale to each. */
  buyersOf(workId: string): ReadonlyMap<string, GenuineSale>;
};

const kept = new WeakMap<MarketFacts, { version: number; view: MarketView }>();

/** The view of the facts at block time `now`; kept until facts or time change. */
export function marketView(facts: MarketFacts, now: number): MarketView {
  const last = kept.get(facts);
  if (last && last.version === facts.version && last.view.now === now) return last.view;
  const view = lookAt(facts, now);
  kept.set(facts, { version: facts.version, view });
  return view;
}

/** Licenses that a wallet got by `now`, newest first. */
export function licensesHeld(view: MarketView, wallet: string): LicenseFact[] {
  return view.facts
    .licensesByHolder(wallet)
    .filter((license) => license.issuedAt <= view.now && view.facts.work(license.workId))
    .toSorted((a, b) => b.issuedAt - a.issuedAt || compareIds(b.id, a.id));
}

function lookAt(facts: MarketFacts, now: number): MarketView {
  const offers = new Map<string, OfferFact[]>();
  for (const work of facts.works()) {
    if (work.registeredAt > now || !isDiscoverable(work)) continue;
    const open = facts.openOffers(work.id, now);
    if (open.length > 0) offers.set(work.id, [...open].toSorted(byPrice));
  }
  const available = [...offers.keys()].toSorted(compareIds).map((id) => facts.work(id) as WorkFact);

  const { sales, trust } = genuineSales(facts, now);
  const byWork = new Map<string, GenuineSale[]>();
  const byBuyer = new Map<string, GenuineSale[]>();
  const buyers = new Map<string, Map<string, GenuineSale>>();
  for (const sale of sales) {
    if (!isDiscoverable(sale.work)) continue;
    append(byWork, sale.work.id, sale);
    append(byBuyer, sale.buyer, sale);
    const latest = buyers.get(sale.work.id) ?? new Map<string, GenuineSale>();
    buyers.set(sale.work.id, latest);
    latest.set(sale.buyer, sale);
  }
  return {
    facts,
    now,
    available,
    isAvailable: (workId) => offers.has(workId),
    remixOffer: (workId) => offers.get(workId)?.find(allowsRemix),
    salesOf: (workId) => byWork.get(workId) ?? [],
    purchasesOf: (wallet) => byBuyer.get(wallet) ?? [],
    trustIn: (wallet) => trust.get(wallet) ?? 0,
    buyersOf: (workId) => buyers.get(workId) ?? new Map(),
  };
}

function append<T>(rows: Map<string, T[]>, key: string, row: T): void {
  const list = rows.get(key);
  if (list) list.push(row);
  else rows.set(key, [row]);
}

function byPrice(a: OfferFact, b: OfferFact): number {
  if (a.price !== b.price) return a.price < b.price ? -1 : 1;
  return compareIds(a.id, b.id);
}
