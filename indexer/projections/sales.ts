/** Auctions, as far as their sales must be told: what is sold, for which currency. */
import { column, type RowOf, table } from "../db/table.ts";
import type { Projection } from "./projection.ts";

export const auctionTable = table("market.auction", ["id"], {
  id: column.id,
  asset: column.text,
  token_id: column.amount,
  currency: column.text,
});
export type AuctionRow = RowOf<typeof auctionTable>;

export const salesProjection: Projection = {
  tables: [auctionTable],
  reducers: {
    "AuctionHouse.AuctionCreated": {
      apply: ({ args }, rows) =>
        rows.set(auctionTable, {
          id: args.auctionId,
          asset: args.asset,
          token_id: BigInt(args.tokenId),
          currency: args.currency,
        }),
    },
  },
};
