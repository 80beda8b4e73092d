/** Reward formula, version 1 (docs/reward-formula-1.md), on facts that were read from the chain. */
import type { Address } from "viem";
import type { Share } from "../../common/share-tree.ts";

export const FORMULA_VERSION = 1;

const PPM = 1_000_000n;
const CREATORS_PPM = 700_000n;
const OPERATORS_PPM = 300_000n;

/** `amount` that `payer` paid for what `account` made, smallest units of `currency`. */
export type Payment = { account: Address; payer: Address; currency: Address; amount: bigint };

export type EpochFacts = {
  creators: readonly Payment[];
  operators: readonly Payment[];
  /** What the contract had counted by the epoch's last block, all time, by currency. */
  funded: ReadonlyMap<Address, bigint>;
};

/** What an epoch gave, by currency. */
export type Given = ReadonlyMap<Address, bigint>;

/**
 * What all epochs gave each account, all time.
 * @param epochs from the first on, without gaps
 * @returns `shares` without zeros; `given` of the last epoch
 */
export function rewardsOf(epochs: readonly EpochFacts[]): { shares: Share[]; given: Given } {
  const totals = new Map<string, Share>();
  const before = new Map<Address, bigint>();
  let given = new Map<Address, bigint>();
  for (const { creators, operators, funded } of epochs) {
    given = new Map();
    for (const [currency, total] of funded) {
      const left = total - (before.get(currency) ?? 0n);
      const groups = [
        { points: pointsOf(creators, currency), amount: (left * CREATORS_PPM) / PPM },
        { points: pointsOf(operators, currency), amount: (left * OPERATORS_PPM) / PPM },
      ];
      let sum = 0n;
      for (const { points, amount } of groups) {
        const all = [...points.values()].reduce((a, b) => a + b, 0n);
        for (const [account, own] of points) {
          const share = all === 0n ? 0n : (amount * own) / all;
          if (share === 0n) continue;
          const key = `${account} ${currency}`;
          totals.set(key, { account, currency, total: (totals.get(key)?.total ?? 0n) + share });
          sum += share;
        }
      }
      given.set(currency, sum);
      before.set(currency, (before.get(currency) ?? 0n) + sum);
    }
  }
  return { shares: [...totals.values()], given };
}

/** Points of each account in a currency: the sum over payers of the whole square root of what each paid. */
function pointsOf(payments: readonly Payment[], currency: Address): Map<Address, bigint> {
  const paid = new Map<Address, Map<Address, bigint>>();
  for (const payment of payments) {
    if (payment.currency !== currency) continue;
    const byPayer = paid.get(payment.account) ?? new Map<Address, bigint>();
    byPayer.set(payment.payer, (byPayer.get(payment.payer) ?? 0n) + payment.amount);
    paid.set(payment.account, byPayer);
  }
  return new Map(
    [...paid].map(([account, byPayer]) => [account, [...byPayer.values()].reduce((sum, x) => sum + wholeRoot(x), 0n)]),
  );
}

/** The largest whole number whose square is at most `value`; Newton's method from above. */
export function wholeRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (let next = (root + value / root) >> 1n; next < root; next = (root + value / root) >> 1n) root = next;
  return root;
}
