/** What subscribers are told: written in the transaction of the facts, so that nothing is told that is not so. */
import type { StreamEvent } from "../../common/api/schemas.ts";
import type { Sql, SqlRow } from "../db/database.ts";

type OutboxRow = SqlRow & {
  seq: number;
  type: string;
  block: number;
  tx: string | null;
  work_id: number | null;
  job_id: number | null;
  retracts: number | null;
};
const COLUMNS = "seq, type, block, tx, work_id, job_id, retracts";

export type OutboxEntry = {
  type: string;
  block: number;
  /** Null for entries that no log entry states (a document was found): a reorg does not retract them. */
  logIndex: number | null;
  tx: string | null;
  workId: string | null;
  jobId: string | null;
};

export async function appendOutbox(sql: Sql, entries: readonly OutboxEntry[]): Promise<StreamEvent[]> {
  if (entries.length === 0) return [];
  const text = (value: string | number | null) => (value === null ? null : String(value));
  const rows = await sql.query<OutboxRow>(
    `insert into chain.outbox (type, block, log_index, tx, work_id, job_id)
     select t, b::int8, i::int8, x, w::int8, j::int8
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
       as u(t, b, i, x, w, j, n) order by n
     returning ${COLUMNS}`,
    [
      entries.map((e) => e.type),
      entries.map((e) => String(e.block)),
      entries.map((e) => text(e.logIndex)),
      entries.map((e) => e.tx),
      entries.map((e) => text(e.workId)),
      entries.map((e) => text(e.jobId)),
    ],
  );
  return rows.map(streamEvent).sort((a, b) => a.seq - b.seq);
}

/** Takes back what was told of the blocks after a height, newest first. */
export async function retractOutbox(sql: Sql, after: number): Promise<StreamEvent[]> {
  const rows = await sql.query<OutboxRow>(
    `with gone as (
       update chain.outbox set retracted = true
       where block > $1 and not retracted and log_index is not null
       returning seq, block, tx, work_id, job_id
     )
     insert into chain.outbox (type, block, tx, work_id, job_id, retracts, retracted)
     select 'retracted', block, tx, work_id, job_id, seq, true from gone order by seq desc
     returning ${COLUMNS}`,
    [after],
  );
  return rows.map(streamEvent).sort((a, b) => a.seq - b.seq);
}

/** Entries after a number, oldest first. */
export async function readOutbox(sql: Sql, after: number, limit: number): Promise<StreamEvent[]> {
  const rows = await sql.query<OutboxRow>(`select ${COLUMNS} from chain.outbox where seq > $1 order by seq limit $2`, [
    after,
    limit,
  ]);
  return rows.map(streamEvent);
}

export async function lastSeq(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ seq: number }>("select coalesce(max(seq), 0)::int8 as seq from chain.outbox");
  return row?.seq ?? 0;
}

function streamEvent(row: OutboxRow): StreamEvent {
  return {
    seq: row.seq,
    type: row.type,
    block: row.block,
    tx: row.tx,
    workId: row.work_id === null ? null : String(row.work_id),
    jobId: row.job_id === null ? null : String(row.job_id),
    retracts: row.retracts,
  };
}
