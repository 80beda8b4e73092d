/** Offers and licenses with the terms they name. */
import type { License, Offer } from "../../../common/api/schemas.ts";
import type { Sql, SqlRow } from "../../db/database.ts";
import type { EvidenceColumn } from "../../projections/projection.ts";

type TermsColumns = {
  terms_id: string;
  flags: number | null;
  derivative_share: number | null;
  duration: number | null;
  legal_text: string | null;
  exclusivity: number | null;
  share_mode: number | null;
  territories: number | null;
  channels: number | null;
};
const TERMS =
  "t.flags, t.derivative_share, t.duration, t.legal_text, t.exclusivity, t.share_mode, t.territories, t.channels";

type OfferRow = SqlRow &
  TermsColumns & {
    id: string;
    work: string;
    currency: string;
    price: string;
    supply: number;
    sold: number;
    expires_at: number;
    offer_share: number;
    closed: boolean;
  };

/** Offers by a condition on `o`, newest first. */
export async function offersWhere(sql: Sql, condition: string, values: readonly string[]): Promise<Offer[]> {
  const rows = await sql.query<OfferRow>(
    `select o.id::text as id, o.work::text as work, o.terms_id, o.currency, o.price::text as price, o.supply, o.sold,
       o.expires_at, o.derivative_share as offer_share, (o.closed or w.blocked) as closed, ${TERMS}
     from market.offer o join market.work w on w.id = o.work
     left join market.terms t on t.terms_id = o.terms_id where ${condition} order by o.id desc`,
    values,
  );
  return rows.map((row) => ({
    id: row.id,
    workId: row.work,
    terms: termsOf(row),
    derivativeShare: row.offer_share,
    currency: row.currency,
    price: row.price,
    supply: row.supply,
    sold: row.sold,
    expiresAt: row.expires_at,
    closed: row.closed,
  }));
}

type LicenseRow = SqlRow &
  TermsColumns & {
    id: string;
    work: string;
    offer: string;
    holder: string;
    price: string;
    currency: string;
    issued_at: number;
    expires_at: number;
    license_share: number;
    used: boolean;
    revoked: boolean;
    evidence: EvidenceColumn;
  };

/** Licenses by a condition on `l`, newest first. */
export async function licensesWhere(sql: Sql, condition: string, values: readonly string[]): Promise<License[]> {
  const rows = await sql.query<LicenseRow>(
    `select l.id::text as id, l.work::text as work, l.offer::text as offer, l.terms_id, l.holder,
       l.price::text as price, l.currency, l.issued_at, l.expires_at, l.derivative_share as license_share, l.used, l.revoked,
       l.evidence, ${TERMS}
     from market.license l left join market.terms t on t.terms_id = l.terms_id where ${condition} order by l.id desc`,
    values,
  );
  return rows.map((row) => ({
    id: row.id,
    workId: row.work,
    holder: row.holder,
    offerId: row.offer,
    terms: termsOf(row),
    derivativeShare: row.license_share,
    price: row.price,
    currency: row.currency,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    used: row.used,
    revoked: row.revoked,
    evidence: row.evidence,
  }));
}

function termsOf(row: TermsColumns): Offer["terms"] {
  return {
    termsId: row.terms_id,
    flags: row.flags ?? 0,
    derivativeShare: row.derivative_share ?? 0,
    duration: row.duration ?? 0,
    legalText: row.legal_text ?? `0x${"00".repeat(32)}`,
    exclusivity: row.exclusivity ?? 0,
    shareMode: row.share_mode ?? 0,
    territories: row.territories ?? 0,
    channels: row.channels ?? 0,
  };
}
