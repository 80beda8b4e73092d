/** Lists of works: filters and orders, page by page. */
import { WORK_KINDS, type WorkKind } from "../../../common/work-kind.ts";
import type { Database, SqlValue } from "../../db/database.ts";
import type { MarketFacts } from "../../market-facts.ts";
import { computeTrends } from "../../trends/index.ts";
import { decodeCursor, encodeCursor } from "../page-cursor.ts";
import { openOffer } from "./cards.ts";

export type WorkFilters = {
  kind?: WorkKind;
  tag?: string;
  creator?: string;
  owner?: string;
  q?: string;
  remixable?: boolean;
  sort: "new" | "rising" | "cheap";
  limit: number;
  cursor?: string;
};

/** Works ranked by their rise before the rest follows in order of age. */
const RISING_WINDOW = 30 * 86_400;

/** Ids of one page, and the cursor of the next. @param now block time, seconds */
export async function workPage(
  database: Database,
  facts: MarketFacts,
  filters: WorkFilters,
  now: number,
): Promise<{ ids: string[]; next: string | null }> {
  const values: SqlValue[] = [];
  const value = (v: SqlValue) => `$${values.push(v)}`;
  const where = conditions(filters, value, now);
  const size = filters.limit + 1;
  if (filters.sort === "rising") return risingPage(database, facts, filters, where, values, now);
  if (filters.sort === "cheap") {
    const price = `(select min(o.price) from market.offer o where o.work = w.id and ${openOffer(value(now))}
      and o.currency = '0x${"00".repeat(20)}')`;
    where.push(`${price} is not null`);
    if (filters.cursor) {
      const [last, id] = decodeCursor(filters.cursor, ["number", "id"]);
      where.push(`(${price}, w.id) > (${value(last ?? "")}::text::numeric, ${value(id ?? "")}::text::int8)`);
    }
    const rows = await database.query<{ id: string; price: string }>(
      `select w.id::text as id, ${price}::text as price from ${FROM} ${clause(where)}
       order by ${price}, w.id limit ${size}`,
      values,
    );
    return page(rows, filters.limit, (row) => [row.price, row.id]);
  }
  if (filters.cursor) where.push(`w.id < ${value(decodeCursor(filters.cursor, ["id"])[0] ?? "")}::text::int8`);
  const rows = await database.query<{ id: string }>(
    `select w.id::text as id from ${FROM} ${clause(where)} order by w.id desc limit ${size}`,
    values,
  );
  return page(rows, filters.limit, (row) => [row.id]);
}

const FROM = `market.work w left join app.document d
  on d.digest = w.metadata_digest and d.schema = 'colophon/work/1' and d.state = 'found'`;

function conditions(filters: WorkFilters, value: (v: SqlValue) => string, now: number): string[] {
  const where: string[] = [];
  if (filters.kind) where.push(`w.kind = ${value(WORK_KINDS[filters.kind])}`);
  if (filters.creator) where.push(`w.creator = ${value(filters.creator.toLowerCase())}`);
  if (filters.owner) where.push(`w.owner = ${value(filters.owner.toLowerCase())}`);
  if (filters.tag) where.push(`d.body -> 'tags' ? ${value(filters.tag)}`);
  for (const word of (filters.q ?? "").trim().split(/\s+/).filter(Boolean).slice(0, 8)) {
    const pattern = value(`%${word.replace(/[\\%_]/g, "\\$&")}%`);
    where.push(`(d.body ->> 'title' ilike ${pattern} or d.body ->> 'description' ilike ${pattern}
      or d.body ->> 'tags' ilike ${pattern} or w.creator ilike ${pattern})`);
  }
  if (filters.remixable) {
    where.push(`exists (select 1 from market.offer o join market.terms t on t.terms_id = o.terms_id
      where o.work = w.id and (t.flags & 2) <> 0 and ${openOffer(value(now))})`);
  }
  return where;
}

const clause = (where: string[]): string => (where.length > 0 ? `where ${where.join(" and ")}` : "");

/** Scores are computed from facts in memory, so the order is made here. */
async function risingPage(
  database: Database,
  facts: MarketFacts,
  filters: WorkFilters,
  where: string[],
  values: SqlValue[],
  now: number,
): Promise<{ ids: string[]; next: string | null }> {
  // Scores decay with time: later pages are ranked as of the moment of the first one.
  const [then = String(now), lastScore, lastId] = filters.cursor
    ? decodeCursor(filters.cursor, ["id", "number", "id"])
    : [];
  const scores = new Map(
    computeTrends(facts, { window: RISING_WINDOW, now: Number(then) }).works_rising.map((work) => [
      work.workId,
      work.score,
    ]),
  );
  const rows = await database.query<{ id: string }>(
    `select w.id::text as id from ${FROM} ${clause(where)} order by w.id desc`,
    values,
  );
  const ranked = rows
    .map(({ id }) => ({ id, score: scores.get(id) ?? 0 }))
    .sort((a, b) => b.score - a.score || Number(b.id) - Number(a.id));
  const rest = ranked.filter(
    (row) =>
      lastScore === undefined ||
      row.score < Number(lastScore) ||
      (row.score === Number(lastScore) && Number(row.id) < Number(lastId)),
  );
  return page(rest.slice(0, filters.limit + 1), filters.limit, (row) => [then, String(row.score), row.id]);
}

function page<Row extends { id: string }>(
  rows: readonly Row[],
  limit: number,
  key: (row: Row) => string[],
): { ids: string[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { ids: shown.map((row) => row.id), next: rows.length > limit && last ? encodeCursor(key(last)) : null };
}
