/** Where the money of a journey went, to the wei. */

export type LedgerState = { paidWei: bigint; claimedWei: bigint; balanceWei: bigint };

export type Flows = {
  /** Paid by buyers and the requester: licenses, the model's license, the job. */
  paid: { work: bigint; derivative: bigint; modelLicense: bigint; job: bigint };
  /** Received by each side. */
  got: { creator: bigint; remixer: bigint; model: bigint; operator: bigint };
  /** Rise of the owners' balances when they were paid out. */
  rose: { creator: bigint; remixer: bigint };
  /** Edges over which shares were rounded: at most one wei stays per edge. */
  edges: number;
  ledger: LedgerState;
};

export type Royalties = {
  creatorWei: string;
  remixerWei: string;
  modelWei: string;
  operatorWei: string;
  paidWei: string;
  /** Left in the ledger by rounding. */
  dustWei: string;
  conserved: boolean;
};

/**
 * Adds up a journey. Conserved means: what was paid is what each side got plus at most one wei per edge; the owners'
 * balances rose by exactly what was claimed; and the ledger holds exactly what was ever paid in minus paid out.
 */
export function settleAccounts({ paid, got, rose, edges, ledger }: Flows): Royalties {
  const paidWei = paid.work + paid.derivative + paid.modelLicense + paid.job;
  const gotWei = got.creator + got.remixer + got.model + got.operator;
  const dust = paidWei - gotWei;
  const conserved =
    dust >= 0n &&
    dust <= BigInt(edges) &&
    rose.creator === got.creator &&
    rose.remixer === got.remixer &&
    ledger.paidWei - ledger.claimedWei === ledger.balanceWei;
  return {
    creatorWei: got.creator.toString(),
    remixerWei: got.remixer.toString(),
    modelWei: got.model.toString(),
    operatorWei: got.operator.toString(),
    paidWei: paidWei.toString(),
    dustWei: dust.toString(),
    conserved,
  };
}
