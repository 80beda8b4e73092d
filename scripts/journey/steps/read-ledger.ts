import { royaltyLedgerAbi } from "../../../common/abi/RoyaltyLedger.ts";
import { COIN } from "../chain.ts";
import type { LedgerState } from "../conservation.ts";
import type { Journey } from "../journey.ts";

/** Sums every movement of the ledger's coin since its deployment, and reads its balance in the same state. */
export async function readLedger({ chain }: Journey): Promise<LedgerState> {
  const address = chain.contracts.RoyaltyLedger;
  for (;;) {
    const toBlock = await chain.client.getBlockNumber();
    const range = { address, fromBlock: chain.deployBlock, toBlock, strict: true as const };
    const [paid, claimed, balance] = await Promise.all([
      chain.client.getContractEvents({ ...range, abi: royaltyLedgerAbi, eventName: "Paid", args: { currency: COIN } }),
      chain.client.getContractEvents({
        ...range,
        abi: royaltyLedgerAbi,
        eventName: "Claimed",
        args: { currency: COIN },
      }),
      chain.client.getBalance({ address }),
    ]);
    // The balance is the newest one: a block that came in between would make the two disagree.
    if ((await chain.client.getBlockNumber()) !== toBlock) continue;
    return {
      paidWei: paid.reduce((sum, { args }) => sum + args.amount, 0n),
      claimedWei: claimed.reduce((sum, { args }) => sum + args.amount, 0n),
      balanceWei: balance,
    };
  }
}
