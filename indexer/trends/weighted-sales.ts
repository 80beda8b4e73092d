import { type GenuineSale, genuineSales } from "./genuine-sales.ts";
import type { MarketFacts } from "../market-facts.ts";

/** A free license costs a false wallet nothing. */
export const FREE_WEIGHT = 0.25;

/** A genuine sale with the weight it has in ranks. */
export type WeightedSale = GenuineSale & { weight: number };

/**
 * Genuine sales in the half-open time span (from, to], oldest first, each weighed by trust in the buyer x 1/k, where
 * it is the buyer's k-th different work of this creator in the span; a work bought again weighs 0, a free license a quarter. So one
 * wallet, however often it buys, moves a creator's rank by a harmonic sum and a work's rank by one purchase.
 */
export function weightedSales(facts: MarketFacts, { from, to }: { from: number; to: number }): WeightedSale[] {
  const { sales, trust } = genuineSales(facts, to);
  const bought = new Map<string, Set<string>>();
  const weighted: WeightedSale[] = [];
  for (const sale of sales) {
    if (sale.license.issuedAt <= from) continue;
    const pair = `${sale.buyer}>${sale.work.creator}`;
    const works = bought.get(pair) ?? new Set<string>();
    bought.set(pair, works);
    const again = works.has(sale.work.id);
    works.add(sale.work.id);
    const worth = sale.license.price === 0n ? FREE_WEIGHT : 1;
    weighted.push({ ...sale, weight: again ? 0 : (worth * (trust.get(sale.buyer) ?? 0)) / works.size });
  }
  return weighted;
}
