/** Everything about one work. */
import type { WorkDetail } from "../../../common/api/schemas.ts";
import { cidOfDigest, type Hash } from "../../../common/digest.ts";
import type { WorkMetadata } from "../../../common/documents.ts";
import { hasCode } from "../../../common/errors.ts";
import { isccOfBody } from "../../../fingerprint/index.ts";
import type { Sql, SqlRow } from "../../db/database.ts";
import { lienTable } from "../../projections/encumbrance.ts";
import type { EvidenceColumn } from "../../projections/projection.ts";
import { cardsOf } from "./cards.ts";
import { disputesOf } from "./disputes.ts";
import { historiesOf } from "./history.ts";
import { offersWhere } from "./offers.ts";
import { revenuesOf } from "./revenue.ts";

type Row = SqlRow & {
  content_hash: string;
  fingerprint: Hash;
  fingerprint_header: number;
  metadata_digest: Hash;
  provenance_hash: string;
  evidence: EvidenceColumn;
  stack: number;
  blocked: boolean;
  superseded: boolean;
  payees: string[] | null;
  ppm: number[] | null;
  held_until: number | null;
  body: WorkMetadata | null;
};
type EdgeRow = SqlRow & { parent: string; license: string; share: number; parent_stack: number; relative: boolean };

/** Remixes that an answer carries, newest first. */
const CHILDREN = 100;

/** Null for an unknown id. @param now block time, seconds */
export async function workDetail(sql: Sql, id: string, now: number): Promise<WorkDetail | null> {
  const [row] = await sql.query<Row>(
    `select w.content_hash, w.fingerprint, w.fingerprint_header, w.metadata_digest, w.provenance_hash, w.evidence,
       w.blocked, w.superseded, coalesce(s.stack, 0) as stack, d.body, p.payees, p.ppm,
       h.until as held_until
     from market.work w left join market.stack s on s.work = w.id left join market.split p on p.work = w.id
     left join market.hold h on h.work = w.id and not h.released and h.until >= $2
     left join app.document d on d.digest = w.metadata_digest and d.schema = 'colophon/work/1' and d.state = 'found'
     where w.id = $1::text::int8`,
    [id, now],
  );
  if (!row) return null;
  const edges = await sql.query<EdgeRow>(
    `select parent::text as parent, license::text as license, share, parent_stack, relative from market.edge
     where child = $1::text::int8 order by edge_index`,
    [id],
  );
  const remixes = await sql.query<{ child: string }>(
    `select child::text as child from market.edge where parent = $1::text::int8 order by child desc limit ${CHILDREN}`,
    [id],
  );
  const children = remixes.map((remix) => remix.child);
  const cards = await cardsOf(sql, [id, ...edges.map((edge) => edge.parent), ...children], now);
  const card = cards.get(id);
  // Undone by a reorg between two statements.
  if (!card) return null;
  return {
    ...card,
    description: row.body?.description ?? "",
    contentHash: row.content_hash,
    fingerprintHeader: row.fingerprint_header,
    metadataDigest: row.metadata_digest,
    provenanceHash: row.provenance_hash,
    stack: row.stack,
    blocked: row.blocked,
    superseded: row.superseded,
    heldUntil: row.held_until,
    liens: await liensOf(sql, id),
    disputes: await disputesOf(sql, id, now),
    split: row.payees && row.ppm ? { payees: row.payees, ppm: row.ppm } : null,
    iscc: isccOf(row.fingerprint, row.fingerprint_header),
    metadata: row.body,
    metadataCid: cidOfDigest(row.metadata_digest),
    registration: row.evidence,
    offers: await offersWhere(sql, "o.work = $1::text::int8", [id]),
    parents: edges.map((edge) => ({
      parent: cards.get(edge.parent) ?? null,
      parentId: edge.parent,
      licenseId: edge.license,
      share: edge.share,
      parentStack: edge.parent_stack,
      relative: edge.relative,
    })),
    children: children.flatMap((child) => cards.get(child) ?? []),
    revenue: (await revenuesOf(sql, [id], now)).get(id) ?? [],
    history: (await historiesOf(sql, "work", [id])).get(id) ?? [],
  };
}

async function liensOf(sql: Sql, id: string): Promise<WorkDetail["liens"]> {
  const rows = await lienTable.selectUnder(sql, [id]);
  return rows.map(({ ppm, heard, beneficiary_work: workId, beneficiary }) => ({
    share: ppm,
    heard,
    workId,
    account: workId ? null : beneficiary,
  }));
}

/** The code that is on chain, spelled out; null when what is on chain is no ISCC. */
function isccOf(body: Hash, header: number): WorkDetail["iscc"] {
  try {
    const { code, units } = isccOfBody(body, header);
    return { code, ...units, body, header };
  } catch (error) {
    if (hasCode(error, "BAD_ISCC")) return null;
    throw error;
  }
}
