/** Makes what look-alikes are compared by, in a worker thread, one file at a time. */
import { Worker } from "node:worker_threads";
import type { FeatureResponse } from "./feature-worker.ts";

/** Longest time for one file, ms; what takes longer has no features. */
const TIMEOUT_MS = 60_000;

export class FeatureMaker {
  #worker: Worker | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  /** Encoded features of a file (`decodeFeatures`), or null. */
  make(bytes: Uint8Array): Promise<FeatureResponse> {
    const done = this.#turn.then(() => this.#run(bytes));
    this.#turn = done;
    return done;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = null;
  }

  #run(bytes: Uint8Array): Promise<FeatureResponse> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve) => {
      const settle = (response: FeatureResponse): void => {
        clearTimeout(timer);
        worker.off("message", settle).off("error", giveUp).off("exit", giveUp);
        resolve(response);
      };
      // A thread that fails or never ends is left behind; the next file gets a new one.
      const giveUp = (): void => {
        this.#worker = null;
        settle(null);
        void worker.terminate();
      };
      const timer = setTimeout(giveUp, TIMEOUT_MS);
      worker.on("message", settle).on("error", giveUp).on("exit", giveUp);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      worker.postMessage(bytes);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./feature-worker.ts", import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    worker.unref();
    return worker;
  }
}
