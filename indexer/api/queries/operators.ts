/** Operators with what their nodes offer and how their jobs ended. */
import type { Operator } from "../../../common/api/schemas.ts";
import type { Capability } from "../../../common/documents.ts";
import type { Sql, SqlRow } from "../../db/database.ts";

const COIN = `0x${"00".repeat(20)}`;

type Row = SqlRow & {
  address: string;
  capability: string;
  stake: string;
  locked: string;
  registered_at: number;
  done: number;
  failed: number;
  earned: string;
  body: Capability | null;
};

/** All operators, those with the most settled jobs first. `earned` is in the chain's coin. */
export async function operatorList(sql: Sql): Promise<Operator[]> {
  const rows = await sql.query<Row>(
    `select o.address, o.capability, o.stake::text as stake, o.locked::text as locked, o.registered_at, d.body,
       coalesce(j.done, 0) as done, coalesce(j.failed, 0) as failed, coalesce(j.earned, 0)::text as earned
     from market.operator o
     left join app.document d on d.digest = o.capability and d.schema = 'colophon/capability/1' and d.state = 'found'
     left join (
       select operator, count(*) filter (where status = 'settled') as done,
         count(*) filter (where status = 'refunded') as failed,
         sum(operator_amount) filter (where currency = '${COIN}') as earned
       from market.job where accepted group by operator
     ) j on j.operator = o.address
     order by coalesce(j.done, 0) desc, o.registered_at, o.address`,
  );
  const ids = [...new Set(rows.flatMap((row) => row.body?.models.map((model) => model.workId) ?? []))];
  const titles = await titlesOf(
    sql,
    ids.filter((id) => /^\d{1,18}$/.test(id)),
  );
  return rows.map((row) => ({
    address: row.address,
    stake: row.stake,
    locked: row.locked,
    done: row.done,
    failed: row.failed,
    earned: row.earned,
    capabilityDigest: row.capability,
    endpoint: row.body?.endpoint ?? null,
    device: row.body?.device ?? null,
    models: (row.body?.models ?? [])
      .filter((model) => /^\d{1,18}$/.test(model.workId))
      .map((model) => ({ ...model, title: titles.get(model.workId) ?? `#${model.workId}` })),
    registeredAt: row.registered_at,
  }));
}

/** Titles of works whose metadata is known. */
export async function titlesOf(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.query<{ id: string; title: string }>(
    `select w.id::text as id, d.body ->> 'title' as title from market.work w
     join app.document d on d.digest = w.metadata_digest and d.schema = 'colophon/work/1' and d.state = 'found'
     where w.id = any($1::text[]::int8[])`,
    [[...ids]],
  );
  return new Map(rows.map((row) => [row.id, row.title]));
}
