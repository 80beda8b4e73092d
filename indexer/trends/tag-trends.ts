import type { Trends } from "../../common/api/schemas.ts";
import { isDiscoverable, type MarketFacts } from "../market-facts.ts";
import { DecayedSum } from "./forward-decay.ts";
import { weightedSales } from "./weighted-sales.ts";

/** A registered work counts as this part of a sale: supply shows a style too, but a sale shows that it is wanted. */
export const WORK_WEIGHT = 0.25;
/** A change is stated only when the window before held at least this many events of the tag. */
export const EVENTS_FOR_CHANGE = 3;

type Row = { sum: DecayedSum; works: number; licenses: number };

/** Tags by decayed score, with the change against the window before (0.5 = half more), null with too few events. */
export function tagTrends(
  facts: MarketFacts,
  { from, now, halfLife, limit }: { from: number; now: number; halfLife: number; limit: number },
): Trends["tags"] {
  const present = tagRows(facts, { from, to: now, halfLife });
  const before = tagRows(facts, { from: from - (now - from), to: from, halfLife });
  return [...present]
    .map(([tag, row]) => {
      const score = row.sum.at(now);
      const last = before.get(tag);
      const lastScore = last?.sum.at(from) ?? 0;
      const known = last && last.works + last.licenses >= EVENTS_FOR_CHANGE && lastScore > 0;
      return { tag, score, works: row.works, licenses: row.licenses, change: known ? score / lastScore - 1 : null };
    })
    .toSorted((a, b) => b.score - a.score || (a.tag < b.tag ? -1 : 1))
    .slice(0, limit);
}

function tagRows(facts: MarketFacts, { from, to, halfLife }: { from: number; to: number; halfLife: number }) {
  const rows = new Map<string, Row>();
  const rowOf = (tag: string): Row => {
    const row = rows.get(tag) ?? { sum: new DecayedSum(halfLife), works: 0, licenses: 0 };
    rows.set(tag, row);
    return row;
  };
  for (const work of facts.works()) {
    if (work.registeredAt <= from || work.registeredAt > to || !isDiscoverable(work)) continue;
    for (const tag of new Set(work.tags)) {
      const row = rowOf(tag);
      row.sum.add(work.registeredAt, WORK_WEIGHT);
      row.works++;
    }
  }
  for (const { work, license, weight } of weightedSales(facts, { from, to })) {
    if (!isDiscoverable(work)) continue;
    for (const tag of new Set(work.tags)) {
      const row = rowOf(tag);
      row.sum.add(license.issuedAt, weight);
      row.licenses++;
    }
  }
  return rows;
}
