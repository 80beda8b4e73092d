/**
 * Fills an empty market with works, licenses, jobs and remixes through the same doors that everybody uses: files into
 * the store, fingerprints by `fingerprint/`, transactions signed by the built-in wallets. Safe to end at any moment and
 * to run again: what is on the chain already is not done twice.
 */
import { availableParallelism } from "node:os";
import type { Address } from "viem";
import type { Deployment } from "../../common/config.ts";
import { LOCAL_CHAIN_ID } from "../../common/dev-wallets.ts";
import { ColophonError } from "../../common/errors.ts";
import { StoreClient } from "../../storage/client.ts";
import { collect } from "./collect.ts";
import { findModel, type Model } from "./find-model.ts";
import { HistoryWriter } from "./history-writer.ts";
import { MarketLog } from "./market-log.ts";
import * as perform from "./perform.ts";
import { type Action, HISTORY_SECONDS, isOrdered, makePlan, parentOf, partOf, type Plan } from "./plan.ts";
import type { PreparedWork } from "./prepared-work.ts";
import { readSeedState, type SeedState, writeSeedState } from "./seed-state.ts";
import { Workshop } from "./workshop.ts";

export type SeedProgress = { done: number; total: number; phase: string };

export type SeedMarketParameters = {
  rpcUrl: string;
  storeUrl: string;
  storeToken: string;
  deployment: Deployment;
  /** A generation node's URL; without one, works that nodes make and what is derived from them are left out. */
  nodeUrl?: string;
  /** End of the written history, unix seconds; default: now. The first run's value holds for all runs. */
  now?: number;
  onProgress?: (progress: SeedProgress) => void;
  /** File that remembers the end of the history and that all is done. */
  stateFile: string;
  /** Threads that make files; default: one per core, at most four. */
  threads?: number;
  /** Default: `makePlan()`. */
  plan?: Plan;
};

/** @property ms wall time by phase, and where the worker threads spent theirs */
export type SeedResult = {
  works: number;
  licenses: number;
  jobs: number;
  already: boolean;
  ms: {
    total: number;
    waitedForFiles: number;
    waitedForJobs: number;
    make: number;
    fingerprint: number;
    store: number;
  };
};

/** Wait for a node's first capability, and for one job, ms. */
const MODEL_WITHIN_MS = 30_000;
const JOB_WITHIN_MS = 180_000;
const POLL_MS = 60;

/**
 * Seeds the market.
 * @throws ColophonError SEED_NOT_LOCAL (the built-in wallets are for local chains), SEED_NO_MODEL (a node was promised and offers none), SEED_JOB_STUCK, SEED_TRANSACTION_FAILED, and what the
 * store and the fingerprint throw
 */
export async function seedMarket(parameters: SeedMarketParameters): Promise<SeedResult> {
  const begun = performance.now();
  const { deployment, stateFile } = parameters;
  if (deployment.chainId !== LOCAL_CHAIN_ID) {
    throw new ColophonError(
      "SEED_NOT_LOCAL",
      `The seed market is for local chains; this is chain ${deployment.chainId}.`,
    );
  }
  const before = await stateOf(parameters);
  const ms = { total: 0, waitedForFiles: 0, waitedForJobs: 0, make: 0, fingerprint: 0, store: 0 };
  if (before.result) return { ...before.result, already: true, ms };
  await writeSeedState(stateFile, before);

  const store = new StoreClient({ url: parameters.storeUrl, token: parameters.storeToken });
  const threads = parameters.threads ?? Math.max(1, Math.min(4, availableParallelism()));
  const workshop = new Workshop({ storeUrl: parameters.storeUrl, storeToken: parameters.storeToken }, threads);
  try {
    const whole = parameters.plan ?? makePlan();
    const plan = parameters.nodeUrl === undefined ? partOf(whole, (work) => !isOrdered(work)) : whole;
    const files = new FileQueue(workshop, plan);
    const writer = await HistoryWriter.connect(parameters.rpcUrl);
    const log = await MarketLog.read(writer.client, deployment);
    const resumedAt = writer.clock;
    const market: perform.Market & { model: Model | null } = {
      writer,
      log,
      store,
      deployment,
      works: plan.works,
      prepared: files.ready,
      model: null,
    };
    const start = before.end - HISTORY_SECONDS;
    let done = 0;
    for (const action of plan.actions) {
      const at = start + action.at;
      parameters.onProgress?.({ done: done++, total: plan.actions.length, phase: phaseOf(action) });
      // Collecting twice would only be noise: it belongs to the moment for which it was planned.
      if (action.kind === "collect" && (!writer.open || at < resumedAt)) continue;
      if (action.kind === "post") market.model ??= await awaitModel(market, parameters.rpcUrl);
      if (action.kind === "settle") {
        ms.waitedForJobs += await timed(async () => {
          const output = await awaitOutput(market, action.job);
          files.order(action.job, output, true);
        });
      }
      if ("work" in action) ms.waitedForFiles += await timed(() => files.until(action.work));
      await act(market, action, at);
    }
    await writer.seal();
    for (const { ms: spent } of files.ready.values()) {
      ms.make += spent.make;
      ms.fingerprint += spent.fingerprint;
      ms.store += spent.store;
    }
    const result = { works: plan.works.size, licenses: log.licenses, jobs: log.jobs };
    await writeSeedState(stateFile, { ...before, result });
    ms.total = performance.now() - begun;
    return { ...result, already: false, ms };
  } finally {
    await workshop.close();
  }
}

/** Files of the plan's works, ordered in the order in which they are needed. */
class FileQueue {
  readonly ready = new Map<string, PreparedWork>();
  readonly #workshop: Workshop;
  readonly #plan: Plan;
  readonly #pending = new Map<string, Promise<void>>();

  constructor(workshop: Workshop, plan: Plan) {
    this.#workshop = workshop;
    this.#plan = plan;
    for (const work of plan.works.values()) if (!isOrdered(work) && !parentOf(work)) this.order(work.key, null, false);
  }

  /** Orders a work's file once. */
  order(key: string, source: string | null, urgent: boolean): void {
    if (this.#pending.has(key)) return;
    const pending = this.#workshop.prepare(key, source, urgent).then((prepared) => {
      this.ready.set(key, prepared);
      for (const work of this.#plan.works.values()) {
        // A variation is made from its parent's stored bytes, so it can begin now.
        if (parentOf(work) === key && !isOrdered(work)) this.order(work.key, prepared.file.cid, true);
      }
    });
    pending.catch(() => undefined); // whoever awaits `until` gets the error
    this.#pending.set(key, pending);
  }

  /** Resolves when a work's file, and so all that it is made from, is ready. */
  async until(key: string): Promise<void> {
    const work = this.#plan.works.get(key);
    const parent = work && !isOrdered(work) ? parentOf(work) : null;
    if (parent) await this.until(parent);
    await this.#pending.get(key);
  }
}

async function stateOf(parameters: SeedMarketParameters): Promise<SeedState> {
  const { deployment } = parameters;
  const fresh: SeedState = {
    version: 1,
    genesisHash: deployment.genesisHash,
    workRegistry: deployment.contracts.WorkRegistry,
    end: parameters.now ?? Math.floor(Date.now() / 1000),
    result: null,
  };
  const known = await readSeedState(parameters.stateFile);
  const same = known?.genesisHash === fresh.genesisHash && known.workRegistry === fresh.workRegistry;
  return known && same ? known : fresh;
}

async function act(market: perform.Market, action: Action, at: number): Promise<void> {
  switch (action.kind) {
    case "publish":
      return perform.publish(market, action.by, at, action.work);
    case "offer":
      return perform.offer(market, action.by, at, action.work, action.offer);
    case "buy":
      return perform.buy(market, action.by, at, action.work, action.offer);
    case "post":
      return perform.post(market, action.by, at, action.job);
    case "settle":
      return perform.settle(market, action.by, at, action.job);
    case "collect":
      return collect(market, action.by, at);
  }
}

function phaseOf(action: Action): string {
  const what = "work" in action ? action.work : "job" in action ? action.job : action.by;
  return `${action.kind} ${what}`;
}

/** The nodes' model, waiting for a node that is still starting. */
async function awaitModel(market: perform.Market, rpcUrl: string): Promise<Model> {
  const end = performance.now() + MODEL_WITHIN_MS;
  const registry = market.deployment.contracts.WorkRegistry as Address;
  let log = market.log;
  for (;;) {
    const model = await findModel(log, market.writer.client, registry, market.store);
    if (model) return model;
    if (performance.now() > end) {
      throw new ColophonError("SEED_NO_MODEL", "No generation node has offered a model that makes pictures.", {
        data: { rpcUrl },
      });
    }
    await pause(250);
    log = await MarketLog.read(market.writer.client, market.deployment);
  }
}

/** CID of a job's output, once a node has submitted it. */
async function awaitOutput(market: perform.Market, key: string): Promise<string> {
  const end = performance.now() + JOB_WITHIN_MS;
  for (;;) {
    const job = await perform.jobOf(market, key);
    if (job.submitted || job.settled) return (await perform.receiptOf(market, job)).output.cid;
    if (job.status > 5 || performance.now() > end) {
      throw new ColophonError("SEED_JOB_STUCK", `Job ${job.id} ("${key}") got no output (status ${job.status}).`);
    }
    await pause(POLL_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function timed(run: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}
