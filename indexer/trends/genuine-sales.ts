/** Which license sales count for ranks, and how much: the guard against trades with oneself and repeated buying. */
import type { LicenseFact, MarketFacts, WorkFact } from "../market-facts.ts";

/** A sale between two different wallets. */
export type GenuineSale = {
  license: LicenseFact;
  work: WorkFact;
  /** Who holds the license. */
  buyer: string;
};

export type GenuineSales = {
  /** Ordered by time, then license id. */
  sales: readonly GenuineSale[];
  /** Left out: one wallet on both sides. */
  selfDealt: readonly LicenseFact[];
  /** Trust in a buyer, 0 to 1; see `trustOf`. Wallets that never bought have none. */
  trust: ReadonlyMap<string, number>;
};

type Kept = { version: number; latest: number; found: GenuineSales };
const kept = new WeakMap<MarketFacts, Kept>();

const BY_TIME = (a: GenuineSale, b: GenuineSale) =>
  a.license.issuedAt - b.license.issuedAt || compareIds(a.license.id, b.license.id);

/**
 * Splits all licenses issued up to `now` (block time, seconds) into genuine sales and self-dealt ones, and weighs each
 * buyer. A license is self-dealt when its holder or payer is the work's creator or owner. O(licenses log licenses),
 * kept until the facts change.
 */
export function genuineSales(facts: MarketFacts, now: number): GenuineSales {
  const last = kept.get(facts);
  if (last && last.version === facts.version && now >= last.latest) return last.found;
  const found = split(facts, now);
  let latest = 0;
  for (const license of facts.licenses()) latest = Math.max(latest, license.issuedAt);
  if (now >= latest) kept.set(facts, { version: facts.version, latest, found });
  return found;
}

function split(facts: MarketFacts, now: number): GenuineSales {
  const sales: GenuineSale[] = [];
  const selfDealt: LicenseFact[] = [];
  for (const license of facts.licenses()) {
    const work = facts.work(license.workId);
    if (!work || license.issuedAt > now) continue;
    if (isOnSide(work, license.holder) || isOnSide(work, license.payer)) selfDealt.push(license);
    else sales.push({ license, work, buyer: license.holder });
  }
  sales.sort(BY_TIME);
  return { sales, selfDealt, trust: trustOfBuyers(sales, selfDealt) };
}

/**
 * Trust in each buyer: d / (d + r), where d is how many different works the wallet bought and r how many of its
 * purchases say nothing: repeats of a work, trades with itself, and purchases from somebody who bought from it too.
 */
function trustOfBuyers(sales: readonly GenuineSale[], selfDealt: readonly LicenseFact[]): Map<string, number> {
  const customersOf = new Map<string, Set<string>>();
  for (const { buyer, work } of sales) setOf(customersOf, work.creator).add(buyer);
  const works = new Map<string, Set<string>>();
  const empty = new Map<string, number>();
  const countEmpty = (wallet: string) => empty.set(wallet, (empty.get(wallet) ?? 0) + 1);
  for (const { buyer, work } of sales) {
    const seen = setOf(works, buyer);
    if (seen.has(work.id) || customersOf.get(buyer)?.has(work.creator)) countEmpty(buyer);
    seen.add(work.id);
  }
  for (const license of selfDealt) countEmpty(license.holder);
  const trust = new Map<string, number>();
  for (const [buyer, seen] of works) trust.set(buyer, seen.size / (seen.size + (empty.get(buyer) ?? 0)));
  return trust;
}

function setOf(sets: Map<string, Set<string>>, key: string): Set<string> {
  const known = sets.get(key);
  if (known) return known;
  const made = new Set<string>();
  sets.set(key, made);
  return made;
}

function isOnSide(work: WorkFact, wallet: string): boolean {
  return wallet === work.creator || wallet === work.owner;
}

/** Orders decimal ids as numbers. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
