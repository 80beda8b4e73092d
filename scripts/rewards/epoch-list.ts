/** The list of an epoch's rewards: recomputed from the chain, and compared with what was posted. */
import { type Address, createPublicClient, encodeFunctionData, type Hex, http, zeroAddress } from "viem";
import { epochRewardsAbi } from "../../common/abi/index.ts";
import { canonicalBytes } from "../../common/canonical-json.ts";
import type { Deployment } from "../../common/config.ts";
import { sha256Hex } from "../../common/digest.ts";
import { ColophonError } from "../../common/errors.ts";
import { type Share, ShareTree } from "../../common/share-tree.ts";
import { FORMULA_VERSION, type Given, rewardsOf } from "./formula.ts";
import { type EpochBlocks, readFacts } from "./read-facts.ts";

/** Currencies that a root may name (`BondedRoots.MAX_TOTALS`). */
const MAX_CURRENCIES = 8;

const STATUS = ["none", "posted", "challenged", "arbitrating", "accepted", "rejected"] as const;

export type PostedRoot = { index: number; epoch: number; status: (typeof STATUS)[number]; root: Hex; agrees: boolean };

export type EpochList = {
  epoch: number;
  formula: number;
  blocks: EpochBlocks;
  /** What the epoch gave, and what all epochs so far gave, in the currencies that the root names. */
  totals: { currency: Address; given: string; total: string }[];
  shares: readonly Share[];
  tree: ShareTree | null;
  /** SHA-256 of `document`, what `post` takes as `inputs`. */
  inputs: Hex;
  document: Uint8Array;
  /** The transaction that posts the root with the bond; null where there is nothing to give. */
  post: { to: Address; data: Hex; value: bigint } | null;
  /** Roots posted for this epoch. */
  posted: PostedRoot[];
};

/**
 * Recomputes an epoch's list.
 * @param epoch null: the last one that ended
 */
export async function epochList(
  rpcUrl: string,
  deployment: Deployment,
  epoch: number | null,
  onProgress?: (block: number, last: number) => void,
): Promise<EpochList> {
  const client = createPublicClient({ transport: http(rpcUrl) });
  const address = deployment.contracts.EpochRewards as Address;
  const rewards = { address, abi: epochRewardsAbi } as const;
  const [firstEpochAt, current, bond, rounds] = await Promise.all([
    client.readContract({ ...rewards, functionName: "firstEpochAt" }),
    client.readContract({ ...rewards, functionName: "currentEpoch" }),
    client.readContract({ ...rewards, functionName: "rootBond" }),
    client.readContract({ ...rewards, functionName: "totalRounds", args: [0n] }),
  ]);
  const wanted = epoch ?? current - 1;
  if (wanted < 1 || wanted >= current) {
    throw new ColophonError("EPOCH_NOT_ENDED", `Epoch ${Math.max(wanted, 1)} is not over yet.`, { data: { current } });
  }
  const [version] = await client.readContract({ ...rewards, functionName: "formulaOf", args: [wanted] });
  if (version !== FORMULA_VERSION) {
    throw new ColophonError("UNKNOWN_FORMULA", `Epoch ${wanted} has formula ${version}, which this version lacks.`);
  }
  const { epochs, blocks } = await readFacts(rpcUrl, deployment, { firstEpochAt, epoch: wanted }, onProgress);
  const { shares, given } = rewardsOf(epochs);
  const tree = shares.length > 0 ? new ShareTree(shares) : null;
  const totals = totalsOf(shares, given);
  const document = canonicalBytes({
    schema: "colophon/epoch-rewards/1",
    chainId: deployment.chainId,
    contract: address.toLowerCase(),
    formula: version,
    epoch: wanted,
    lastBlock: blocks.last,
    lastBlockHash: blocks.lastHash,
    totals,
    leaves: shares.length,
    root: tree?.root ?? null,
  });
  const inputs = sha256Hex(document);
  const posted: PostedRoot[] = [];
  for (let index = 0; index < Number(rounds); index++) {
    const round = await client.readContract({ ...rewards, functionName: "roundOf", args: [0n, BigInt(index)] });
    if (round.epoch !== wanted) continue;
    const status = STATUS[round.status] ?? "none";
    posted.push({ index, epoch: round.epoch, status, root: round.root, agrees: round.root === tree?.root });
  }
  const post = tree && {
    to: address,
    data: encodeFunctionData({
      abi: epochRewardsAbi,
      functionName: "post",
      args: [wanted, tree.root, inputs, totals.map((t) => t.currency), totals.map((t) => BigInt(t.total))],
    }),
    value: bond,
  };
  return {
    epoch: wanted,
    formula: version,
    blocks,
    totals,
    shares: tree?.shares ?? [],
    tree,
    inputs,
    document,
    post,
    posted,
  };
}

/** The coin and the tokens that most accounts got: a root names eight. What is left out can be claimed by a later root that names it. */
function totalsOf(shares: readonly Share[], given: Given): EpochList["totals"] {
  const sums = new Map<Address, { total: bigint; accounts: number }>();
  for (const { currency, total } of shares) {
    const sum = sums.get(currency) ?? { total: 0n, accounts: 0 };
    sums.set(currency, { total: sum.total + total, accounts: sum.accounts + 1 });
  }
  const rank = (currency: Address) => (currency === zeroAddress ? Number.POSITIVE_INFINITY : 0);
  return [...sums]
    .sort(([a, x], [b, y]) => rank(b) - rank(a) || y.accounts - x.accounts || (a < b ? -1 : 1))
    .slice(0, MAX_CURRENCIES)
    .map(([currency, { total }]) => ({ currency, given: String(given.get(currency) ?? 0n), total: String(total) }));
}
