/** What an account has: works, licenses, earnings, jobs. */
import type { Account } from "../../../common/api/schemas.ts";
import type { Sql, SqlRow } from "../../db/database.ts";
import { cardsOf } from "./cards.ts";
import { jobsWhere } from "./jobs.ts";
import { licensesWhere } from "./offers.ts";
import { revenuesOf } from "./revenue.ts";

/** Most works and licenses of one answer, newest first. */
const ROWS = 500;

type SplitRow = SqlRow & { work: string; payees: string[]; ppm: number[] };

/** Co-created works that pay the account a part. */
async function splitsOf(sql: Sql, address: string, now: number): Promise<Account["splits"]> {
  const rows = await sql.query<SplitRow>(
    `select work::text as work, payees, ppm from market.split where payees ? $1 order by market.split.work desc
     limit ${ROWS}`,
    [address],
  );
  const ids = rows.map((row) => row.work);
  const cards = await cardsOf(sql, ids, now);
  const revenues = await revenuesOf(sql, ids, now);
  return rows.flatMap(({ work: id, payees, ppm }) => {
    const work = cards.get(id);
    return work ? [{ work, payees, ppm, revenue: revenues.get(id) ?? [] }] : [];
  });
}

/** @param address lower case @param now block time, seconds */
export async function accountOf(sql: Sql, address: string, now: number): Promise<Account> {
  const owned = await sql.query<{ id: string }>(
    `select id::text as id from market.work where owner = $1 order by market.work.id desc limit ${ROWS}`,
    [address],
  );
  const ids = owned.map((row) => row.id);
  const licenses = (await licensesWhere(sql, "l.holder = $1", [address])).slice(0, ROWS);
  const cards = await cardsOf(sql, [...new Set([...ids, ...licenses.map((license) => license.workId)])], now);
  const revenues = await revenuesOf(sql, ids, now);
  const splits = await sql.query<{ work: string }>(
    "select work::text as work from market.split where work = any($1::text[]::int8[])",
    [ids],
  );
  const split = new Set(splits.map((row) => row.work));
  const credits = await sql.query<SqlRow & { currency: string; amount: string }>(
    "select currency, amount::text as amount from market.credit where account = $1 and amount > 0 order by currency",
    [address],
  );
  const balances = await sql.query<SqlRow & { currency: string; amount: string }>(
    "select currency, amount::text as amount from market.balance where account = $1 and amount > 0 order by currency",
    [address],
  );
  const [bonds] = await sql.query<SqlRow & { amount: string }>(
    "select amount::text as amount from market.bond_credit where account = $1 and amount > 0",
    [address],
  );
  return {
    address,
    works: ids.flatMap((id) => cards.get(id) ?? []),
    licenses: licenses.flatMap((license) => {
      const work = cards.get(license.workId);
      return work ? [{ ...license, work }] : [];
    }),
    // What a split pays goes to its payees, whoever owns the work.
    earnings: ids.flatMap((id) => {
      if (split.has(id)) return [];
      const work = cards.get(id);
      const revenue = revenues.get(id) ?? [];
      return work && revenue.length > 0 ? [{ work, revenue }] : [];
    }),
    jobs: await jobsWhere(sql, "(j.requester = $1 or (j.operator = $1 and j.accepted))", [address]),
    jobCredits: credits,
    ledgerBalances: balances,
    bondCredit: bonds?.amount ?? "0",
    splits: await splitsOf(sql, address, now),
  };
}
