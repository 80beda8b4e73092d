/** Works as cards: one statement for any number of them. */
import type { WorkCard } from "../../../common/api/schemas.ts";
import type { StoredFile, WorkMetadata } from "../../../common/documents.ts";
import { TERM_FLAGS } from "../../../common/terms.ts";
import { workKindName } from "../../../common/work-kind.ts";
import type { Sql, SqlRow } from "../../db/database.ts";

/** True of an offer `o` of a work `w` that anybody can buy from at `$now`. */
export const openOffer = (now: string): string =>
  `(not o.closed and not w.blocked and (o.supply = 0 or o.sold < o.supply) and (o.expires_at = 0 or o.expires_at >= ${now}))`;

const ZERO = `0x${"00".repeat(20)}`;

type CardRow = SqlRow & {
  id: string;
  kind: number;
  creator: string;
  owner: string;
  registered_at: number;
  content_hash: string;
  fingerprint: string;
  body: WorkMetadata | null;
  width: number | null;
  height: number | null;
  color: string | null;
  excerpt: string | null;
  price: string | null;
  currency: string | null;
  remixable: boolean;
  licenses: number;
  remixes: number;
};

/** Cards of works, by id; unknown ids are left out. @param now block time, seconds */
export async function cardsOf(sql: Sql, ids: readonly string[], now: number): Promise<Map<string, WorkCard>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.query<CardRow>(
    `select w.id::text as id, w.kind, w.creator, w.owner, w.registered_at, w.content_hash, w.fingerprint, d.body,
       p.width, p.height, p.color, f.excerpt, best.price::text as price, best.currency,
       exists (select 1 from market.offer o join market.terms t on t.terms_id = o.terms_id
               where o.work = w.id and ${openOffer("$2")} and (t.flags & ${TERM_FLAGS.derivatives}) <> 0) as remixable,
       (select count(*) from market.license l where l.work = w.id and not l.revoked) as licenses,
       coalesce(s.remixes, 0) as remixes
     from market.work w
     left join market.stack s on s.work = w.id
     left join app.document d on d.digest = w.metadata_digest and d.schema = 'colophon/work/1' and d.state = 'found'
     left join app.media p on p.cid = coalesce(d.body -> 'cover' ->> 'cid', d.body -> 'file' ->> 'cid')
       and p.sha256 = coalesce(d.body -> 'cover' ->> 'sha256', d.body -> 'file' ->> 'sha256')
     left join app.media f on f.cid = d.body -> 'file' ->> 'cid' and f.sha256 = d.body -> 'file' ->> 'sha256'
     left join lateral (
       select o.price, o.currency from market.offer o where o.work = w.id and ${openOffer("$2")}
       order by (o.currency <> '${ZERO}'), o.price, o.id limit 1
     ) best on true
     where w.id = any($1::text[]::int8[])`,
    [[...ids], now],
  );
  return new Map(rows.map((row) => [row.id, cardOf(row)]));
}

/** Cards in the order of the ids. */
export async function cardList(sql: Sql, ids: readonly string[], now: number): Promise<WorkCard[]> {
  const cards = await cardsOf(sql, ids, now);
  return ids.flatMap((id) => cards.get(id) ?? []);
}

/**
 * The picture that stands for a work: its cover, else the file itself when that is a picture.
 * Null also when the document names another file than the one that was registered: it would show what was not.
 */
export function pictureOf(metadata: WorkMetadata | null, contentHash: string): StoredFile | null {
  if (!metadata || metadata.file.sha256 !== contentHash) return null;
  if (metadata.cover?.mediaType.startsWith("image/")) return metadata.cover;
  return metadata.file.mediaType.startsWith("image/") ? metadata.file : null;
}

function cardOf(row: CardRow): WorkCard {
  const metadata = row.body;
  const picture = pictureOf(metadata, row.content_hash);
  const seen = picture && row.width !== null && row.height !== null;
  return {
    id: row.id,
    kind: workKindName(row.kind),
    title: metadata?.title ?? `#${row.id}`,
    lang: metadata?.lang ?? "en",
    tags: metadata?.tags ?? [],
    creator: row.creator,
    owner: row.owner,
    registeredAt: row.registered_at,
    mediaType: metadata?.file.mediaType ?? "application/octet-stream",
    aiGenerated: metadata?.aiGenerated ?? false,
    fingerprint: row.fingerprint,
    preview: picture ? `/v1/works/${row.id}/preview?v=${picture.cid.slice(-12)}&w=640` : null,
    previewSize: seen ? { width: row.width as number, height: row.height as number } : null,
    color: picture ? row.color : null,
    excerpt: metadata && metadata.file.sha256 === row.content_hash ? row.excerpt : null,
    price: row.price,
    currency: row.currency,
    remixable: row.remixable,
    licenses: row.licenses,
    remixes: row.remixes,
  };
}
