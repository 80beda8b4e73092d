/**
 * Transaction outbox. Each transaction is simulated, signed and written to disk with its nonce before it is broadcast;
 * after a crash the same bytes are broadcast again. A purpose ("accept/7") has at most one transaction alive, so nothing
 * is ever done twice.
 */
import {
  BaseError,
  type Hex,
  type PublicClient,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  type WalletClient,
} from "viem";
import type { LocalAccount } from "viem/accounts";
import { ColophonError } from "../../common/errors.ts";
import { type Journal, openJournal } from "../jobs/journal.ts";

/** What the outbox's journal holds. */
export type OutboxRecord =
  | { type: "signed"; purpose: string; nonce: number; hash: Hex; raw: Hex; to: Hex; data: Hex; value: string }
  | { type: "final"; purpose: string; hash: Hex; outcome: "success" | "reverted" | "replaced" };

type Pending = Extract<OutboxRecord, { type: "signed" }>;

export type OutboxCall = { to: Hex; data: Hex; value?: bigint };

export type OutboxOptions = {
  path: string;
  client: PublicClient;
  wallet: WalletClient;
  account: LocalAccount;
  chainId: number;
  /** Milliseconds between looks for a receipt, and until the same bytes are broadcast again. */
  pollMs?: number;
  rebroadcastMs?: number;
  /** Called between writing and broadcasting; tests stop the process here. */
  beforeBroadcast?: (purpose: string) => Promise<void>;
};

/** Signed transactions that survive a crash. One per account and process. */
export class Outbox {
  readonly #journal: Journal<OutboxRecord>;
  readonly #options: OutboxOptions;
  readonly #pending = new Map<string, Pending>();
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(journal: Journal<OutboxRecord>, records: readonly OutboxRecord[], options: OutboxOptions) {
    this.#journal = journal;
    this.#options = options;
    for (const record of records) {
      if (record.type === "signed") this.#pending.set(record.purpose, record);
      else this.#pending.delete(record.purpose);
    }
  }

  /** Opens the outbox; `resume` brings what it left unfinished to an end. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const { journal, records } = await openJournal<OutboxRecord>(options.path);
    return new Outbox(journal, records, options);
  }

  /** Purposes whose transaction is not final yet. */
  get unfinished(): string[] {
    return [...this.#pending.keys()];
  }

  /** Broadcasts and awaits every transaction that an earlier run left unfinished, in nonce order. */
  async resume(): Promise<void> {
    const left = [...this.#pending.values()].sort((a, b) => a.nonce - b.nonce);
    for (const transaction of left) await this.#inTurn(() => this.#settle(transaction));
  }

  /**
   * Sends a call and waits until it is mined. If the purpose has an unfinished transaction, that one is awaited instead
   * and no new one is made.
   * @throws ColophonError WOULD_REVERT (nothing was sent), REVERTED, TX_REPLACED (another key holder used the nonce)
   */
  send(purpose: string, call: OutboxCall): Promise<TransactionReceipt> {
    return this.#inTurn(async () => {
      const transaction = this.#pending.get(purpose) ?? (await this.#sign(purpose, call));
      const receipt = await this.#settle(transaction);
      if (!receipt) {
        throw new ColophonError("TX_REPLACED", "Another transaction took this one's nonce.", { data: { purpose } });
      }
      if (receipt.status === "reverted") {
        throw new ColophonError("REVERTED", "The transaction was mined but failed.", {
          data: { purpose, hash: receipt.transactionHash },
        });
      }
      return receipt;
    });
  }

  /** Stops waiting for receipts and closes the journal; unfinished transactions stay on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn;
    await this.#journal.close();
  }

  /** One transaction at a time: nonces follow each other without gaps. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #sign(purpose: string, { to, data, value = 0n }: OutboxCall): Promise<Pending> {
    const { client, account, chainId } = this.#options;
    try {
      await client.call({ account, to, data, value });
    } catch (cause) {
      throw new ColophonError("WOULD_REVERT", "The chain would refuse this transaction.", {
        data: { purpose, reason: cause instanceof BaseError ? cause.details : String(cause) },
        cause,
      });
    }
    const [nonce, gas, fees] = await Promise.all([
      client.getTransactionCount({ address: account.address, blockTag: "pending" }),
      client.estimateGas({ account, to, data, value }),
      client.estimateFeesPerGas(),
    ]);
    const raw = await account.signTransaction({
      chainId,
      type: "eip1559",
      nonce,
      // State may change between estimate and block: a quarter more, of which the unused part is not paid.
      gas: (gas * 5n) / 4n,
      maxFeePerGas: fees.maxFeePerGas * 2n,
      maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
      to,
      data,
      value,
    });
    const { keccak256 } = await import("viem");
    const record: Pending = {
      type: "signed",
      purpose,
      nonce,
      hash: keccak256(raw),
      raw,
      to,
      data,
      value: value.toString(),
    };
    await this.#journal.append(record);
    this.#pending.set(purpose, record);
    await this.#options.beforeBroadcast?.(purpose);
    return record;
  }

  /** Broadcasts until there is a receipt, or until the nonce is used up by something else (then undefined). */
  async #settle(transaction: Pending): Promise<TransactionReceipt | undefined> {
    const { pollMs = 100, rebroadcastMs = 15_000 } = this.#options;
    const { purpose, hash } = transaction;
    for (let sentAt = Number.NEGATIVE_INFINITY; ; ) {
      const receipt = await this.#receiptOf(hash);
      if (receipt) {
        await this.#finish(purpose, hash, receipt.status);
        return receipt;
      }
      if (this.#closed) throw new ColophonError("NODE_STOPPING", "The node is stopping.", { data: { purpose } });
      if (performance.now() - sentAt > rebroadcastMs) {
        sentAt = performance.now();
        if (!(await this.#broadcast(transaction))) {
          await this.#finish(purpose, hash, "replaced");
          return undefined;
        }
      } else {
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    }
  }

  /** False when the nonce is used up and this transaction is not what used it. */
  async #broadcast({ raw, nonce, hash }: Pending): Promise<boolean> {
    const { client, account } = this.#options;
    try {
      await client.sendRawTransaction({ serializedTransaction: raw });
      return true;
    } catch (error) {
      const mined = await client.getTransactionCount({ address: account.address, blockTag: "latest" });
      if (mined > nonce) return (await this.#receiptOf(hash)) !== undefined;
      const pooled = await client.getTransaction({ hash }).then(
        () => true,
        () => false,
      );
      if (pooled) return true;
      throw error;
    }
  }

  async #finish(purpose: string, hash: Hex, outcome: "success" | "reverted" | "replaced"): Promise<void> {
    await this.#journal.append({ type: "final", purpose, hash, outcome });
    this.#pending.delete(purpose);
  }

  async #receiptOf(hash: Hex): Promise<TransactionReceipt | undefined> {
    try {
      return await this.#options.client.getTransactionReceipt({ hash });
    } catch (error) {
      if (error instanceof TransactionReceiptNotFoundError) return undefined;
      throw error;
    }
  }
}
