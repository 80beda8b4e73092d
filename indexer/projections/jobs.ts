/** Generation jobs, and what is owed to whom. How an operator did is a sum over its jobs. */
import type { Job } from "../../common/api/schemas.ts";
import type { StoredEvent } from "../chain/stored-event.ts";
import { column, type RowOf, table } from "../db/table.ts";
import { type EvidenceColumn, evidenceOf, type Projection, ref, type Rows, ZERO_ADDRESS } from "./projection.ts";

export const jobTable = table("market.job", ["id"], {
  id: column.id,
  requester: column.text,
  /** Who accepted it, or who alone may. */
  operator: column.nullable(column.text),
  model_work: column.id,
  currency: column.text,
  price: column.amount,
  model_share: column.int,
  verification: column.int,
  status: column.text,
  deadline: column.int,
  posted_at: column.int,
  settled_at: column.nullable(column.int),
  spec_digest: column.text,
  output_hash: column.nullable(column.text),
  receipt_digest: column.nullable(column.text),
  /** True once an operator took it (a `Posted` job may name one without that). */
  accepted: column.bool,
  /** Paid to the operator at the end, and taken from its stake. */
  operator_amount: column.amount,
  slashed: column.amount,
  evidence: column.json<EvidenceColumn>(),
  submitted: column.nullable(column.json<EvidenceColumn>()),
  settled: column.nullable(column.json<EvidenceColumn>()),
});
export type JobRow = RowOf<typeof jobTable>;

/** Mirrors what people need of `IJobChecks.Check`; a job has none until it is checked or disputed. */
export const checkTable = table("market.job_check", ["job"], {
  job: column.id,
  stage: column.text,
  /** Verifiers are drawn whatever the draw says. */
  certain: column.bool,
  /** Block whose hash draws; 0 where nothing was drawn for. */
  draw_block: column.int,
  /** End of the present stage, block time; 0 where it has none. */
  deadline: column.int,
  /** Seconds that verifiers have to reveal once all have committed. */
  reveal_within: column.int,
  /** Of the present round. */
  verifiers: column.json<string[]>(),
  committed: column.int,
  revealed: column.int,
  /** What the verifiers decided of the operator's result; null before. */
  result_right: column.nullable(column.bool),
});
export type CheckRow = RowOf<typeof checkTable>;

/** What an account can withdraw from the job market, or post jobs with. */
export const creditTable = table("market.credit", ["account", "currency"], {
  account: column.text,
  currency: column.text,
  amount: column.amount,
});
export type CreditRow = RowOf<typeof creditTable>;

type End = "JobMarket.JobSettled" | "JobMarket.JobRefunded" | "JobMarket.JobSplit";

export const jobsProjection: Projection = {
  tables: [jobTable, checkTable, creditTable],
  ddl: `
    create index job_requester on market.job (requester, id);
    create index job_operator on market.job (operator, id);
    create index job_status on market.job (status, id);
    create index job_output on market.job (output_hash);
  `,
  reducers: {
    "JobMarket.JobPosted": {
      reads: ({ args }) => [ref(creditTable, args.requester, args.currency)],
      apply(event, rows) {
        const { args } = event;
        if (BigInt(args.fromBalance) > 0n) addCredit(rows, args.requester, args.currency, -BigInt(args.fromBalance));
        rows.set(jobTable, {
          id: args.jobId,
          requester: args.requester,
          operator: args.operator === ZERO_ADDRESS ? null : args.operator,
          model_work: args.modelWork,
          currency: args.currency,
          price: BigInt(args.price),
          model_share: args.modelShare,
          verification: args.verification,
          status: "posted" satisfies Job["status"],
          deadline: args.deadline,
          posted_at: event.time,
          settled_at: null,
          spec_digest: args.specDigest,
          output_hash: null,
          receipt_digest: null,
          accepted: false,
          operator_amount: 0n,
          slashed: 0n,
          evidence: evidenceOf(event),
          submitted: null,
          settled: null,
        });
      },
    },
    "JobMarket.JobAccepted": {
      reads: ({ args }) => [ref(jobTable, args.jobId)],
      apply: ({ args }, rows) =>
        move(rows, args.jobId, "accepted", { operator: args.operator, accepted: true, deadline: args.deadline }),
    },
    "JobMarket.JobSubmitted": {
      reads: ({ args }) => [ref(jobTable, args.jobId)],
      apply: (event, rows) =>
        move(rows, event.args.jobId, "submitted", {
          output_hash: event.args.outputHash,
          receipt_digest: event.args.receiptDigest,
          deadline: event.args.deadline,
          submitted: evidenceOf(event),
        }),
    },
    "JobMarket.JobDisputed": {
      reads: ({ args }) => [ref(jobTable, args.jobId)],
      apply: ({ args }, rows) => move(rows, args.jobId, "disputed", { deadline: args.deadline }),
    },
    "JobMarket.JobChecking": {
      reads: ({ args }) => [ref(jobTable, args.jobId)],
      apply: ({ args }, rows) => move(rows, args.jobId, "checking", {}),
    },
    "JobChecks.CheckRequested": {
      reads: ({ args }) => [ref(checkTable, args.jobId)],
      apply: ({ args }, rows) =>
        changeCheck(rows, args.jobId, {
          stage: "requested",
          certain: args.certain,
          draw_block: Number(args.drawBlock),
          deadline: 0,
          verifiers: [],
        }),
    },
    "JobChecks.CheckDrawn": {
      reads: ({ args }) => [ref(checkTable, args.jobId)],
      apply: ({ args }, rows) =>
        changeCheck(rows, args.jobId, {
          stage: "drawn",
          deadline: args.revealUntil,
          reveal_within: args.revealUntil - args.commitUntil,
          verifiers: [...args.verifiers],
          committed: 0,
          revealed: 0,
        }),
    },
    "JobChecks.VerdictCommitted": {
      reads: ({ args }) => [ref(checkTable, args.jobId)],
      apply({ args, time }, rows) {
        const check = rows.get(checkTable, args.jobId);
        if (!check) return;
        const committed = check.committed + 1;
        // With the last commitment the time to reveal begins.
        const deadline = committed === check.verifiers.length ? time + check.reveal_within : check.deadline;
        rows.set(checkTable, { ...check, committed, deadline });
      },
    },
    "JobChecks.VerdictRevealed": {
      reads: ({ args }) => [ref(checkTable, args.jobId)],
      apply({ args }, rows) {
        const check = rows.get(checkTable, args.jobId);
        if (check) rows.set(checkTable, { ...check, revealed: check.revealed + 1 });
      },
    },
    "JobChecks.CheckDecided": {
      reads: ({ args }) => [ref(checkTable, args.jobId)],
      apply: ({ args }, rows) =>
        changeCheck(rows, args.jobId, { stage: "decided", deadline: args.escalateUntil, result_right: args.right }),
    },
    // Carried out at once, but where that took more gas than the arbitrator gave: then anybody can, at any time.
    "JobChecks.CheckRuled": {
      reads: ({ args }) => [ref(checkTable, args.jobId)],
      apply: ({ args }, rows) => changeCheck(rows, args.jobId, { stage: "ruled", deadline: 0 }),
    },
    "JobChecks.CheckStuck": {
      reads: ({ args }) => [ref(checkTable, args.jobId)],
      apply: ({ args }, rows) => changeCheck(rows, args.jobId, { stage: "stuck", deadline: args.referUntil }),
    },
    "JobChecks.CheckArbitrated": {
      reads: ({ args }) => [ref(checkTable, args.jobId)],
      apply: ({ args }, rows) => changeCheck(rows, args.jobId, { stage: "arbitrated", deadline: args.ruleUntil }),
    },
    "JobChecks.CheckNotDrawn": {
      reads: ({ args }) => [ref(checkTable, args.jobId)],
      apply: ({ args }, rows) => changeCheck(rows, args.jobId, { stage: "closed", deadline: 0 }),
    },
    "JobChecks.CheckClosed": {
      reads: ({ args }) => [ref(checkTable, args.jobId)],
      apply: ({ args }, rows) => changeCheck(rows, args.jobId, { stage: "closed", deadline: 0 }),
    },
    "JobMarket.JobSettled": {
      reads: ({ args }) => [ref(jobTable, args.jobId)],
      apply: (event, rows) => end(event, rows, "settled", { operator_amount: BigInt(event.args.operatorAmount) }),
    },
    "JobMarket.JobRefunded": {
      reads: ({ args }) => [ref(jobTable, args.jobId)],
      apply: (event, rows) => end(event, rows, "refunded", { slashed: BigInt(event.args.slashed) }),
    },
    "JobMarket.JobSplit": {
      reads: ({ args }) => [ref(jobTable, args.jobId)],
      apply: (event, rows) => end(event, rows, "split", { operator_amount: BigInt(event.args.operatorAmount) }),
    },
    "JobMarket.Credited": {
      reads: ({ args }) => [ref(creditTable, args.account, args.currency)],
      apply: ({ args }, rows) => addCredit(rows, args.account, args.currency, BigInt(args.amount)),
    },
    "JobMarket.Deposited": {
      reads: ({ args }) => [ref(creditTable, args.account, args.currency)],
      apply: ({ args }, rows) => addCredit(rows, args.account, args.currency, BigInt(args.amount)),
    },
    "JobMarket.Withdrawn": {
      reads: ({ args }) => [ref(creditTable, args.account, args.currency)],
      apply: ({ args }, rows) => addCredit(rows, args.account, args.currency, -BigInt(args.amount)),
    },
  },
};

function move(rows: Rows, id: string, status: Job["status"], update: Partial<JobRow>): void {
  const job = rows.get(jobTable, id);
  if (job) rows.set(jobTable, { ...job, ...update, status });
}

function changeCheck(
  rows: Rows,
  job: string,
  update: Partial<CheckRow> & { stage: NonNullable<Job["check"]>["stage"] },
): void {
  const before = rows.get(checkTable, job) ?? {
    job,
    certain: false,
    draw_block: 0,
    deadline: 0,
    reveal_within: 0,
    verifiers: [],
    committed: 0,
    revealed: 0,
    result_right: null,
  };
  rows.set(checkTable, { ...before, ...update });
}

function end(event: StoredEvent<End>, rows: Rows, status: Job["status"], update: Partial<JobRow>): void {
  move(rows, event.args.jobId, status, { ...update, settled_at: event.time, settled: evidenceOf(event) });
}

function addCredit(rows: Rows, account: string, currency: string, delta: bigint): void {
  const amount = rows.get(creditTable, account, currency)?.amount ?? 0n;
  rows.set(creditTable, { account, currency, amount: amount + delta });
}
