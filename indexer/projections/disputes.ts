/** Disputes over works, licenses and results: where each is, what was brought forward, and whose bonds came back. */
import type { Dispute } from "../../common/api/schemas.ts";
import { ARBITRATION_SECONDS, EXECUTION_SECONDS } from "../../common/disputes.ts";
import { column, type RowOf, table } from "../db/table.ts";
import { type EvidenceColumn, evidenceOf, type Projection, ref, type Rows } from "./projection.ts";

/** Mirrors what people need of `IDisputeModule.DisputeRecord`. */
export const disputeTable = table("market.dispute", ["id"], {
  id: column.id,
  /** The work complained of, and the one that was copied, licensed or left out; null where the claim names none. */
  work: column.nullable(column.id),
  other_work: column.nullable(column.id),
  claim: column.int,
  claimant: column.text,
  respondent: column.text,
  arbitrator: column.text,
  /** What each side puts in, wei. */
  bond: column.amount,
  /** Effects asked for, and those of them that are not executed yet; bits. */
  asked: column.int,
  effects_left: column.int,
  status: column.text,
  /** End of the present step, block time; 0 when it is over. */
  deadline: column.int,
  /** Whether it holds revenue of the work. */
  holds: column.bool,
  /** 0 none, 1 for the claimant, 2 for the respondent; null before. */
  ruling: column.nullable(column.int),
  /** Nobody answered. */
  by_default: column.bool,
  case_id: column.nullable(column.text),
  opened_at: column.int,
  evidence: column.json<EvidenceColumn>(),
});
export type DisputeRow = RowOf<typeof disputeTable>;

/** Documents that were brought forward, by anybody. */
export const exhibitTable = table("market.exhibit", ["dispute", "block", "log_index"], {
  dispute: column.id,
  block: column.int,
  log_index: column.int,
  party: column.text,
  uri: column.text,
  time: column.int,
  evidence: column.json<EvidenceColumn>(),
});

/** What an account can withdraw from the dispute module, wei. */
export const bondCreditTable = table("market.bond_credit", ["account"], {
  account: column.text,
  amount: column.amount,
});

const idOrNull = (id: string): string | null => (id === "0" ? null : id);

function change(rows: Rows, id: string, update: Partial<DisputeRow> & { status?: Dispute["status"] }): void {
  const dispute = rows.get(disputeTable, id);
  if (dispute) rows.set(disputeTable, { ...dispute, ...update });
}

function addCredit(rows: Rows, account: string, delta: bigint): void {
  const amount = rows.get(bondCreditTable, account)?.amount ?? 0n;
  rows.set(bondCreditTable, { account, amount: amount + delta });
}

export const disputesProjection: Projection = {
  tables: [disputeTable, exhibitTable, bondCreditTable],
  ddl: `
    create index dispute_work on market.dispute (work, id);
    create index dispute_other_work on market.dispute (other_work, id);
  `,
  reducers: {
    "DisputeModule.DisputeOpened": {
      apply(event, rows) {
        const { args } = event;
        rows.set(disputeTable, {
          id: args.disputeId,
          work: idOrNull(args.workId),
          other_work: idOrNull(args.otherWork),
          claim: args.claim,
          claimant: args.claimant,
          respondent: args.respondent,
          arbitrator: args.arbitrator,
          bond: BigInt(args.bond),
          asked: args.effects,
          effects_left: args.effects,
          status: "opened" satisfies Dispute["status"],
          deadline: args.answerBy,
          holds: args.holds,
          ruling: null,
          by_default: false,
          case_id: null,
          opened_at: event.time,
          evidence: evidenceOf(event),
        });
      },
    },
    "DisputeModule.DisputeAnswered": {
      reads: ({ args }) => [ref(disputeTable, args.disputeId)],
      apply: ({ args }, rows) =>
        change(rows, args.disputeId, { status: "answered", respondent: args.respondent, deadline: args.askBy }),
    },
    "DisputeModule.ArbitrationStarted": {
      reads: ({ args }) => [ref(disputeTable, args.disputeId)],
      apply: ({ args, time }, rows) =>
        change(rows, args.disputeId, {
          status: "arbitrating",
          case_id: args.caseId,
          deadline: time + ARBITRATION_SECONDS,
        }),
    },
    // Without a ruling for the claimant, `DisputeEnded` follows at once.
    "DisputeModule.DisputeRuled": {
      reads: ({ args }) => [ref(disputeTable, args.disputeId)],
      apply: ({ args, time }, rows) =>
        change(rows, args.disputeId, {
          status: "ruled",
          ruling: Number(args.ruling),
          by_default: args.byDefault,
          deadline: time + EXECUTION_SECONDS,
        }),
    },
    "DisputeModule.EffectsExecuted": {
      reads: ({ args }) => [ref(disputeTable, args.disputeId)],
      apply({ args }, rows) {
        const left = rows.get(disputeTable, args.disputeId)?.effects_left ?? 0;
        change(rows, args.disputeId, { effects_left: left & ~args.effects });
      },
    },
    "DisputeModule.HoldReleased": {
      reads: ({ args }) => [ref(disputeTable, args.disputeId)],
      apply: ({ args }, rows) => change(rows, args.disputeId, { holds: false }),
    },
    "DisputeModule.DisputeEnded": {
      reads: ({ args }) => [ref(disputeTable, args.disputeId)],
      apply: ({ args }, rows) => change(rows, args.disputeId, { status: "ended", deadline: 0 }),
    },
    "DisputeModule.Evidence": {
      apply: (event, rows) =>
        rows.set(exhibitTable, {
          dispute: event.args.evidenceGroupId,
          block: event.block,
          log_index: event.logIndex,
          party: event.args.party,
          uri: event.args.evidence,
          time: event.time,
          evidence: evidenceOf(event),
        }),
    },
    "DisputeModule.Credited": {
      reads: ({ args }) => [ref(bondCreditTable, args.account)],
      apply: ({ args }, rows) => addCredit(rows, args.account, BigInt(args.amount)),
    },
    "DisputeModule.Withdrawn": {
      reads: ({ args }) => [ref(bondCreditTable, args.account)],
      apply: ({ args }, rows) => addCredit(rows, args.account, -BigInt(args.amount)),
    },
  },
};
