/** Terms, offers and licenses. */
import { column, type RowOf, table } from "../db/table.ts";
import { type EvidenceColumn, evidenceOf, type Projection, ref, ZERO_ADDRESS } from "./projection.ts";

export const termsTable = table("market.terms", ["terms_id"], {
  terms_id: column.text,
  flags: column.int,
  derivative_share: column.int,
  duration: column.int,
  legal_text: column.text,
  exclusivity: column.int,
  share_mode: column.int,
  territories: column.int,
  channels: column.int,
});
export type TermsRow = RowOf<typeof termsTable>;

export const offerTable = table("market.offer", ["id"], {
  id: column.id,
  work: column.id,
  terms_id: column.text,
  currency: column.text,
  price: column.amount,
  supply: column.int,
  sold: column.int,
  expires_at: column.int,
  /** Share of derivatives' revenue that its licenses carry, ppm: the terms' or the offer's own. */
  derivative_share: column.int,
  closed: column.bool,
  evidence: column.json<EvidenceColumn>(),
});
export type OfferRow = RowOf<typeof offerTable>;

export const licenseTable = table("market.license", ["id"], {
  id: column.id,
  work: column.id,
  /** 0 where it was sold by a signed order. */
  offer: column.id,
  terms_id: column.text,
  holder: column.text,
  payer: column.text,
  price: column.amount,
  currency: column.text,
  issued_at: column.int,
  expires_at: column.int,
  /** Share of derivatives' revenue that it was sold with, ppm. */
  derivative_share: column.int,
  used: column.bool,
  /** Taken away by a ruling. */
  revoked: column.bool,
  evidence: column.json<EvidenceColumn>(),
});
export type LicenseRow = RowOf<typeof licenseTable>;

export const licensingProjection: Projection = {
  tables: [termsTable, offerTable, licenseTable],
  ddl: `
    create index offer_work on market.offer (work) where not closed;
    create index license_work on market.license (work);
    create index license_holder on market.license (holder, id);
  `,
  reducers: {
    "LicenseToken.TermsRegistered": {
      apply({ args }, rows) {
        rows.set(termsTable, {
          terms_id: args.termsId,
          flags: args.flags,
          derivative_share: args.derivativeShare,
          duration: args.duration,
          legal_text: args.legalText,
          exclusivity: args.exclusivity,
          share_mode: args.shareMode,
          territories: args.territories,
          channels: args.channels,
        });
      },
    },
    "LicenseToken.OfferSet": {
      apply(event, rows) {
        const { args } = event;
        rows.set(offerTable, {
          id: args.offerId,
          work: args.workId,
          terms_id: args.termsId,
          currency: args.currency,
          price: BigInt(args.price),
          supply: args.supply,
          sold: 0,
          expires_at: args.expiresAt,
          derivative_share: args.derivativeShare,
          closed: false,
          evidence: evidenceOf(event),
        });
      },
    },
    "LicenseToken.OfferClosed": {
      reads: ({ args }) => [ref(offerTable, args.offerId)],
      apply({ args }, rows) {
        const offer = rows.get(offerTable, args.offerId);
        if (offer) rows.set(offerTable, { ...offer, closed: true });
      },
    },
    "LicenseToken.LicenseIssued": {
      reads: ({ args }) => [ref(offerTable, args.offerId)],
      apply(event, rows) {
        const { args } = event;
        rows.set(licenseTable, {
          id: args.licenseId,
          work: args.workId,
          offer: args.offerId,
          terms_id: args.termsId,
          holder: args.holder,
          payer: args.payer,
          price: BigInt(args.price),
          currency: args.currency,
          issued_at: event.time,
          expires_at: args.expiresAt,
          derivative_share: args.derivativeShare,
          used: false,
          revoked: false,
          evidence: evidenceOf(event),
        });
        const offer = rows.get(offerTable, args.offerId);
        if (offer) rows.set(offerTable, { ...offer, sold: offer.sold + 1 });
      },
    },
    "LicenseToken.LicenseRevoked": {
      reads: ({ args }) => [ref(licenseTable, args.licenseId)],
      apply({ args }, rows) {
        const license = rows.get(licenseTable, args.licenseId);
        if (license) rows.set(licenseTable, { ...license, revoked: true });
      },
    },
    "LicenseToken.LicenseUsed": {
      reads: ({ args }) => [ref(licenseTable, args.licenseId)],
      apply({ args }, rows) {
        const license = rows.get(licenseTable, args.licenseId);
        if (license) rows.set(licenseTable, { ...license, used: true });
      },
    },
    "LicenseToken.Transfer": {
      reads: ({ args }) => [ref(licenseTable, args.tokenId)],
      apply({ args }, rows) {
        const license = rows.get(licenseTable, args.tokenId);
        if (!license || args.from === ZERO_ADDRESS) return;
        rows.set(licenseTable, { ...license, holder: args.to });
      },
    },
  },
};
