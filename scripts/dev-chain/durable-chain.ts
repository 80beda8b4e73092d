/**
 * A chain that keeps what it acknowledged, around an engine that keeps nothing.
 *
 * Guarantee: a transaction whose hash was answered, or whose receipt anybody could read, survives kill -9 of this process and of the
 * engine at any moment, in the same block with the same hash.
 *
 * How: transactions are taken one at a time. Each is written to the journal with the timestamp of its block and synced to disk BEFORE
 * the engine sees it; then it is sent, one block is mined at that timestamp, and only then is it answered. Engines mine nothing by
 * themselves and are deterministic (measured: anvil 1.7.1 gives equal block hashes for equal transactions and timestamps, after a
 * load of its dump too), so "journal applied in order" IS the chain, and a replay after the last dump rebuilds it.
 *
 * Crash windows, in order:
 * - before the sync ends: nobody saw the transaction; a torn line is cut off at the next start.
 * - after the sync, before or while the engine works: a replay applies it. It was never answered, so both outcomes are honest.
 * - the engine refuses it (nonce, funds): a "void" entry says so. If a crash loses that entry the replay sends the transaction again in
 *   the same state of the chain, and it is refused again for the same reason. A refusal can therefore poison nothing.
 * - after the engine's answer, before ours: as above; a client that asks again gets "nonce too low", and the receipt by its hash.
 * - the engine dies at any time: it is started from the last dump, the journal is replayed, and requests in between wait.
 * - within a dump: see `ChainStore.record`.
 *
 * Clock: history mode until `sealHistory`: blocks carry the timestamp set by `setNextTimestamp`, or their parent's, so that a seed can
 * write weeks that end now. After it: wall clock, never less than the parent's (equal is allowed, so the chain never runs ahead).
 */
import { gunzipSync } from "node:zlib";
import type { Logger } from "pino";
import { ColophonError, hasCode } from "../../common/errors.ts";
import { type Birth, ChainStore, EMPTY, type Manifest } from "./chain-store.ts";
import { ChainMachine, type Head, type Outcome } from "./chain-machine.ts";
import type { Engine, EngineName } from "./engine.ts";
import type { Journal, NewEntry } from "./journal.ts";
import { EngineGone, RpcError } from "./json-rpc.ts";
import { startEngine } from "./start-engine.ts";

type Hex = `0x${string}`;

export type DurableChainOptions = {
  dataDir: string;
  birth: Birth;
  /** Seal the history at once: real time from the first block on. */
  sealed: boolean;
  engine?: EngineName;
  log: Logger;
  /** Called when the chain cannot go on (journal broken, engine does not start any more). */
  onFatal: (error: unknown) => void;
};

/**
 * Entries after which a dump is made: at least this many, whose replay takes about two seconds, and at least a tenth of all, because a
 * dump holds the whole chain.
 */
const DUMP_AFTER = 600;

export class DurableChain {
  readonly #options: DurableChainOptions;
  readonly #store: ChainStore;
  readonly #log: Logger;
  #machine!: ChainMachine;
  #journal!: Journal;
  #generation = 0;
  #sinceDump = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #ready: Promise<unknown> = Promise.resolve();
  #closing = false;

  private constructor(options: DurableChainOptions, store: ChainStore) {
    this.#options = options;
    this.#store = store;
    this.#log = options.log;
  }

  /** @throws ColophonError JOURNAL_CORRUPT, CHAIN_DATA_CORRUPT, ENGINE_FAILED */
  static async open(options: DurableChainOptions): Promise<DurableChain> {
    const chain = new DurableChain(options, await ChainStore.open(options.dataDir, options.birth));
    await chain.#exclusive(async () => {
      await chain.#rebuild();
      if (options.sealed && !chain.sealed) await chain.#seal();
    });
    return chain;
  }

  get head(): Head {
    return this.#machine.head;
  }
  get chainId(): number {
    return this.#store.birth.chainId;
  }
  get sealed(): boolean {
    return this.#machine.sealed;
  }
  get engine(): { name: EngineName; pid: number } {
    return { name: this.#machine.engine.name, pid: this.#machine.engine.pid };
  }
  get generation(): number {
    return this.#generation;
  }
  get entries(): number {
    return this.#journal.next;
  }

  /** Timestamp that a block mined at this moment would carry, unix seconds. */
  get nextTimestamp(): number {
    return this.#machine.nextTimestamp;
  }

  /** Any request that changes nothing; waits while the engine is being rebuilt. */
  async read<T>(method: string, params: readonly unknown[]): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      await this.#ready;
      try {
        return await this.#machine.engine.rpc.call<T>(method, params);
      } catch (error) {
        if (!(error instanceof EngineGone) || attempt === 2) throw error;
        await this.#exclusive(() => this.#revive());
      }
    }
  }

  /** Accepts a signed transaction for good. @returns its hash; @throws RpcError when the chain refuses it */
  async submit(raw: Hex): Promise<Hex> {
    const outcome = await this.#exclusive(() => this.#do({ kind: "tx", timestamp: this.nextTimestamp, raw }));
    if (outcome instanceof RpcError) throw outcome;
    if (outcome === null) throw new ColophonError("CHAIN_BROKEN", "The transaction has no outcome.", { status: 500 });
    return outcome;
  }

  /** Mines one empty block at the present moment. */
  async mine(): Promise<void> {
    await this.#exclusive(() => this.#do({ kind: "mine", timestamp: this.nextTimestamp }));
  }

  /** Timestamp for the blocks from now on; held in memory until a block carries it. @throws ColophonError HISTORY_SEALED, BAD_TIMESTAMP */
  async setNextTimestamp(timestamp: number): Promise<void> {
    await this.#exclusive(async () => {
      if (this.sealed)
        throw new ColophonError("HISTORY_SEALED", "This chain's history is sealed: blocks carry real time.");
      const now = Math.floor(Date.now() / 1000);
      if (!Number.isSafeInteger(timestamp) || timestamp < this.nextTimestamp || timestamp > now) {
        throw new ColophonError("BAD_TIMESTAMP", `The timestamp must be between ${this.nextTimestamp} and ${now}.`);
      }
      this.#machine.setHistoryClock(timestamp);
    });
  }

  /** Ends history mode for ever and mines a block at the present moment. Sealing twice is once. */
  async sealHistory(): Promise<void> {
    await this.#exclusive(async () => {
      if (!this.sealed) await this.#seal();
    });
  }

  /** Moves a test chain's clock forward. */
  async advance(seconds: number): Promise<void> {
    if (!Number.isSafeInteger(seconds) || seconds < 0)
      throw new ColophonError("BAD_TIMESTAMP", "Time only goes forward.");
    await this.#exclusive(() => this.#do({ kind: "advance", seconds }));
  }

  /** A request of a test chain that changes state behind the journal's back (a reorg, say): kept by a dump made at once. */
  async tamper(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#exclusive(async () => {
      const result = await this.#machine.engine.rpc.call(method, params);
      await this.#machine.readHead();
      await this.#dump();
      return result;
    });
  }

  /** Dumps, so that the next start is quick, and ends the engine. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#exclusive(async () => {
      try {
        if (this.#sinceDump > 0) await this.#dump();
      } catch (error) {
        this.#log.warn({ err: error }, "no dump at the end; the journal has everything");
      }
      await this.#machine.engine.stop();
      await this.#journal.close();
    });
  }

  /** One at a time, in the order of the calls. */
  #exclusive<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined); // the caller has the error
    return result;
  }

  async #seal(): Promise<void> {
    await this.#do({ kind: "seal" });
    await this.#do({ kind: "mine", timestamp: this.nextTimestamp });
  }

  /** Journals one entry, then applies it; when the engine dies on the way, the replay that follows gives the outcome. */
  async #do(entry: NewEntry): Promise<Outcome> {
    let n: number;
    try {
      n = await this.#journal.append(entry);
    } catch (error) {
      this.#options.onFatal(error);
      throw error;
    }
    let outcome: Outcome;
    try {
      outcome = await this.#machine.apply(entry);
    } catch (error) {
      if (!(error instanceof EngineGone)) throw error;
      outcome = (await this.#revive(true)).get(n) ?? null;
    }
    if (outcome instanceof RpcError) await this.#journal.append({ kind: "void", of: n }, false);
    this.#sinceDump += 1;
    if (this.#machine.engine.dumps && this.#sinceDump >= Math.max(DUMP_AFTER, this.#journal.next / 10))
      await this.#dumpInPassing();
    return outcome;
  }

  /** Starts the engine again if it is gone (or `surely` is), and rebuilds the chain in it. */
  async #revive(surely = false): Promise<Map<number, Outcome>> {
    if (this.#closing) throw new ColophonError("CHAIN_CLOSED", "The chain is shutting down.", { status: 503 });
    if (!surely) {
      const alive = await this.#machine.engine.rpc.call("eth_chainId").then(
        () => true,
        () => false,
      );
      if (alive) return new Map();
    }
    this.#log.warn(
      { engine: this.#machine.engine.name },
      "the chain engine ended; rebuilding the chain from dump and journal",
    );
    let open = () => {};
    this.#ready = new Promise<void>((resolve) => {
      open = resolve;
    });
    try {
      await this.#machine.engine.stop();
      await this.#journal.close();
      return await this.#rebuild();
    } catch (error) {
      this.#options.onFatal(error);
      throw error;
    } finally {
      open();
    }
  }

  /** Engine from the newest dump, then the journal after it. @returns outcome of each replayed entry */
  async #rebuild(): Promise<Map<number, Outcome>> {
    const started = performance.now();
    const { birth } = this.#store;
    const wanted = this.#options.engine;
    const manifest = await this.#store.newest(wanted !== "hardhat");
    const stateFile = manifest.generation > 0 ? this.#store.statePath(manifest.generation) : null;
    const { genesisTimestamp, chainId, accounts } = birth;
    const scratchDir = this.#options.dataDir;
    const engine = await startEngine(
      { genesisTimestamp, chainId, accounts, stateFile, scratchDir, log: this.#log },
      wanted,
    );
    const base: Manifest = engine.dumps ? manifest : EMPTY;
    const { journal, entries, generation } = await this.#store.journals(base);
    this.#journal = journal;
    this.#generation = generation;
    this.#sinceDump = entries.length;
    this.#machine = await ChainMachine.at(engine, base);

    const outcomes = new Map<number, Outcome>();
    const voided = new Set(entries.flatMap((entry) => (entry.kind === "void" ? [entry.of] : [])));
    for (const entry of entries) {
      if (voided.has(entry.n)) continue;
      const outcome = await this.#machine.apply(entry);
      outcomes.set(entry.n, outcome);
      if (outcome instanceof RpcError)
        this.#log.warn({ entry: entry.n, reason: outcome.message }, "refused in the replay");
    }
    void engine.exited.then(() => this.#onExit(engine));
    const ms = Math.round(performance.now() - started);
    this.#log.info(
      { engine: engine.name, generation, replayed: entries.length, head: this.head.number, ms },
      "chain is up",
    );
    return outcomes;
  }

  #onExit(engine: Engine): void {
    if (this.#closing || engine !== this.#machine.engine) return;
    this.#exclusive(async () => {
      if (engine === this.#machine.engine && !this.#closing) await this.#revive();
    }).catch((error: unknown) => this.#log.error({ err: error }, "the chain could not be rebuilt"));
  }

  async #dumpInPassing(): Promise<void> {
    try {
      await this.#dump();
    } catch (error) {
      // The journal has everything, so a failed dump costs only time at the next start; try again after as many entries.
      this.#sinceDump = 0;
      this.#log.error({ err: error }, "no dump was made");
    }
  }

  async #dump(): Promise<void> {
    if (!this.#machine.engine.dumps) return;
    const dump = await this.#machine.engine.rpc.call<Hex>("anvil_dumpState");
    const manifest = {
      generation: this.#generation + 1,
      nextEntry: this.#journal.next,
      sealed: this.sealed,
      advanced: this.#machine.advanced,
      waiting: await this.#machine.waiting(),
    };
    let journal: Journal;
    try {
      journal = await this.#store.record(manifest, gunzipSync(Buffer.from(dump.slice(2), "hex")));
    } catch (error) {
      if (hasCode(error, "DUMP_UNCERTAIN")) this.#options.onFatal(error);
      throw error;
    }
    await this.#journal.close();
    this.#journal = journal;
    this.#generation += 1;
    this.#sinceDump = 0;
  }
}
