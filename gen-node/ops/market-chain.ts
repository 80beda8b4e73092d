/** What the node reads of the chain, and the calls it makes, by the contracts' names. */
import { readFile } from "node:fs/promises";
import {
  type Address,
  createPublicClient,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  http,
  keccak256,
  type PublicClient,
  zeroAddress,
} from "viem";
import {
  jobChecksAbi,
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

/** Stages of a job's check, in the contract's order. */
export const CHECK_STAGE = ["None", "Requested", "Drawn", "Decided", "Stuck", "Arbitrated", "Closed"] as const;
export type CheckStage = (typeof CHECK_STAGE)[number];

/** Seconds that verifiers have to reveal (`JobChecks.REVEAL_WINDOW`). */
const REVEAL_WINDOW = 6 * 3600;

/** A job's check as the chain has it now. */
export type ChainCheck = {
  stage: CheckStage;
  drawBlock: bigint;
  /** Block time after which anybody can move it on (drawn: `tally`; later: `close`). */
  deadline: number;
  /** Drawn, and every verifier of the round has revealed: `tally` need not wait. */
  allRevealed: boolean;
};

/** What an operator submitted, with the specification it was for. */
export type ChainSubmission = { specDigest: Hex; outputHash: Hex; receiptDigest: Hex };

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

/** How many jobs' submissions are kept in memory. */
const MAX_SUBMISSIONS = 10_000;
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
  readonly #submissions = new Map<string, ChainSubmission>();

  constructor(client: PublicClient, deployment: Deployment) {
    this.client = client;
    this.deployment = deployment;
    this.addresses = deployment.contracts as Record<keyof Deployment["contracts"], Address>;
  }

  get jobMarket() {
    return { address: this.addresses.JobMarket, abi: jobMarketAbi } as const;
  }

  get jobChecks() {
    return { address: this.addresses.JobChecks, abi: jobChecksAbi } as const;
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
    const [job] = await this.jobs([id]);
    return job as ChainJob;
  }

  /**
   * Jobs as the chain has them now. Of a submitted job the chain keeps only a digest that binds specification and result: the
   * specification then comes from the job's events, with one question for all jobs.
   */
  async jobs(ids: readonly bigint[]): Promise<ChainJob[]> {
    const jobs = await Promise.all(
      ids.map((id) => this.client.readContract({ ...this.jobMarket, functionName: "jobOf", args: [id] })),
    );
    const submitted = ids.flatMap((id, i) => {
      const resultDigest = jobs[i]?.resultDigest;
      return resultDigest === undefined || isZero(resultDigest) ? [] : [{ id, resultDigest }];
    });
    const submissions = await this.#submissionsOf(submitted);
    return jobs.map((job, i) => {
      const id = ids[i] as bigint;
      const specDigest = submissions.get(id)?.specDigest ?? job.specDigest;
      return { ...job, id, specDigest, status: JOB_STATUS[job.status] ?? "None" };
    });
  }

  /** What was submitted for a job. @throws ColophonError JOB_NOT_SUBMITTED, CHAIN_MOVED */
  async submission(id: bigint): Promise<ChainSubmission> {
    const { resultDigest } = await this.client.readContract({ ...this.jobMarket, functionName: "jobOf", args: [id] });
    const found = isZero(resultDigest) ? undefined : (await this.#submissionsOf([{ id, resultDigest }])).get(id);
    if (!found) throw new ColophonError("JOB_NOT_SUBMITTED", `Job ${id} was not submitted.`);
    return found;
  }

  /**
   * Submissions by the jobs' events, each checked against its digest: so it is the same however often the chain was reorganized,
   * and can be kept.
   * @throws ColophonError CHAIN_MOVED when events and digest do not agree: the chain changed between two questions
   */
  async #submissionsOf(jobs: readonly { id: bigint; resultDigest: Hex }[]): Promise<Map<bigint, ChainSubmission>> {
    const keyOf = ({ id, resultDigest }: { id: bigint; resultDigest: Hex }) => `${id}/${resultDigest}`;
    const missing = jobs.filter((job) => !this.#submissions.has(keyOf(job)));
    if (missing.length > 0) {
      const query = {
        ...this.jobMarket,
        args: { jobId: missing.map(({ id }) => id) },
        fromBlock: BigInt(this.deployment.deployBlock),
        strict: true,
      } as const;
      const [posted, submitted] = await Promise.all([
        this.client.getContractEvents({ ...query, eventName: "JobPosted" }),
        this.client.getContractEvents({ ...query, eventName: "JobSubmitted" }),
      ]);
      const specs = new Map(posted.map(({ args }) => [args.jobId, args.specDigest]));
      const outputs = new Map(submitted.map(({ args }) => [args.jobId, args]));
      if (this.#submissions.size >= MAX_SUBMISSIONS) this.#submissions.clear();
      for (const job of missing) {
        const [specDigest, output] = [specs.get(job.id), outputs.get(job.id)];
        const submission = specDigest &&
          output && { specDigest, outputHash: output.outputHash, receiptDigest: output.receiptDigest };
        if (!submission || resultDigestOf(submission) !== job.resultDigest) {
          throw new ColophonError("CHAIN_MOVED", `The events of job ${job.id} are of another fork than its state.`);
        }
        this.#submissions.set(keyOf(job), submission);
      }
    }
    return new Map(jobs.map((job) => [job.id, this.#submissions.get(keyOf(job)) as ChainSubmission]));
  }

  /** A job's check as the chain has it now. */
  async check(id: bigint): Promise<ChainCheck> {
    const [check, votes] = await Promise.all([
      this.client.readContract({ ...this.jobChecks, functionName: "checkOf", args: [id] }),
      this.client.readContract({ ...this.jobChecks, functionName: "votesOf", args: [id] }),
    ]);
    const stage = CHECK_STAGE[check.stage] ?? "None";
    const round = votes.filter((vote) => vote.round === check.round);
    return {
      stage,
      drawBlock: BigInt(check.drawBlock),
      deadline: check.deadline + (stage === "Drawn" ? REVEAL_WINDOW : 0),
      allRevealed: round.length > 0 && round.every((vote) => vote.revealed),
    };
  }

  /** Number of the newest block. */
  blockNumber(): Promise<bigint> {
    return this.client.getBlockNumber({ cacheTime: 0 });
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

  /** Draws whether a submitted job is checked, and by whom. */
  draw(jobId: bigint): { to: Address; data: Hex } {
    return {
      to: this.addresses.JobChecks,
      data: encodeFunctionData({ abi: jobChecksAbi, functionName: "draw", args: [jobId] }),
    };
  }

  /** Counts the verifiers' verdicts. */
  tally(jobId: bigint, { specDigest, outputHash, receiptDigest }: ChainSubmission): { to: Address; data: Hex } {
    return {
      to: this.addresses.JobChecks,
      data: encodeFunctionData({
        abi: jobChecksAbi,
        functionName: "tally",
        args: [jobId, specDigest, outputHash, receiptDigest],
      }),
    };
  }

  /** Ends a check whose deadline has passed. */
  close(jobId: bigint): { to: Address; data: Hex } {
    return {
      to: this.addresses.JobChecks,
      data: encodeFunctionData({ abi: jobChecksAbi, functionName: "close", args: [jobId] }),
    };
  }

  withdraw(): { to: Address; data: Hex } {
    return {
      to: this.addresses.JobMarket,
      data: encodeFunctionData({ abi: jobMarketAbi, functionName: "withdraw", args: [zeroAddress] }),
    };
  }
}

/** As `JobMarket.resultDigestOf`. */
function resultDigestOf({ specDigest, outputHash, receiptDigest }: ChainSubmission): Hex {
  const words = [{ type: "bytes32" }, { type: "bytes32" }, { type: "bytes32" }] as const;
  return keccak256(encodeAbiParameters(words, [specDigest, outputHash, receiptDigest]));
}
