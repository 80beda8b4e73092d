/** The append-only log of blocks and events: what everything else is reduced from. */
import type { BlockHeader } from "../chain/chain-source.ts";
import type { DecodedLog, StoredEvent } from "../chain/stored-event.ts";
import type { Sql, SqlRow } from "../db/database.ts";

/** Adds blocks and their events. */
export async function appendLog(
  sql: Sql,
  blocks: readonly BlockHeader[],
  events: readonly DecodedLog[],
): Promise<void> {
  await sql.query(
    `insert into chain.block (number, hash, parent_hash, time)
     select n::int8, h, p, t::int8 from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as u(n, h, p, t)
     on conflict (number) do update set hash = excluded.hash, parent_hash = excluded.parent_hash, time = excluded.time`,
    [
      blocks.map((b) => String(b.number)),
      blocks.map((b) => b.hash),
      blocks.map((b) => b.parentHash),
      blocks.map((b) => String(b.time)),
    ],
  );
  if (events.length === 0) return;
  await sql.query(
    `insert into chain.event (block, log_index, tx, name, args)
     select b::int8, i::int8, x, n, a::jsonb
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as u(b, i, x, n, a)`,
    [
      events.map((e) => String(e.block)),
      events.map((e) => String(e.logIndex)),
      events.map((e) => e.tx),
      events.map((e) => e.name),
      events.map((e) => JSON.stringify(e.args)),
    ],
  );
}

/** Events after a place in the log, oldest first. */
export async function readEvents(
  sql: Sql,
  after: { block: number; logIndex: number },
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await sql.query<
    SqlRow & { block: number; log_index: number; tx: string; name: string; args: unknown; time: number }
  >(
    `select e.block, e.log_index, e.tx, e.name, e.args, b.time from chain.event e join chain.block b on b.number = e.block
     where (e.block, e.log_index) > ($1::int8, $2::int8) order by e.block, e.log_index limit $3`,
    [after.block, after.logIndex, limit],
  );
  return rows.map(
    ({ block, log_index: logIndex, tx, name, args, time }) =>
      ({ name, args, block, time, logIndex, tx }) as unknown as StoredEvent,
  );
}

/** Blocks that the log knows at or below a height, newest first. */
export async function blocksBelow(
  sql: Sql,
  number: number,
  limit: number,
): Promise<{ number: number; hash: string; time: number }[]> {
  return sql.query("select number, hash, time from chain.block where number <= $1 order by number desc limit $2", [
    number,
    limit,
  ]);
}

/** Forgets every block after a height, and its events. */
export async function truncateLog(sql: Sql, after: number): Promise<void> {
  await sql.query("delete from chain.event where block > $1", [after]);
  await sql.query("delete from chain.block where number > $1", [after]);
}
