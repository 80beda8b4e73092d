/** What the chain itself says, read past our own server. */
import { createPublicClient, defineChain, type Hex, http, parseEventLogs } from "viem";
import { jobMarketAbi, licenseTokenAbi, royaltyLedgerAbi, workRegistryAbi } from "../../common/abi/index.ts";
import { readSubmission } from "../../scripts/read-submission.ts";
import type { MarketUnderTest } from "./market-under-test.ts";

const COIN: Hex = `0x${"00".repeat(20)}`;
const PPM = 1_000_000n;

export type ChainReader = ReturnType<typeof chainReader>;

/** Reads of the market's contracts. */
export function chainReader({ rpcUrl, deployment }: MarketUnderTest) {
  const chain = defineChain({
    id: deployment.chainId,
    name: "local",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const client = createPublicClient({ chain, transport: http(rpcUrl), pollingInterval: 20 });
  const addressOf = (name: keyof typeof deployment.contracts) => deployment.contracts[name] as Hex;
  const registry = { address: addressOf("WorkRegistry"), abi: workRegistryAbi } as const;
  const licenses = { address: addressOf("LicenseToken"), abi: licenseTokenAbi } as const;
  const ledger = { address: addressOf("RoyaltyLedger"), abi: royaltyLedgerAbi } as const;
  const jobs = { address: addressOf("JobMarket"), abi: jobMarketAbi } as const;
  return {
    client,

    /** Waits for a transaction's block. @returns id of the work that it registered */
    async registeredWork(hash: Hex): Promise<string> {
      const { logs } = await client.waitForTransactionReceipt({ hash });
      const [event] = parseEventLogs({ abi: workRegistryAbi, eventName: "WorkRegistered", logs });
      if (!event) throw new Error(`transaction ${hash} registered no work`);
      return event.args.id.toString();
    },
    work: (id: string) => client.readContract({ ...registry, functionName: "workOf", args: [BigInt(id)] }),
    workOwner: (id: string) => client.readContract({ ...registry, functionName: "ownerOf", args: [BigInt(id)] }),
    /** Parents with their shares (ppm). */
    edges: (id: string) => client.readContract({ ...registry, functionName: "edgesOf", args: [BigInt(id)] }),
    licenseHolder: (id: string) => client.readContract({ ...licenses, functionName: "ownerOf", args: [BigInt(id)] }),
    license: (id: string) => client.readContract({ ...licenses, functionName: "licenseOf", args: [BigInt(id)] }),
    job: (id: string) => client.readContract({ ...jobs, functionName: "jobOf", args: [BigInt(id)] }),
    /** What was submitted for a job, as its events say and the chain's digest confirms. */
    submission: (id: string) => readSubmission(client, jobs.address, BigInt(id), BigInt(deployment.deployBlock)),
    /** What `claim` would pay now, wei of the chain's coin. */
    claimable: (workId: string) =>
      client.readContract({ ...ledger, functionName: "claimable", args: [BigInt(workId), COIN] }),
  };
}

/**
 * The absolute-edge rule, once more and plainly: who gets what of one payment to a derivative whose parents are originals.
 * @param shares of the parents, ppm
 * @returns wei for the derivative's owner (upstream rounded up) and for each parent (rounded down)
 */
export function splitOfPayment(amount: bigint, shares: number[]): { owner: bigint; parents: bigint[] } {
  const stack = shares.reduce((sum, share) => sum + BigInt(share), 0n);
  return {
    owner: amount - (amount * stack + PPM - 1n) / PPM,
    parents: shares.map((share) => (amount * BigInt(share)) / PPM),
  };
}
