/** What the node reads of the chain, and the calls it makes, by the contracts' names. */
import { readFile } from "node:fs/promises";
import {
  type Address,
  createPublicClient,
  encodeFunctionData,
  type Hex,
  http,
  type PublicClient,
  zeroAddress,
} from "viem";
import {
  jobMarketAbi,
  licenseTokenAbi,
  operatorRegistryAbi,
  royaltyLedgerAbi,
  workRegistryAbi,
} from "../../common/abi/index.ts";
import { type Deployment, deploymentSchema } from "../../common/config.ts";
import { ColophonError } from "../../common/errors.ts";

/** States of a job, in the contract's order. */
export const JOB_STATUS = [
  "None",
  "Posted",
  "Accepted",
  "Submitted",
  "Disputed",
  "Settled",
  "Refunded",
  "Split",
  "Checking",
] as const;
export type JobStatus = (typeof JOB_STATUS)[number];

export type ChainJob = {
  id: bigint;
  requester: Address;
  operator: Address;
  currency: Address;
  price: bigint;
  modelWork: bigint;
  status: JobStatus;
  deadline: number;
  submitWithin: number;
  specDigest: Hex;
};

/** How many submitted jobs' specifications are kept in memory. */
const MAX_SPECS = 10_000;
const isZero = (digest: Hex): boolean => /^0x0{64}$/.test(digest);

/** Initialization code that returns the block's time: TIMESTAMP PUSH0 MSTORE PUSH1 32 PUSH0 RETURN. */
const RETURN_TIMESTAMP = "0x425f5260205ff3";

/** Opens the deployment named by a file. @throws ColophonError WRONG_CHAIN when the RPC serves another chain */
export async function openMarketChain(rpcUrl: string, deploymentPath: string): Promise<MarketChain> {
  const deployment = deploymentSchema.parse(JSON.parse(await readFile(deploymentPath, "utf8")));
  const client = createPublicClient({
    transport: http(rpcUrl, { retryCount: 5, retryDelay: 100 }),
    pollingInterval: 100,
  });
  const [chainId, genesis] = await Promise.all([client.getChainId(), client.getBlock({ blockNumber: 0n })]);
  if (chainId !== deployment.chainId || genesis.hash !== deployment.genesisHash) {
    throw new ColophonError("WRONG_CHAIN", "The RPC serves another chain than the deployment is on.", {
      data: { chainId, expected: deployment.chainId },
    });
  }
  return new MarketChain(client, deployment);
}

/** Typed access to one deployment. */
export class MarketChain {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly addresses: Record<keyof Deployment["contracts"], Address>;
  readonly #specs = new Map<string, Hex>();

  constructor(client: PublicClient, deployment: Deployment) {
    this.client = client;
    this.deployment = deployment;
    this.addresses = deployment.contracts as Record<keyof Deployment["contracts"], Address>;
  }

  get jobMarket() {
    return { address: this.addresses.JobMarket, abi: jobMarketAbi } as const;
  }

  get operatorRegistry() {
    return { address: this.addresses.OperatorRegistry, abi: operatorRegistryAbi } as const;
  }

  get workRegistry() {
    return { address: this.addresses.WorkRegistry, abi: workRegistryAbi } as const;
  }

  get licenseToken() {
    return { address: this.addresses.LicenseToken, abi: licenseTokenAbi } as const;
  }

  get royaltyLedger() {
    return { address: this.addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  }

  /** Id of the newest job; ids run from 1. */
  totalJobs(): Promise<bigint> {
    return this.client.readContract({ ...this.jobMarket, functionName: "totalJobs" });
  }

  /** One job as the chain has it now. */
  async job(id: bigint): Promise<ChainJob> {
    const job = await this.client.readContract({ ...this.jobMarket, functionName: "jobOf", args: [id] });
    const specDigest = isZero(job.resultDigest) ? job.specDigest : await this.#specOf(id, job.resultDigest);
    return { ...job, id, specDigest, status: JOB_STATUS[job.status] ?? "None" };
  }

  /**
   * Specification of a submitted job: the chain then keeps only a digest that binds it with the result, which names the job over
   * reorgs too.
   */
  async #specOf(id: bigint, resultDigest: Hex): Promise<Hex> {
    const key = `${id}/${resultDigest}`;
    const known = this.#specs.get(key);
    if (known) return known;
    const [posted] = await this.client.getContractEvents({
      ...this.jobMarket,
      eventName: "JobPosted",
      args: { jobId: id },
      fromBlock: BigInt(this.deployment.deployBlock),
      strict: true,
    });
    if (!posted) throw new ColophonError("JOB_UNKNOWN", `The chain has no record of job ${id}.`);
    if (this.#specs.size >= MAX_SPECS) this.#specs.clear();
    this.#specs.set(key, posted.args.specDigest);
    return posted.args.specDigest;
  }

  /**
   * The chain's clock as a transaction would see it now, seconds: every deadline is counted on it. Not the newest block's time:
   * a chain that mines only when there is something to mine would stand still between two transactions.
   */
  async now(): Promise<number> {
    const { data } = await this.client.call({ data: RETURN_TIMESTAMP });
    return Number(BigInt(data ?? "0x0"));
  }

  /** What the market owes an account in the chain's coin, wei. */
  credit(account: Address): Promise<bigint> {
    return this.client.readContract({ ...this.jobMarket, functionName: "creditOf", args: [account, zeroAddress] });
  }

  accept(jobId: bigint): { to: Address; data: Hex } {
    return {
      to: this.addresses.JobMarket,
      data: encodeFunctionData({ abi: jobMarketAbi, functionName: "accept", args: [jobId] }),
    };
  }

  submit(jobId: bigint, outputHash: Hex, receiptDigest: Hex): { to: Address; data: Hex } {
    return {
      to: this.addresses.JobMarket,
      data: encodeFunctionData({
        abi: jobMarketAbi,
        functionName: "submit",
        args: [jobId, outputHash, receiptDigest],
      }),
    };
  }

  poke(jobId: bigint): { to: Address; data: Hex } {
    return {
      to: this.addresses.JobMarket,
      data: encodeFunctionData({ abi: jobMarketAbi, functionName: "poke", args: [jobId] }),
    };
  }

  withdraw(): { to: Address; data: Hex } {
    return {
      to: this.addresses.JobMarket,
      data: encodeFunctionData({ abi: jobMarketAbi, functionName: "withdraw", args: [zeroAddress] }),
    };
  }
}
