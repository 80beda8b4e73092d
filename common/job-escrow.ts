/** What a job's requester escrows, as `JobMarket.escrowFor` counts it. */

/** `NewJob.verification`: who says whether a result is right. */
export const JOB_CLASS = { review: 0, bitExact: 1, tolerance: 2, arbitrator: 3 } as const;

/** Verifiers' pay of a checked job, ppm of its price: three verifiers, half a price each. */
const CHECK_FEE_PPM = 1_500_000n;
const PPM = 1_000_000n;

/**
 * Price, and in the checked classes the verifiers' pay, which goes back to the requester's balance when nobody had to check.
 * @param price smallest units of the job's currency
 * @param verification one of JOB_CLASS
 */
export function jobEscrow(price: bigint, verification: number): bigint {
  const isChecked = verification === JOB_CLASS.bitExact || verification === JOB_CLASS.tolerance;
  return isChecked ? price + (price * CHECK_FEE_PPM) / PPM : price;
}

/** Coin to send with a job: the escrow less what the requester's balance in the job market covers, wei. */
export function coinToSend(price: bigint, verification: number, balance: bigint): bigint {
  const escrow = jobEscrow(price, verification);
  return balance >= escrow ? 0n : escrow - balance;
}

/** The fields of `NewJob` that a plain job in the chain's coin leaves empty. */
export const NO_REFERRER = { coinRate: 0n, referrer: "0x0000000000000000000000000000000000000000" } as const;
