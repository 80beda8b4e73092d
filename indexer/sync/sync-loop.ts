/** Follows the chain for ever: polls, waits longer after errors, and knows whether the index can be trusted. */
import { hasCode } from "../../common/errors.ts";
import { ChainMoved, type ChainFollower } from "./follow-chain.ts";

export type SyncLog = { info(data: object, message: string): void; warn(data: object, message: string): void };

/** Behind the chain for longer than this, answers are marked stale, ms. */
export const STALE_MS = 60_000;
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 5000;

export class SyncLoop {
  readonly #follower: ChainFollower;
  readonly #pollMs: number;
  readonly #log: SyncLog;
  #stopped = false;
  #running: Promise<void> | null = null;
  #wake: (() => void) | null = null;
  #nudged = false;
  #caughtUpAt: number | null = null;
  #distrust: string | null = null;
  #failures = 0;
  #moves = 0;

  constructor(follower: ChainFollower, options: { pollMs: number; log: SyncLog }) {
    this.#follower = follower;
    this.#pollMs = options.pollMs;
    this.#log = options.log;
  }

  /** True once the index reached the head, while that is less than a minute ago and nothing is wrong. */
  get ready(): boolean {
    return this.#caughtUpAt !== null && performance.now() - this.#caughtUpAt < STALE_MS && this.#distrust === null;
  }

  /** Code of what makes the index untrustworthy (`WRONG_CHAIN`), or null. */
  get distrust(): string | null {
    return this.#distrust;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#running;
  }

  /** Asks the chain at once instead of at the next poll. */
  nudge(): void {
    this.#nudged = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const waitMs = await this.#step();
      if (!this.#stopped && !this.#nudged) await this.#sleep(waitMs);
      this.#nudged = false;
    }
  }

  /** @returns how long to wait before the next step, ms */
  async #step(): Promise<number> {
    try {
      const caughtUp = await this.#follower.step();
      if (caughtUp) this.#caughtUpAt = performance.now();
      if (this.#failures > 0) this.#log.info({}, "the chain answers again");
      this.#failures = 0;
      this.#moves = 0;
      this.#distrust = null;
      return this.#pollMs;
    } catch (error) {
      if (error instanceof ChainMoved) {
        // Normal during a reorg, and over in a moment; a node that keeps contradicting itself is not hammered.
        this.#moves += 1;
        if (this.#moves === 20) this.#log.warn({ error: error.message }, "the node keeps contradicting itself");
        return Math.min(MAX_BACKOFF_MS, 5 * this.#moves ** 2);
      }
      if (hasCode(error, "WRONG_CHAIN")) this.#distrust = error.code;
      const backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(this.#failures, 10));
      this.#failures += 1;
      this.#log.warn(
        { error: (error as Error).message, failures: this.#failures, backoffMs },
        "cannot follow the chain",
      );
      return backoffMs;
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
