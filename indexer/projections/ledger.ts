/** Accounts of the royalty ledger, per work and currency, and what crossed each edge. */
import { column, type RowOf, table } from "../db/table.ts";
import { type Projection, ref, type Rows } from "./projection.ts";
import { edgeTable } from "./works.ts";

/** Mirrors `IRoyaltyLedger.Account`. */
export const accountTable = table("market.account", ["work", "currency"], {
  work: column.id,
  currency: column.text,
  direct: column.amount,
  passed: column.amount,
  earned: column.amount,
  claimed: column.amount,
});
export type AccountRow = RowOf<typeof accountTable>;

export const pulledTable = table("market.pulled", ["child", "parent", "currency"], {
  child: column.id,
  parent: column.id,
  currency: column.text,
  /** Part of the child's base that crossed the edge so far. */
  amount: column.amount,
});
export type PulledRow = RowOf<typeof pulledTable>;

/** What an account can withdraw from the royalty ledger (parts of splits, liens). */
export const balanceTable = table("market.balance", ["account", "currency"], {
  account: column.text,
  currency: column.text,
  amount: column.amount,
});
export type BalanceRow = RowOf<typeof balanceTable>;

/** Payees of a co-created work, by the split in force. */
export const splitTable = table("market.split", ["work"], {
  work: column.id,
  payees: column.json<string[]>(),
  ppm: column.json<number[]>(),
});
export type SplitRow = RowOf<typeof splitTable>;

function addBalance(rows: Rows, account: string, currency: string, delta: bigint): void {
  const amount = rows.get(balanceTable, account, currency)?.amount ?? 0n;
  rows.set(balanceTable, { account, currency, amount: amount + delta });
}

export const noAccount = (work: string, currency: string): AccountRow => ({
  work,
  currency,
  direct: 0n,
  passed: 0n,
  earned: 0n,
  claimed: 0n,
});

export const ledgerProjection: Projection = {
  tables: [accountTable, pulledTable, balanceTable, splitTable],
  reducers: {
    "RoyaltyLedger.Paid": {
      reads: ({ args }) => [ref(accountTable, args.workId, args.currency)],
      apply({ args }, rows) {
        const account = rows.get(accountTable, args.workId, args.currency) ?? noAccount(args.workId, args.currency);
        rows.set(accountTable, { ...account, direct: account.direct + BigInt(args.amount) });
      },
    },
    // For the work's ancestors alone: enters as a base that they draw on, and not as the work's own income.
    "RoyaltyLedger.PaidUpstream": {
      reads: ({ args }) => [ref(accountTable, args.workId, args.currency)],
      apply({ args }, rows) {
        const account = rows.get(accountTable, args.workId, args.currency) ?? noAccount(args.workId, args.currency);
        rows.set(accountTable, { ...account, passed: account.passed + BigInt(args.base) });
      },
    },
    "RoyaltyLedger.Pulled": {
      reads: ({ args }) => [
        ref(accountTable, args.parentId, args.currency),
        ref(pulledTable, args.childId, args.parentId, args.currency),
        ref(edgeTable, args.childId, args.parentId),
      ],
      apply({ args }, rows) {
        const { childId, parentId, currency } = args;
        const account = rows.get(accountTable, parentId, currency) ?? noAccount(parentId, currency);
        const earned = BigInt(args.earned);
        const relative = rows.get(edgeTable, childId, parentId)?.relative ?? false;
        rows.set(
          accountTable,
          relative
            ? { ...account, direct: account.direct + earned }
            : { ...account, passed: account.passed + BigInt(args.delta), earned: account.earned + earned },
        );
        const pulled = rows.get(pulledTable, childId, parentId, currency);
        rows.set(pulledTable, {
          child: childId,
          parent: parentId,
          currency,
          amount: (pulled?.amount ?? 0n) + BigInt(args.delta),
        });
      },
    },
    "RoyaltyLedger.Claimed": {
      reads: ({ args }) => [ref(accountTable, args.workId, args.currency)],
      apply({ args }, rows) {
        const account = rows.get(accountTable, args.workId, args.currency) ?? noAccount(args.workId, args.currency);
        rows.set(accountTable, { ...account, claimed: account.claimed + BigInt(args.amount) });
      },
    },
    "RoyaltyLedger.Credited": {
      reads: ({ args }) => [ref(balanceTable, args.account, args.currency)],
      apply: ({ args }, rows) => addBalance(rows, args.account, args.currency, BigInt(args.amount)),
    },
    "RoyaltyLedger.Withdrawn": {
      reads: ({ args }) => [ref(balanceTable, args.account, args.currency)],
      apply: ({ args }, rows) => addBalance(rows, args.account, args.currency, -BigInt(args.amount)),
    },
    "CoCreations.CoCreated": {
      apply: ({ args }, rows) =>
        rows.set(splitTable, { work: args.workId, payees: [...args.payees], ppm: [...args.ppm] }),
    },
    "CoCreations.SplitChanged": {
      reads: ({ args }) => [ref(splitTable, args.workId)],
      apply: ({ args }, rows) =>
        rows.set(splitTable, { work: args.workId, payees: [...args.payees], ppm: [...args.ppm] }),
    },
    // Work of several payees: what was credited to them so far, all time.
    "RoyaltyLedger.SplitClaimed": {
      reads: ({ args }) => [ref(accountTable, args.workId, args.currency)],
      apply({ args }, rows) {
        const account = rows.get(accountTable, args.workId, args.currency) ?? noAccount(args.workId, args.currency);
        rows.set(accountTable, { ...account, claimed: BigInt(args.total) });
      },
    },
  },
};
