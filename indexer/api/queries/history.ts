/** What happened to a work or a job. */
import type { HistoryEntry } from "../../../common/api/schemas.ts";
import type { Sql, SqlRow } from "../../db/database.ts";
import type { EvidenceColumn } from "../../projections/projection.ts";

/** Newest entries that an answer carries. */
const ENTRIES = 500;

type Row = SqlRow & {
  subject_id: string;
  type: string;
  time: number;
  actor: string | null;
  params: Record<string, string>;
  evidence: EvidenceColumn;
};

/** Histories of subjects, each newest first. */
export async function historiesOf(
  sql: Sql,
  subject: "work" | "job",
  ids: readonly string[],
): Promise<Map<string, HistoryEntry[]>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.query<Row>(
    `select subject_id::text as subject_id, type, time, actor, params, evidence from (
       select *, row_number() over (partition by subject_id order by block desc, log_index desc) as nth
       from market.history where subject = $1 and subject_id = any($2::text[]::int8[])
     ) h where nth <= ${ENTRIES} order by block desc, log_index desc`,
    [subject, [...ids]],
  );
  const histories = new Map<string, HistoryEntry[]>(ids.map((id) => [id, []]));
  for (const { subject_id: id, type, time, actor, params, evidence } of rows) {
    histories.get(id)?.push({ type, time, actor, params, evidence });
  }
  return histories;
}
