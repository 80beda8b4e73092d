/** Jobs with their documents, and what the operator's node says of them. */
import type { Job } from "../../../common/api/schemas.ts";
import type { Capability, JobReceipt, JobSpec } from "../../../common/documents.ts";
import type { Sql, SqlRow, SqlValue } from "../../db/database.ts";
import { historiesOf } from "./history.ts";

type Row = SqlRow & {
  id: string;
  requester: string;
  operator: string | null;
  model_work: string;
  currency: string;
  price: string;
  model_share: number;
  verification: number;
  status: Job["status"];
  deadline: number;
  posted_at: number;
  accepted: boolean;
  spec_digest: string;
  output_hash: string | null;
  receipt_digest: string | null;
  output_work: string | null;
  spec: JobSpec | null;
  receipt: JobReceipt | null;
  capability: Capability | null;
  stage: NonNullable<Job["check"]>["stage"] | null;
  certain: boolean;
  draw_block: number;
  check_deadline: number;
  verifiers: string[];
  revealed: number;
  result_right: boolean | null;
};

/** Jobs by a condition on `j`, newest first. */
export async function jobsWhere(sql: Sql, condition: string, values: readonly SqlValue[], limit = 200): Promise<Job[]> {
  const rows = await sql.query<Row>(
    `select j.id::text as id, j.requester, j.operator, j.model_work::text as model_work, j.currency,
       j.price::text as price, j.model_share, j.verification, j.status, j.deadline, j.posted_at, j.accepted,
       j.spec_digest, j.output_hash, j.receipt_digest, w.id::text as output_work, s.body as spec, r.body as receipt,
       c.body as capability, k.stage, k.certain, k.draw_block, k.deadline as check_deadline, k.verifiers, k.revealed, k.result_right
     from market.job j
     left join market.job_check k on k.job = j.id
     left join market.work w on w.content_hash = j.output_hash and not w.superseded
     left join app.document s on s.digest = j.spec_digest and s.schema = 'colophon/job/1' and s.state = 'found'
     left join app.document r on r.digest = j.receipt_digest and r.schema = 'colophon/receipt/1' and r.state = 'found'
     left join market.operator o on o.address = j.operator
     left join app.document c on c.digest = o.capability and c.schema = 'colophon/capability/1' and c.state = 'found'
     where ${condition} order by j.id desc limit ${limit}`,
    values,
  );
  const histories = await historiesOf(
    sql,
    "job",
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    requester: row.requester,
    operator: row.operator,
    modelWorkId: row.model_work,
    currency: row.currency,
    price: row.price,
    modelShare: row.model_share,
    verification: row.verification,
    status: row.status,
    deadline: row.deadline,
    postedAt: row.posted_at,
    specDigest: row.spec_digest,
    spec: row.spec,
    outputHash: row.output_hash,
    receiptDigest: row.receipt_digest,
    receipt: row.receipt,
    check: row.stage
      ? {
          stage: row.stage,
          certain: row.certain,
          drawBlock: row.draw_block,
          deadline: row.check_deadline,
          verifiers: row.verifiers,
          revealed: row.revealed,
          right: row.result_right,
        }
      : null,
    outputWorkId: row.output_work,
    progressUrl: row.capability ? progressUrl(row.capability.endpoint, row.id) : null,
    history: histories.get(row.id) ?? [],
  }));
}

function progressUrl(endpoint: string, jobId: string): string {
  return `${endpoint.replace(/\/+$/, "")}/jobs/${jobId}/events`;
}
