/** What happened to each work and each job, in order, each entry with the log entry that states it. */
import type { EventArgs, EventName } from "../chain/stored-event.ts";
import { column, type RowOf, table } from "../db/table.ts";
import { disputeTable } from "./disputes.ts";
import { licenseTable, offerTable } from "./licensing.ts";
import { auctionTable } from "./sales.ts";
import {
  type EventPlace,
  type EvidenceColumn,
  evidenceOf,
  type Projection,
  type Reducer,
  type Reducers,
  ref,
  type Rows,
  ZERO_ADDRESS,
} from "./projection.ts";

export const historyTable = table("market.history", ["subject", "subject_id", "block", "log_index"], {
  subject: column.text,
  subject_id: column.id,
  block: column.int,
  log_index: column.int,
  type: column.text,
  time: column.int,
  actor: column.nullable(column.text),
  params: column.json<Record<string, string>>(),
  evidence: column.json<EvidenceColumn>(),
});
export type HistoryRow = RowOf<typeof historyTable>;

/** Types of entries, of a work and of a job. */
export type WorkHistoryType =
  | "registered"
  | "derived"
  | "remixed"
  | "metadata"
  | "transferred"
  | "offered"
  | "offer-closed"
  | "licensed"
  | "paid"
  | "claimed"
  | "credited"
  | "model-share"
  | "sold"
  | "co-created"
  | "split-changed"
  | "blocked"
  | "unblocked"
  | "superseded"
  | "revoked"
  | "held"
  | "released"
  | "lien"
  | "dispute-opened"
  | "dispute-answered"
  | "dispute-arbitrating"
  | "dispute-ruled"
  | "dispute-ended";
export type JobHistoryType =
  | "posted"
  | "accepted"
  | "submitted"
  | "disputed"
  | "checking"
  | "check-drawn"
  | "check-not-drawn"
  | "check-decided"
  | "check-stuck"
  | "check-arbitrated"
  | "settled"
  | "refunded"
  | "split";

type Entry = { actor: string | null; params?: Record<string, string | number> } & (
  | { work: string; type: WorkHistoryType }
  | { job: string; type: JobHistoryType }
);

/** Turns "what to say of this event" into a reducer. */
function says<Name extends EventName>(
  entries: (args: EventArgs[Name], rows: Rows) => Entry[],
  reads?: Reducer<Name>["reads"],
): Reducer<Name> {
  return {
    reads,
    apply(event, rows) {
      for (const entry of entries(event.args, rows)) rows.set(historyTable, rowOf(event, entry));
    },
  };
}

function rowOf(event: EventPlace, entry: Entry): HistoryRow {
  const params = Object.entries(entry.params ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    subject: "work" in entry ? "work" : "job",
    subject_id: "work" in entry ? entry.work : entry.job,
    block: event.block,
    log_index: event.logIndex,
    type: entry.type,
    time: event.time,
    actor: entry.actor,
    params: Object.fromEntries(params),
    evidence: evidenceOf(event),
  };
}

function saleOf(work: string, seller: string, buyer: string, price: string, currency: string): Entry {
  return { work, type: "sold", actor: buyer, params: { seller, price, currency } };
}

/** An entry of the work that a dispute is over; a breach of a license alone is told of the licensed work. */
function disputeEntry(
  rows: Rows,
  disputeId: string,
  type: WorkHistoryType,
  actor: string | null,
  params: Record<string, string> = {},
): Entry[] {
  const dispute = rows.get(disputeTable, disputeId);
  const work = dispute?.work ?? dispute?.other_work;
  return work ? [{ work, type, actor, params: { disputeId, ...params } }] : [];
}

const reducers: Reducers = {
  "WorkRegistry.WorkRegistered": says((a) => [{ work: a.id, type: "registered", actor: a.owner }]),
  "WorkRegistry.EdgeSet": says((a) => {
    const params = { parentId: a.parent, childId: a.child, licenseId: a.licenseId, share: a.share };
    return [
      { work: a.child, type: "derived", actor: null, params },
      { work: a.parent, type: "remixed", actor: null, params },
    ];
  }),
  "WorkRegistry.MetadataVersion": says((a) => [
    { work: a.id, type: "metadata", actor: null, params: { metadataDigest: a.metadataDigest } },
  ]),
  "WorkRegistry.Transfer": says((a) =>
    a.from === ZERO_ADDRESS
      ? []
      : [{ work: a.tokenId, type: "transferred", actor: a.from, params: { from: a.from, to: a.to } }],
  ),
  "LicenseToken.OfferSet": says((a) => [
    {
      work: a.workId,
      type: "offered",
      actor: null,
      params: { offerId: a.offerId, price: a.price, currency: a.currency, termsId: a.termsId },
    },
  ]),
  "LicenseToken.OfferClosed": says(
    (a, rows) => {
      const offer = rows.get(offerTable, a.offerId);
      return offer ? [{ work: offer.work, type: "offer-closed", actor: null, params: { offerId: a.offerId } }] : [];
    },
    ({ args }) => [ref(offerTable, args.offerId)],
  ),
  "LicenseToken.LicenseIssued": says((a) => [
    {
      work: a.workId,
      type: "licensed",
      actor: a.holder,
      params: { licenseId: a.licenseId, offerId: a.offerId, price: a.price, currency: a.currency },
    },
  ]),
  // A license's payment stands in its own entry already.
  "RoyaltyLedger.Paid": says((a) =>
    a.purpose === 1
      ? []
      : [
          {
            work: a.workId,
            type: "paid",
            actor: a.payer,
            params: { amount: a.amount, currency: a.currency, purpose: a.purpose, ref: a.ref },
          },
        ],
  ),
  "RoyaltyLedger.Claimed": says((a) => [
    { work: a.workId, type: "claimed", actor: a.to, params: { amount: a.amount, currency: a.currency } },
  ]),
  "RoyaltyLedger.SplitClaimed": says((a) => [
    { work: a.workId, type: "credited", actor: null, params: { currency: a.currency, total: a.total } },
  ]),
  "RoyaltyLedger.Held": says((a) => [{ work: a.workId, type: "held", actor: null, params: { until: a.until } }]),
  "RoyaltyLedger.Released": says((a) => [{ work: a.workId, type: "released", actor: null }]),
  "RoyaltyLedger.LienAdded": says((a) => [
    { work: a.workId, type: "lien", actor: null, params: { share: a.ppm, beneficiaryWork: a.beneficiaryWork } },
  ]),
  "DisputeModule.DisputeOpened": says((a, rows) => disputeEntry(rows, a.disputeId, "dispute-opened", a.claimant)),
  "DisputeModule.DisputeAnswered": says(
    (a, rows) => disputeEntry(rows, a.disputeId, "dispute-answered", a.respondent),
    ({ args }) => [ref(disputeTable, args.disputeId)],
  ),
  "DisputeModule.ArbitrationStarted": says(
    (a, rows) => disputeEntry(rows, a.disputeId, "dispute-arbitrating", null),
    ({ args }) => [ref(disputeTable, args.disputeId)],
  ),
  "DisputeModule.DisputeRuled": says(
    (a, rows) => disputeEntry(rows, a.disputeId, "dispute-ruled", null, { ruling: a.ruling }),
    ({ args }) => [ref(disputeTable, args.disputeId)],
  ),
  "DisputeModule.DisputeEnded": says(
    (a, rows) => disputeEntry(rows, a.disputeId, "dispute-ended", null),
    ({ args }) => [ref(disputeTable, args.disputeId)],
  ),
  "CoCreations.CoCreated": says((a) => [
    { work: a.workId, type: "co-created", actor: null, params: { payees: a.payees.length } },
  ]),
  "CoCreations.SplitChanged": says((a) => [
    { work: a.workId, type: "split-changed", actor: null, params: { payees: a.payees.length } },
  ]),
  "LicenseToken.WorkBlocked": says((a) => [{ work: a.workId, type: a.blocked ? "blocked" : "unblocked", actor: null }]),
  "LicenseToken.LicenseRevoked": says(
    (a, rows) => {
      const license = rows.get(licenseTable, a.licenseId);
      return license ? [{ work: license.work, type: "revoked", actor: null, params: { licenseId: a.licenseId } }] : [];
    },
    ({ args }) => [ref(licenseTable, args.licenseId)],
  ),
  "WorkRegistry.ContentCleared": says((a) => [{ work: a.id, type: "superseded", actor: a.claimant }]),
  // Sales of a work itself; of other collections' tokens, and of licenses, the index keeps no history.
  "Marketplace.OrderFilled": says((a, rows) =>
    a.asset === rows.contracts.WorkRegistry ? [saleOf(a.tokenId, a.seller, a.buyer, a.price, a.currency)] : [],
  ),
  "Marketplace.VoucherRedeemed": says((a) => [saleOf(a.workId, a.creator, a.buyer, a.price, a.currency)]),
  "AuctionHouse.AuctionSold": says(
    (a, rows) => {
      const auction = rows.get(auctionTable, a.auctionId);
      return auction?.asset === rows.contracts.WorkRegistry
        ? [saleOf(String(auction.token_id), a.seller, a.buyer, a.price, auction.currency)]
        : [];
    },
    ({ args }) => [ref(auctionTable, args.auctionId)],
  ),
  "JobMarket.ModelShareSet": says((a) => [
    { work: a.modelWork, type: "model-share", actor: null, params: { share: a.share } },
  ]),
  "JobMarket.JobPosted": says((a) => [
    {
      job: a.jobId,
      type: "posted",
      actor: a.requester,
      params: { price: a.price, currency: a.currency, modelWorkId: a.modelWork },
    },
  ]),
  "JobMarket.JobAccepted": says((a) => [{ job: a.jobId, type: "accepted", actor: a.operator }]),
  "JobMarket.JobSubmitted": says((a) => [
    {
      job: a.jobId,
      type: "submitted",
      actor: a.operator,
      params: { outputHash: a.outputHash, receiptDigest: a.receiptDigest },
    },
  ]),
  "JobMarket.JobDisputed": says((a) => [
    { job: a.jobId, type: "disputed", actor: null, params: { reasonDigest: a.reasonDigest } },
  ]),
  "JobMarket.JobChecking": says((a) => [
    {
      job: a.jobId,
      type: "checking",
      actor: null,
      params: { certain: String(a.certain), reasonDigest: a.reasonDigest },
    },
  ]),
  "JobChecks.CheckDrawn": says((a) => [
    { job: a.jobId, type: "check-drawn", actor: null, params: { round: a.round, verifiers: a.verifiers.length } },
  ]),
  "JobChecks.CheckNotDrawn": says((a) => [{ job: a.jobId, type: "check-not-drawn", actor: null }]),
  "JobChecks.CheckDecided": says((a) => [
    { job: a.jobId, type: "check-decided", actor: null, params: { right: String(a.right) } },
  ]),
  "JobChecks.CheckStuck": says((a) => [{ job: a.jobId, type: "check-stuck", actor: null }]),
  "JobChecks.CheckArbitrated": says((a) => [
    { job: a.jobId, type: "check-arbitrated", actor: a.payer, params: { disputeId: a.disputeId } },
  ]),
  "JobMarket.JobSettled": says((a) => [
    {
      job: a.jobId,
      type: "settled",
      actor: a.operator,
      params: { operatorAmount: a.operatorAmount, modelAmount: a.modelAmount },
    },
  ]),
  "JobMarket.JobRefunded": says((a) => [
    { job: a.jobId, type: "refunded", actor: a.requester, params: { amount: a.amount, slashed: a.slashed } },
  ]),
  "JobMarket.JobSplit": says((a) => [
    {
      job: a.jobId,
      type: "split",
      actor: null,
      params: { requesterAmount: a.requesterAmount, operatorAmount: a.operatorAmount },
    },
  ]),
};

export const historyProjection: Projection = { tables: [historyTable], reducers };
