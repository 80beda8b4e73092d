/** Documents that the chain names by digest, as they were found in the content store. Content-addressed: no reorg touches them. */
import type { z } from "zod";
import {
  type Capability,
  capabilitySchema,
  type JobReceipt,
  type JobSpec,
  jobReceiptSchema,
  jobSpecSchema,
  type Statement,
  statementSchema,
  type WorkMetadata,
  workMetadataSchema,
} from "../../common/documents.ts";
import type { Sql, SqlRow } from "../db/database.ts";

/** Documents by the value of their `schema` field. */
export const DOCUMENT_SCHEMAS = {
  "colophon/work/1": workMetadataSchema,
  "colophon/job/1": jobSpecSchema,
  "colophon/receipt/1": jobReceiptSchema,
  "colophon/capability/1": capabilitySchema,
  "colophon/statement/1": statementSchema,
} as const satisfies Record<string, z.ZodType>;

export type DocumentSchema = keyof typeof DOCUMENT_SCHEMAS;
export type AnyDocument = WorkMetadata | JobSpec | JobReceipt | Capability | Statement;
export type WantedDocument = { digest: string; schema: DocumentSchema };

export async function putDocument(
  sql: Sql,
  digest: string,
  schema: DocumentSchema,
  result: { body: AnyDocument } | { reason: string },
): Promise<void> {
  await sql.query(
    `insert into app.document (digest, schema, state, body, reason) values ($1, $2, $3, $4::text::jsonb, $5)
     on conflict (digest, schema) do update set state = excluded.state, body = excluded.body,
       reason = excluded.reason`,
    "body" in result
      ? [digest, schema, "found", JSON.stringify(result.body), null]
      : [digest, schema, "invalid", null, result.reason.slice(0, 500)],
  );
}

/** One text for a wanted document. */
export function documentKey({ digest, schema }: WantedDocument): string {
  return `${schema} ${digest}`;
}

/** Keys of those that are settled already: found, or known to be invalid as that kind of document. */
export async function settledDocuments(sql: Sql, wanted: readonly WantedDocument[]): Promise<Set<string>> {
  if (wanted.length === 0) return new Set();
  const rows = await sql.query<SqlRow & WantedDocument>(
    `select d.digest, d.schema from app.document d
     join unnest($1::text[], $2::text[]) as w(digest, schema) on w.digest = d.digest and w.schema = d.schema`,
    [wanted.map((w) => w.digest), wanted.map((w) => w.schema)],
  );
  return new Set(rows.map(documentKey));
}

/** Every document that the projections name and that is not settled. */
export async function missingDocuments(sql: Sql): Promise<WantedDocument[]> {
  return sql.query<SqlRow & WantedDocument>(
    `select distinct n.digest, n.schema from (
       select metadata_digest as digest, 'colophon/work/1' as schema from market.work
       union all select spec_digest, 'colophon/job/1' from market.job
       union all select receipt_digest, 'colophon/receipt/1' from market.job where receipt_digest is not null
       union all select capability, 'colophon/capability/1' from market.operator
     ) n left join app.document d on d.digest = n.digest and d.schema = n.schema where d.digest is null`,
  );
}

/** Works and jobs that name a document. */
export async function subjectsOfDocument(
  sql: Sql,
  digest: string,
): Promise<{ workId: string | null; jobId: string | null }[]> {
  return sql.query<SqlRow & { workId: string | null; jobId: string | null }>(
    `select id::text as "workId", null as "jobId" from market.work where metadata_digest = $1
     union all select null, id::text from market.job where spec_digest = $1 or receipt_digest = $1`,
    [digest],
  );
}

/** Metadata documents that were found. */
export async function foundMetadata(sql: Sql): Promise<{ digest: string; body: WorkMetadata }[]> {
  return sql.query<SqlRow & { digest: string; body: WorkMetadata }>(
    "select digest, body from app.document where schema = 'colophon/work/1' and state = 'found'",
  );
}
