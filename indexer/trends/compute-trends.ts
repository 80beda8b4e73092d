/** What the market does in a window of time. */
import type { Trends } from "../../common/api/schemas.ts";
import type { WorkKind } from "../../common/work-kind.ts";
import { isDiscoverable, type LicenseFact, type MarketFacts, type WorkFact } from "../market-facts.ts";
import { Buckets, bucketLength, ether } from "./buckets.ts";
import { DecayedSum } from "./forward-decay.ts";
import { compareIds } from "./genuine-sales.ts";
import { tagTrends } from "./tag-trends.ts";
import { type WeightedSale, weightedSales } from "./weighted-sales.ts";

/** As the API's trends, with ids in place of cards: the API joins `works_rising[].workId` to a card. */
export type TrendsOfIds = Omit<Trends, "works_rising"> & {
  works_rising: { workId: string; score: number; licenses: number }[];
};

export type ComputeTrendsOptions = {
  /** Length of the window that ends now, seconds. */
  window: number;
  /** Block time, seconds. */
  now: number;
};

const RANKED = 12;
const COIN = `0x${"00".repeat(20)}`;

/**
 * Totals, series, price quartiles and decayed ranks over (now - window, now]. Self-dealt licenses (one wallet on both
 * sides) count nowhere; repeated purchases count as money but not in ranks; models and data sets are in no rank of works
 * and tags, since every remix takes a license to its model. Volume is licenses paid in the chain's
 * coin. O(n log n) in facts.
 */
export function computeTrends(facts: MarketFacts, { window, now }: ComputeTrendsOptions): TrendsOfIds {
  const from = now - window;
  const bucket = bucketLength(window);
  const buckets = new Buckets({ window, bucket, now });
  const sales = weightedSales(facts, { from, to: now });
  const works = [...facts.works()].filter((work) => work.registeredAt > from && work.registeredAt <= now);
  const halfLife = window / 4;

  return {
    window,
    bucket,
    until: now,
    totals: {
      works: works.length,
      licenses: sales.length,
      remixes: works.filter((work) => facts.parentsOf(work.id).length > 0).length,
      jobs: [...facts.jobs()].filter((job) => isWithin(job.settledAt, from, now)).length,
      creators: new Set(works.map((work) => work.creator)).size,
      buyers: new Set(sales.map((sale) => sale.buyer)).size,
      volumeWei: volumeOf(sales).toString(),
    },
    ...series(buckets, sales, works),
    tags: tagTrends(facts, { from, now, halfLife, limit: RANKED }),
    creators: creatorRanks(sales, works, { now, halfLife }),
    works_rising: workRanks(sales, { now, halfLife }),
    kinds: kindTotals(sales, works),
  };
}

function series(buckets: Buckets, sales: readonly WeightedSale[], works: readonly WorkFact[]) {
  const empty = () => Array.from({ length: buckets.count }, () => 0);
  const licenses = empty();
  const registered = empty();
  const wei = Array.from({ length: buckets.count }, () => 0n);
  const prices: bigint[][] = Array.from({ length: buckets.count }, () => []);
  for (const { license } of sales) {
    const index = buckets.indexOf(license.issuedAt);
    if (index < 0) continue;
    licenses[index] = (licenses[index] ?? 0) + 1;
    if (!isPaidInCoin(license)) continue;
    wei[index] = (wei[index] ?? 0n) + license.price;
    if (license.price > 0n) prices[index]?.push(license.price);
  }
  for (const work of works) {
    const index = buckets.indexOf(work.registeredAt);
    if (index >= 0) registered[index] = (registered[index] ?? 0) + 1;
  }
  return {
    licenses: buckets.series(licenses),
    volume: buckets.series(wei.map(ether)),
    works: buckets.series(registered),
    prices: buckets.quartiles(prices),
  };
}

function creatorRanks(
  sales: readonly WeightedSale[],
  works: readonly WorkFact[],
  { now, halfLife }: { now: number; halfLife: number },
): TrendsOfIds["creators"] {
  const rows = new Map<string, { sum: DecayedSum; works: number; sales: WeightedSale[] }>();
  const rowOf = (address: string) => {
    const row = rows.get(address) ?? { sum: new DecayedSum(halfLife), works: 0, sales: [] };
    rows.set(address, row);
    return row;
  };
  for (const work of works) rowOf(work.creator).works++;
  for (const sale of sales) {
    const row = rowOf(sale.work.creator);
    row.sum.add(sale.license.issuedAt, sale.weight);
    row.sales.push(sale);
  }
  return [...rows]
    .map(([address, row]) => ({
      address,
      score: row.sum.at(now),
      works: row.works,
      licenses: row.sales.length,
      volumeWei: volumeOf(row.sales).toString(),
    }))
    .toSorted((a, b) => b.score - a.score || b.works - a.works || (a.address < b.address ? -1 : 1))
    .slice(0, RANKED);
}

function workRanks(
  sales: readonly WeightedSale[],
  { now, halfLife }: { now: number; halfLife: number },
): TrendsOfIds["works_rising"] {
  const rows = new Map<string, { sum: DecayedSum; licenses: number }>();
  for (const { work, license, weight } of sales) {
    if (!isDiscoverable(work)) continue;
    const row = rows.get(work.id) ?? { sum: new DecayedSum(halfLife), licenses: 0 };
    rows.set(work.id, row);
    row.sum.add(license.issuedAt, weight);
    row.licenses++;
  }
  return [...rows]
    .map(([workId, { sum, licenses }]) => ({ workId, score: sum.at(now), licenses }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || compareIds(a.workId, b.workId))
    .slice(0, RANKED);
}

function kindTotals(sales: readonly WeightedSale[], works: readonly WorkFact[]): TrendsOfIds["kinds"] {
  const kinds = new Map<WorkKind, { works: number; sales: WeightedSale[] }>();
  const rowOf = (kind: WorkKind) => {
    const row = kinds.get(kind) ?? { works: 0, sales: [] };
    kinds.set(kind, row);
    return row;
  };
  for (const work of works) rowOf(work.kind).works++;
  for (const sale of sales) rowOf(sale.work.kind).sales.push(sale);
  return [...kinds]
    .map(([kind, row]) => ({
      kind,
      works: row.works,
      licenses: row.sales.length,
      volumeWei: volumeOf(row.sales).toString(),
    }))
    .toSorted((a, b) => b.licenses - a.licenses || b.works - a.works || (a.kind < b.kind ? -1 : 1));
}

function volumeOf(sales: readonly WeightedSale[]): bigint {
  return sales.reduce((sum, { license }) => (isPaidInCoin(license) ? sum + license.price : sum), 0n);
}

function isPaidInCoin(license: LicenseFact): boolean {
  return license.currency === COIN;
}

function isWithin(time: number | null, from: number, to: number): boolean {
  return time !== null && time > from && time <= to;
}
