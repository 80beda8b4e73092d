/** Reads from the chain what the reward formula needs, epoch by epoch. */
import type { Address } from "viem";
import type { Deployment } from "../../common/config.ts";
import { ColophonError } from "../../common/errors.ts";
import { type BlockHeader, type ChainSource, rpcChainSource } from "../../indexer/chain/chain-source.ts";
import { type DecodedLog, type EventArgs, type EventName, LogDecoder } from "../../indexer/chain/stored-event.ts";
import type { EpochFacts, Payment } from "./formula.ts";

/** Seconds of an epoch (`EpochRewards.EPOCH`). */
export const EPOCH_SECONDS = 7 * 24 * 60 * 60;

/** Blocks asked for at once: what public nodes answer. */
const RANGE = 2_000;
/** `IRoyaltyLedger.Paid.purpose` that count. */
const LICENSE = 1;
const JOB = 2;

export type EpochBlocks = { last: number; lastHash: string };
export type ReadFacts = { epochs: EpochFacts[]; blocks: EpochBlocks };

/**
 * Facts of the epochs 1 to `epoch`.
 * @param firstEpochAt block time at which the first one began, seconds
 * @param onProgress is told the block up to which the log was read, and the last one
 * @throws `EPOCH_NOT_ENDED` when no block stands behind the epoch yet
 */
export async function readFacts(
  rpcUrl: string,
  deployment: Deployment,
  { firstEpochAt, epoch }: { firstEpochAt: number; epoch: number },
  onProgress: (block: number, last: number) => void = () => {},
): Promise<ReadFacts> {
  const source = rpcChainSource(rpcUrl, Object.values(deployment.contracts));
  const decoder = new LogDecoder(deployment.contracts);
  const lasts: BlockHeader[] = [];
  for (let n = 1; n <= epoch; n++) {
    lasts.push(
      await lastBefore(source, firstEpochAt + n * EPOCH_SECONDS, lasts.at(-1)?.number ?? deployment.deployBlock),
    );
  }
  const market = new MarketSoFar(deployment);
  const epochs: EpochFacts[] = [];
  const end = lasts.at(-1) as BlockHeader;
  let from = deployment.deployBlock;
  for (const { number: last } of lasts) {
    for (; from <= last; from += RANGE) {
      const to = Math.min(from + RANGE - 1, last);
      for (const log of await source.logsOfRange(from, to)) {
        const event = decoder.decode(log);
        if (event) market.apply(event);
      }
      onProgress(to, end.number);
    }
    from = last + 1;
    epochs.push(market.endEpoch());
  }
  return { epochs, blocks: { last: end.number, lastHash: end.hash } };
}

/** The last block whose time is below `time`; the chain must have gone on behind it. */
async function lastBefore(source: ChainSource, time: number, from: number): Promise<BlockHeader> {
  const head = await source.head();
  if (head.time < time) {
    throw new ColophonError("EPOCH_NOT_ENDED", "The chain has no block behind this epoch yet.", {
      data: { endsAt: time, headTime: head.time },
    });
  }
  let [low, high] = [from, head.number];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const header = await headerOf(source, middle);
    if (header.time < time) low = middle;
    else high = middle;
  }
  return headerOf(source, low);
}

async function headerOf(source: ChainSource, number: number): Promise<BlockHeader> {
  const header = await source.header(number);
  if (!header) throw new ColophonError("RPC_ERROR", `The node has no block ${number}.`, { status: 503 });
  return header;
}

type WorkPayment = { work: string; payer: string; currency: string; amount: bigint };

/** What the log says so far: who owns what, and the present epoch's payments. */
class MarketSoFar {
  readonly #contracts: ReadonlySet<string>;
  readonly #owner = new Map<string, string>();
  readonly #registrant = new Map<string, string>();
  readonly #jobs = new Map<string, { requester: string; currency: string }>();
  readonly #funded = new Map<Address, bigint>();
  #paid: WorkPayment[] = [];
  #settled: Payment[] = [];

  constructor({ contracts }: Deployment) {
    this.#contracts = new Set(Object.values(contracts).map((address) => address.toLowerCase()));
  }

  apply(event: DecodedLog): void {
    (this.#reducers[event.name] as ((args: never) => void) | undefined)?.(event.args as never);
  }

  readonly #reducers: { [Name in EventName]?: (args: EventArgs[Name]) => void } = {
    "WorkRegistry.WorkRegistered": ({ id, owner }) => void this.#registrant.set(id, owner),
    "WorkRegistry.Transfer": ({ tokenId, to }) => void this.#owner.set(tokenId, to),
    "JobMarket.JobPosted": ({ jobId, requester, currency }) => void this.#jobs.set(jobId, { requester, currency }),
    "JobMarket.JobSettled": ({ jobId, operator, operatorAmount }) => {
      const job = this.#jobs.get(jobId);
      if (!job || job.requester === operator || operatorAmount === "0") return;
      this.#settled.push({
        account: operator as Address,
        payer: job.requester as Address,
        currency: job.currency as Address,
        amount: BigInt(operatorAmount),
      });
    },
    "RoyaltyLedger.Paid": ({ workId, currency, payer, amount, purpose, ref }) => {
      if (purpose !== LICENSE && purpose !== JOB) return;
      const who = (purpose === JOB ? this.#jobs.get(ref)?.requester : undefined) ?? payer;
      this.#paid.push({ work: workId, payer: who, currency, amount: BigInt(amount) });
    },
    "EpochRewards.Funded": ({ currency, total }) => void this.#funded.set(currency as Address, BigInt(total)),
  };

  endEpoch(): EpochFacts {
    const creators = this.#paid.flatMap(({ work, payer, currency, amount }) => {
      const registrant = this.#registrant.get(work) ?? "";
      const owner = this.#owner.get(work) ?? "";
      const account = this.#contracts.has(owner) ? registrant : owner;
      if (payer === account || payer === registrant || this.#contracts.has(payer) || amount === 0n) return [];
      return [{ account: account as Address, payer: payer as Address, currency: currency as Address, amount }];
    });
    const facts = { creators, operators: this.#settled, funded: new Map(this.#funded) };
    [this.#paid, this.#settled] = [[], []];
    return facts;
  }
}
