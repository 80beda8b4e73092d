/** One step after the chain: notice a reorg, go back to what both agree on, add what is new. */
import type { RpcLog } from "viem";
import type { Deployment } from "../../common/config.ts";
import { ColophonError } from "../../common/errors.ts";
import type { BlockHeader, ChainSource } from "../chain/chain-source.ts";
import type { DecodedLog, LogDecoder } from "../chain/stored-event.ts";
import type { Database } from "../db/database.ts";
import { blocksBelow } from "./event-log.ts";
import type { Commit, IndexStore } from "./index-store.ts";

export type FollowOptions = {
  source: ChainSource;
  store: IndexStore;
  database: Database;
  decoder: LogDecoder;
  deployment: Deployment;
  /** Called after each commit, before the next one. */
  onCommit: (commit: Commit) => void | Promise<void>;
  /** Blocks taken as final below the head where the node does not tell. */
  finalityDepth?: number;
  /** How long a node may answer with an older head before that is believed, ms. */
  shrinkPatienceMs?: number;
  now?: () => number;
};

/** The world changed between two questions; the step is given up and the next one starts from the present head. */
export class ChainMoved extends Error {
  constructor(what: string) {
    super(`the chain moved while it was read: ${what}`);
    this.name = "ChainMoved";
  }
}

/** Blocks read and written at once while they are not final, and headers asked for at the same time. */
const OPEN_BLOCKS = 64;
const PARALLEL = 8;
const MAX_RANGE = 10_000;
/** Blocks compared per statement on the way back. */
const WALK = 64;

export class ChainFollower {
  readonly #options: FollowOptions;
  readonly #now: () => number;
  /** Blocks per log query of final blocks; adapts to what the node bears. */
  #range = 2000;
  #genesisChecked = false;
  #shrunkSince: number | null = null;
  #head: BlockHeader | null = null;
  #untold = false;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Newest head the node told of. */
  get head(): BlockHeader | null {
    return this.#head;
  }

  /**
   * Follows the chain to the head it has now.
   * @returns true when the index is at that head, false when the node has to be asked again first
   * @throws ColophonError `WRONG_CHAIN` when the node serves another chain than the deployment's; errors of the node
   */
  async step(): Promise<boolean> {
    const { source, store } = this.#options;
    const recovered = await store.recover();
    if (recovered || this.#untold)
      await this.#tell({ cursor: store.cursor, changes: [], rebuilt: true, announced: [] });
    if (!this.#genesisChecked) await this.#checkGenesis();
    const head = await source.head();
    this.#head = head;
    const { cursor } = store;
    if (head.hash === cursor.hash) {
      this.#shrunkSince = null;
      return true;
    }
    if (head.number < cursor.number && !(await this.#isShrunk(head))) return false;
    await this.#reconcile(head);
    const finalized =
      (await source.finalized()) ?? Math.max(0, head.number - (this.#options.finalityDepth ?? OPEN_BLOCKS));
    while (store.cursor.number < head.number) await this.#advance(head, finalized);
    return store.cursor.hash === head.hash;
  }

  /** A commit that could not be told of stays to be told: the next step says "read everything again" first. */
  async #tell(commit: Commit): Promise<void> {
    this.#untold = true;
    await this.#options.onCommit(commit);
    this.#untold = false;
  }

  async #checkGenesis(): Promise<void> {
    const genesis = await this.#options.source.header(0);
    if (genesis && genesis.hash !== this.#options.deployment.genesisHash) {
      throw new ColophonError("WRONG_CHAIN", "The node serves another chain than the one of the contracts.", {
        status: 503,
        data: { expected: this.#options.deployment.genesisHash, found: genesis.hash },
      });
    }
    this.#genesisChecked = true;
  }

  /** A head below the cursor on the same chain is a node that lags, unless it stays so. */
  async #isShrunk(head: BlockHeader): Promise<boolean> {
    const [known] = await blocksBelow(this.#options.database, head.number, 1);
    if (!known || known.number !== head.number || known.hash !== head.hash) return true;
    this.#shrunkSince ??= this.#now();
    if (this.#now() - this.#shrunkSince < (this.#options.shrinkPatienceMs ?? 2000)) return false;
    this.#shrunkSince = null;
    return true;
  }

  /** Rolls back to the newest indexed block that the chain still has. */
  async #reconcile(head: BlockHeader): Promise<void> {
    const { source, store, database, deployment } = this.#options;
    const { cursor } = store;
    if (cursor.hash === null) return;
    if (head.number > cursor.number) {
      const next = head.number === cursor.number + 1 ? head : await source.header(cursor.number + 1);
      if (!next) throw new ChainMoved(`block ${cursor.number + 1} is gone`);
      if (next.parentHash === cursor.hash) return;
    }
    let below = Math.min(cursor.number, head.number);
    for (;;) {
      const blocks = await blocksBelow(database, below, WALK);
      for (const block of blocks) {
        if ((await source.header(block.number))?.hash !== block.hash) continue;
        await this.#tell(await store.rollback(block));
        return;
      }
      const last = blocks.at(-1);
      if (!last) break;
      below = last.number - 1;
    }
    // Nothing we know is left: either a reorg to before the deployment, or another chain altogether.
    this.#genesisChecked = false;
    await this.#checkGenesis();
    await this.#tell(await store.rollback({ number: deployment.deployBlock - 1, hash: null, time: 0 }));
  }

  async #advance(head: BlockHeader, finalized: number): Promise<void> {
    const from = this.#options.store.cursor.number + 1;
    if (from <= finalized) await this.#advanceFinal(from, Math.min(finalized, head.number), finalized);
    else await this.#advanceOpen(from, Math.min(from + OPEN_BLOCKS - 1, head.number), finalized);
  }

  /**
   * Final blocks: logs by range, headers only of the first one, of those that hold events, and of the last one. The
   * last one is read before and after: while it stays, everything below it is one branch.
   */
  async #advanceFinal(from: number, final: number, finalized: number): Promise<void> {
    const { store } = this.#options;
    const to = Math.min(final, from + this.#range - 1);
    const [last] = await this.#headers([to]);
    const logs = await this.#logsOfRange(from, to);
    const numbers = new Set([from, ...logs.map((log) => Number(log.blockNumber))]);
    const headers = await this.#headers([...numbers].sort((a, b) => a - b));
    const [lastAgain] = await this.#headers([to]);
    if (!last || last.hash !== lastAgain?.hash) throw new ChainMoved(`block ${to} was replaced`);
    if (headers.at(-1)?.number !== to) headers.push(last);
    const hashes = new Map(headers.map((header) => [header.number, header.hash]));
    if (logs.some((log) => hashes.get(Number(log.blockNumber)) !== log.blockHash)) {
      throw new ChainMoved("logs and headers disagree");
    }
    const parent = store.cursor.hash;
    if (parent !== null && headers[0]?.parentHash !== parent) throw new ChainMoved(`block ${from} has another parent`);
    await this.#append(headers, logs, finalized);
  }

  async #logsOfRange(from: number, to: number): Promise<RpcLog[]> {
    try {
      const logs = await this.#options.source.logsOfRange(from, to);
      this.#range = Math.min(MAX_RANGE, this.#range * 2);
      return logs;
    } catch (error) {
      // Nodes limit ranges and answers, each in its own words: the next try asks for less.
      this.#range = Math.max(1, Math.floor(this.#range / 2));
      throw error;
    }
  }

  /** Blocks that may still go: every header, linked to the one before, and logs by the block's own hash. */
  async #advanceOpen(from: number, to: number, finalized: number): Promise<void> {
    const { source, store } = this.#options;
    const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const headers = await this.#headers(numbers);
    let parent = store.cursor.hash;
    for (const header of headers) {
      if (parent !== null && header.parentHash !== parent)
        throw new ChainMoved(`block ${header.number} has another parent`);
      parent = header.hash;
    }
    const logs = await inParallel(headers, async (header) => {
      const found = await source.logsOfBlock(header.hash);
      if (!found) throw new ChainMoved(`block ${header.number} was orphaned`);
      return found;
    });
    await this.#append(headers, logs.flat(), finalized);
  }

  async #append(headers: BlockHeader[], logs: RpcLog[], finalized: number): Promise<void> {
    const { store, decoder } = this.#options;
    const decoded = logs.map((log) => decoder.decode(log)).filter((log): log is DecodedLog => log !== null);
    decoded.sort((a, b) => a.block - b.block || a.logIndex - b.logIndex);
    await this.#tell(await store.append(headers, decoded, finalized));
  }

  async #headers(numbers: number[]): Promise<BlockHeader[]> {
    return inParallel(numbers, async (number) => {
      const header = await this.#options.source.header(number);
      if (!header) throw new ChainMoved(`block ${number} is gone`);
      return header;
    });
  }
}

/** Like `Promise.all` over a list, a few at a time, in order. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += PARALLEL) {
    results.push(...(await Promise.all(items.slice(i, i + PARALLEL).map(work))));
  }
  return results;
}
