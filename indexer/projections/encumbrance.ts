/** What rulings and open disputes do to the revenue of works: holds and liens of the royalty ledger. */
import { column, type RowOf, table } from "../db/table.ts";
import { accountTable } from "./ledger.ts";
import { type Projection, ref } from "./projection.ts";
import { grossOf } from "./revenue.ts";
import { stackTable } from "./works.ts";

/** The work's latest hold. */
export const holdTable = table("market.hold", ["work"], {
  work: column.id,
  /** Block time, seconds. */
  until: column.int,
  released: column.bool,
  /** What the owner was due, all time, when the hold began, by held currency. */
  gross: column.json<Record<string, string>>(),
});
export type HoldRow = RowOf<typeof holdTable>;

export const lienTable = table("market.lien", ["work", "lien"], {
  work: column.id,
  lien: column.int,
  ppm: column.int,
  /** The work that is paid, or else the account. */
  beneficiary_work: column.nullable(column.id),
  beneficiary: column.text,
  /** An arbitrator ruled, so it comes before those of disputes that nobody answered. */
  heard: column.bool,
});
export type LienRow = RowOf<typeof lienTable>;

/** Liens that have begun to count, by currency. */
export const lienMarkTable = table("market.lien_mark", ["work", "lien", "currency"], {
  work: column.id,
  lien: column.int,
  currency: column.text,
  /** What the owner had been due, all time, when it began. */
  start: column.amount,
  taken: column.amount,
});
export type LienMarkRow = RowOf<typeof lienMarkTable>;

export const encumbranceProjection: Projection = {
  tables: [holdTable, lienTable, lienMarkTable],
  reducers: {
    "RoyaltyLedger.Held": {
      reads: ({ args }) => [
        ref(stackTable, args.workId),
        ...args.currencies.map((currency) => ref(accountTable, args.workId, currency)),
      ],
      apply({ args }, rows) {
        const stack = rows.get(stackTable, args.workId)?.stack ?? 0;
        const gross = Object.fromEntries(
          args.currencies.map((currency) => {
            const account = rows.get(accountTable, args.workId, currency);
            return [currency, String(grossOf(account?.direct ?? 0n, account?.earned ?? 0n, stack))];
          }),
        );
        rows.set(holdTable, { work: args.workId, until: args.until, released: false, gross });
      },
    },
    "RoyaltyLedger.Released": {
      reads: ({ args }) => [ref(holdTable, args.workId)],
      apply({ args }, rows) {
        const hold = rows.get(holdTable, args.workId);
        if (hold) rows.set(holdTable, { ...hold, released: true });
      },
    },
    "RoyaltyLedger.LienAdded": {
      apply: ({ args }, rows) =>
        rows.set(lienTable, {
          work: args.workId,
          lien: Number(args.index),
          ppm: args.ppm,
          beneficiary_work: args.beneficiaryWork === "0" ? null : args.beneficiaryWork,
          beneficiary: args.beneficiary,
          heard: args.heard,
        }),
    },
    "RoyaltyLedger.LienStarted": {
      apply: ({ args }, rows) =>
        rows.set(lienMarkTable, {
          work: args.workId,
          lien: Number(args.index),
          currency: args.currency,
          start: BigInt(args.gross),
          taken: 0n,
        }),
    },
    "RoyaltyLedger.LienSettled": {
      reads: ({ args }) => [ref(lienMarkTable, args.workId, args.index, args.currency)],
      apply({ args }, rows) {
        const mark = rows.get(lienMarkTable, args.workId, args.index, args.currency);
        if (mark) rows.set(lienMarkTable, { ...mark, taken: mark.taken + BigInt(args.amount) });
      },
    },
  },
};
