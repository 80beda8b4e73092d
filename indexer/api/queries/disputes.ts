/** Disputes that name a work, with what was brought forward. */
import type { Dispute } from "../../../common/api/schemas.ts";
import { disputeClaimOf, disputeEffectsOf } from "../../../common/disputes.ts";
import type { Sql, SqlRow } from "../../db/database.ts";
import type { EvidenceColumn } from "../../projections/projection.ts";
import { cardsOf } from "./cards.ts";

/** Most disputes of one answer, newest first, and exhibits of each, oldest first: anybody can bring as many as they pay for. */
const DISPUTES = 50;
const EXHIBITS = 20;

type Row = SqlRow & {
  id: string;
  work: string | null;
  other_work: string | null;
  claim: number;
  claimant: string;
  respondent: string;
  arbitrator: string;
  bond: string;
  asked: number;
  effects_left: number;
  status: Dispute["status"];
  deadline: number;
  holds: boolean;
  ruling: number | null;
  by_default: boolean;
  opened_at: number;
  evidence: EvidenceColumn;
};
type ExhibitRow = SqlRow & {
  dispute: string;
  party: string;
  uri: string;
  time: number;
  evidence: EvidenceColumn;
  total: number;
};

const RULINGS = ["none", "claimant", "respondent"] as const;

/** Disputes over a work, and those that its owner's rights rest on. @param now block time, seconds */
export async function disputesOf(sql: Sql, workId: string, now: number): Promise<Dispute[]> {
  const rows = await sql.query<Row>(
    `select id::text as id, work::text as work, other_work::text as other_work, claim, claimant, respondent, arbitrator,
       bond::text as bond, asked, effects_left, status, deadline, holds, ruling, by_default, opened_at, evidence
     from market.dispute where work = $1::text::int8 or other_work = $1::text::int8
     order by market.dispute.id desc limit ${DISPUTES}`,
    [workId],
  );
  const exhibits = await exhibitsOf(
    sql,
    rows.map(({ id }) => id),
  );
  const named = rows.flatMap(({ work, other_work: other }) => [work, other]).filter((id) => id !== null);
  const cards = await cardsOf(sql, [...new Set(named)], now);
  return rows.flatMap((row) => {
    const claim = disputeClaimOf(row.claim);
    if (!claim) return [];
    const { total = 0, shown = [] } = exhibits.get(row.id) ?? {};
    return {
      id: row.id,
      claim,
      status: row.status,
      workId: row.work,
      work: (row.work && cards.get(row.work)) || null,
      otherWorkId: row.other_work,
      otherWork: (row.other_work && cards.get(row.other_work)) || null,
      claimant: row.claimant,
      respondent: row.respondent,
      arbitrator: row.arbitrator,
      bond: row.bond,
      asked: disputeEffectsOf(row.asked),
      left: disputeEffectsOf(row.effects_left),
      deadline: row.deadline,
      openedAt: row.opened_at,
      holds: row.holds,
      ruling: row.ruling === null ? null : (RULINGS[row.ruling] ?? "none"),
      byDefault: row.by_default,
      exhibits: shown,
      exhibitCount: total,
      opened: row.evidence,
    };
  });
}

async function exhibitsOf(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, { total: number; shown: Dispute["exhibits"] }>> {
  const rows = await sql.query<ExhibitRow>(
    `select dispute::text as dispute, party, uri, time, evidence, total::int8 as total from (
       select *, row_number() over (partition by dispute order by block, log_index) as nth,
         count(*) over (partition by dispute) as total
       from market.exhibit where dispute = any($1::text[]::int8[])
     ) e where nth <= ${EXHIBITS} order by block, log_index`,
    [[...ids]],
  );
  const found = new Map<string, { total: number; shown: Dispute["exhibits"] }>();
  for (const { dispute, total, party, uri, time, evidence } of rows) {
    const one = found.get(dispute) ?? { total, shown: [] };
    one.shown.push({ party, uri, time, evidence });
    found.set(dispute, one);
  }
  return found;
}
