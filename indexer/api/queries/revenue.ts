/** Revenue of works in every currency they were paid in. */
import type { WorkRevenue } from "../../../common/api/schemas.ts";
import type { Sql, SqlRow } from "../../db/database.ts";
import { holdTable, lienMarkTable, lienTable } from "../../projections/encumbrance.ts";
import type { AccountRow } from "../../projections/ledger.ts";
import { type Encumbrance, type RevenueGraph, revenueOf } from "../../projections/revenue.ts";

type Edge = RevenueGraph["edges"][number];

/**
 * Revenues of works, each with an entry per currency in which the work or anything derived from it was paid.
 * @param now block time, seconds
 */
export async function revenuesOf(sql: Sql, ids: readonly string[], now: number): Promise<Map<string, WorkRevenue[]>> {
  if (ids.length === 0) return new Map();
  const edges = await sql.query<SqlRow & Edge>(
    `with recursive family(id) as (
       select unnest($1::text[]::int8[]) union select e.child from market.edge e join family f on e.parent = f.id
     )
     select e.child::text as child, e.parent::text as parent, e.edge_index, e.share, e.parent_stack, e.relative
     from market.edge e join family f on e.parent = f.id`,
    [[...ids]],
  );
  const family = [...new Set([...ids, ...edges.map((edge) => edge.child)])];
  const accounts = await sql.query<SqlRow & Record<keyof AccountRow, string>>(
    `select work::text as work, currency, direct::text as direct, passed::text as passed, earned::text as earned,
       claimed::text as claimed from market.account where work = any($1::text[]::int8[]) order by currency`,
    [family],
  );
  const pulled = await sql.query<SqlRow & { child: string; parent: string; currency: string; amount: string }>(
    `select child::text as child, parent::text as parent, currency, amount::text as amount from market.pulled
     where parent = any($1::text[]::int8[])`,
    [family],
  );
  const stacks = await sql.query<SqlRow & { work: string; stack: number }>(
    "select work::text as work, stack from market.stack where work = any($1::text[]::int8[])",
    [[...ids]],
  );
  const stackOf = new Map(stacks.map((row) => [row.work, row.stack]));
  const pulledBy = new Map(pulled.map((row) => [`${row.child} ${row.parent} ${row.currency}`, BigInt(row.amount)]));
  const accountBy = new Map(accounts.map((row) => [`${row.work} ${row.currency}`, accountOf(row)]));
  const encumbranceOf = await encumbrancesOf(sql, ids);
  const currencies = [...new Set(accounts.map((row) => row.currency))];
  return new Map(
    ids.map((id) => {
      const revenues = currencies.map((currency) =>
        revenueOf(
          id,
          currency,
          stackOf.get(id) ?? 0,
          {
            edges,
            account: (work) => accountBy.get(`${work} ${currency}`),
            pulled: (child, parent) => pulledBy.get(`${child} ${parent} ${currency}`) ?? 0n,
          },
          now,
          encumbranceOf(id),
        ),
      );
      return [id, revenues.filter((r) => r.direct !== "0" || r.earned !== "0" || r.pulls.length > 0)];
    }),
  );
}

/** Holds and liens of works, by id. */
async function encumbrancesOf(sql: Sql, ids: readonly string[]): Promise<(id: string) => Encumbrance> {
  const holds = new Map((await holdTable.selectUnder(sql, ids)).map((row) => [row.work, row]));
  const liens = await lienTable.selectUnder(sql, ids);
  const marks = liens.length > 0 ? await lienMarkTable.selectUnder(sql, ids) : [];
  const markBy = new Map(marks.map((row) => [`${row.work} ${row.lien} ${row.currency}`, row]));
  return (id) => ({
    hold: holds.get(id),
    liens: liens.filter(({ work }) => work === id),
    mark: (lien, currency) => markBy.get(`${id} ${lien} ${currency}`),
  });
}

function accountOf(row: Record<keyof AccountRow, string>): AccountRow {
  const { work, currency } = row;
  return {
    work,
    currency,
    direct: BigInt(row.direct),
    passed: BigInt(row.passed),
    earned: BigInt(row.earned),
    claimed: BigInt(row.claimed),
  };
}
