/** What a chain is at a moment, in an engine: head, clock, waiting transactions, and the one way in which an entry changes them. */
import type { Manifest } from "./chain-store.ts";
import type { Engine } from "./engine.ts";
import type { NewEntry } from "./journal.ts";
import { RpcError } from "./json-rpc.ts";

type Hex = `0x${string}`;
export type Head = { number: number; hash: Hex; timestamp: number };
/** What became of one entry: the hash of an accepted transaction, the refusal of another, null for what has neither. */
export type Outcome = Hex | RpcError | null;

export class ChainMachine {
  readonly engine: Engine;
  #head: Head = { number: 0, hash: "0x", timestamp: 0 };
  #sealed: boolean;
  #advanced: number;
  #historyClock = 0;
  readonly #waiting = new Map<Hex, Hex>();

  private constructor(engine: Engine, base: Manifest) {
    this.engine = engine;
    this.#sealed = base.sealed;
    this.#advanced = base.advanced;
  }

  /** The chain as the dump `base`, which the engine has loaded, left it. */
  static async at(engine: Engine, base: Manifest): Promise<ChainMachine> {
    const machine = new ChainMachine(engine, base);
    await machine.readHead();
    for (const raw of base.waiting) await machine.#transact(raw, machine.#head.timestamp);
    return machine;
  }

  get head(): Head {
    return this.#head;
  }
  get sealed(): boolean {
    return this.#sealed;
  }
  /** Seconds by which a test moved the clock forward. */
  get advanced(): number {
    return this.#advanced;
  }

  /** Timestamp that a block mined at this moment would carry, unix seconds. */
  get nextTimestamp(): number {
    const clock = this.#sealed ? Math.floor(Date.now() / 1000) + this.#advanced : this.#historyClock;
    return Math.max(this.#head.timestamp, clock);
  }

  /** Timestamp for the blocks from now on, while the history is open. */
  setHistoryClock(timestamp: number): void {
    this.#historyClock = timestamp;
  }

  /** Raw transactions that were accepted and wait for an earlier nonce, in the order of their arrival. */
  async waiting(): Promise<Hex[]> {
    for (const hash of this.#waiting.keys()) {
      const known = await this.engine.rpc.call<{ blockNumber: Hex | null } | null>("eth_getTransactionByHash", [hash]);
      if (!known || known.blockNumber !== null) this.#waiting.delete(hash); // replaced by another with its nonce, or mined
    }
    return [...this.#waiting.values()];
  }

  /** The same steps for a new entry and for a replayed one: that is what makes a replay exact. */
  async apply(entry: NewEntry): Promise<Outcome> {
    switch (entry.kind) {
      case "seal":
        this.#sealed = true;
        return null;
      case "advance":
        this.#advanced += entry.seconds;
        return null;
      case "void":
        return null;
      case "mine":
        await this.#mineAt(entry.timestamp);
        return null;
      case "tx":
        return this.#transact(entry.raw, entry.timestamp);
    }
  }

  async #transact(raw: Hex, timestamp: number): Promise<Hex | RpcError> {
    const { rpc } = this.engine;
    let hash: Hex;
    try {
      hash = await rpc.call<Hex>("eth_sendRawTransaction", [raw]);
    } catch (error) {
      if (error instanceof RpcError) return error;
      throw error;
    }
    this.#waiting.set(hash, raw);
    // A transaction with a nonce yet to come waits in the engine's pool and gets no block of its own.
    if (await this.#anyExecutable()) await this.#mineAt(timestamp);
    return hash;
  }

  async #anyExecutable(): Promise<boolean> {
    const { rpc, name } = this.engine;
    if (name === "anvil") return (await rpc.call<{ pending: Hex }>("txpool_status")).pending !== "0x0";
    return (
      (await rpc.call<{ transactions: unknown[] }>("eth_getBlockByNumber", ["pending", false])).transactions.length > 0
    );
  }

  async #mineAt(timestamp: number): Promise<void> {
    await this.engine.rpc.call("evm_mine", [`0x${timestamp.toString(16)}`]);
    for (const hash of await this.readHead()) this.#waiting.delete(hash);
  }

  /** @returns hashes of the transactions in the head block */
  async readHead(): Promise<Hex[]> {
    type Block = { number: Hex; hash: Hex; timestamp: Hex; transactions: Hex[] };
    const block = await this.engine.rpc.call<Block>("eth_getBlockByNumber", ["latest", false]);
    this.#head = { number: Number(block.number), hash: block.hash, timestamp: Number(block.timestamp) };
    return block.transactions;
  }
}
