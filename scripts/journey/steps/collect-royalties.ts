import { encodeFunctionData, parseEventLogs } from "viem";
import { royaltyLedgerAbi } from "../../../common/abi/RoyaltyLedger.ts";
import { COIN, walletOf } from "../chain.ts";
import { type Journey, ROLES } from "../journey.ts";

export type CollectedRoyalties = {
  /** Claimed by the work's and the derivative's owners, wei. */
  creatorWei: string;
  remixerWei: string;
  /** What the derivative's base brought the model, wei. */
  modelWei: string;
  /** By how much the two owners' balances rose, wei. */
  creatorRoseWei: string;
  remixerRoseWei: string;
};

/** Pulls what is due over each edge of the derivative, then claims for both owners; a third wallet pays the gas. */
export async function collectRoyalties(
  journey: Journey,
  works: { workId: string; derivativeId: string; modelId: string; edges: number },
): Promise<CollectedRoyalties> {
  const { chain, record } = journey;
  const ledger = chain.contracts.RoyaltyLedger;
  let modelWei = 0n;
  for (let edge = 0; edge < works.edges; edge++) {
    const receipt = await chain.send(record, `pull-${edge}`, ROLES.collector, {
      to: ledger,
      data: encodeFunctionData({
        abi: royaltyLedgerAbi,
        functionName: "pull",
        args: [BigInt(works.derivativeId), BigInt(edge), COIN],
      }),
    });
    for (const { args } of parseEventLogs({ abi: royaltyLedgerAbi, eventName: "Pulled", logs: receipt.logs })) {
      if (args.parentId.toString() === works.modelId) modelWei += args.earned;
    }
  }
  const before = await record.step("balances", () => balances(journey));
  const receipt = await chain.send(record, "claim", ROLES.collector, {
    to: ledger,
    data: encodeFunctionData({
      abi: royaltyLedgerAbi,
      functionName: "claimMany",
      args: [[BigInt(works.workId), BigInt(works.derivativeId), BigInt(works.modelId)], COIN],
    }),
  });
  const after = await balances(journey);
  const claimed = (workId: string) =>
    parseEventLogs({ abi: royaltyLedgerAbi, eventName: "Claimed", logs: receipt.logs })
      .filter(({ args }) => args.workId.toString() === workId)
      .reduce((sum, { args }) => sum + args.amount, 0n);
  return {
    creatorWei: claimed(works.workId).toString(),
    remixerWei: claimed(works.derivativeId).toString(),
    modelWei: modelWei.toString(),
    creatorRoseWei: (BigInt(after.creator) - BigInt(before.creator)).toString(),
    remixerRoseWei: (BigInt(after.remixer) - BigInt(before.remixer)).toString(),
  };
}

async function balances({ chain }: Journey): Promise<{ creator: string; remixer: string }> {
  const [creator, remixer] = await Promise.all([
    chain.client.getBalance({ address: walletOf(ROLES.creator).address }),
    chain.client.getBalance({ address: walletOf(ROLES.remixer).address }),
  ]);
  return { creator: creator.toString(), remixer: remixer.toString() };
}
