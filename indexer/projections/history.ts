/** What happened to each work and each job, in order, each entry with the log entry that states it. */
import type { EventArgs, EventName } from "../chain/stored-event.ts";
import { column, type RowOf, table } from "../db/table.ts";
import { offerTable } from "./licensing.ts";
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
  | "model-share";
export type JobHistoryType = "posted" | "accepted" | "submitted" | "disputed" | "settled" | "refunded" | "split";

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
