/** A few worker threads that prepare works in the order of the orders. */
import path from "node:path";
import { Worker } from "node:worker_threads";
import { ColophonError } from "../../common/errors.ts";
import type { PreparedWork, WorkerAnswer, WorkerSetup, WorkOrder } from "./prepared-work.ts";

type Order = WorkOrder & { resolve: (prepared: PreparedWork) => void; reject: (error: Error) => void };

export class Workshop {
  readonly #workers: { worker: Worker; order: Order | null }[];
  readonly #waiting: Order[] = [];
  #closed = false;

  /** @param size number of threads */
  constructor(setup: WorkerSetup, size: number) {
    this.#workers = Array.from({ length: size }, () => {
      const seat = {
        worker: new Worker(path.join(import.meta.dirname, "prepare-worker.ts"), { workerData: setup }),
        order: null as Order | null,
      };
      seat.worker.on("message", (answer: WorkerAnswer) => {
        const order = seat.order;
        seat.order = null;
        if ("prepared" in answer) order?.resolve(answer.prepared);
        else order?.reject(new ColophonError(answer.error.code, `${answer.key}: ${answer.error.message}`));
        this.#dispatch();
      });
      seat.worker.on("error", (error) => this.#fail(error));
      return seat;
    });
  }

  /**
   * Prepares one work.
   * @param urgent goes before all orders that wait
   * @throws ColophonError with the worker's code
   */
  prepare(key: string, source: string | null = null, urgent = false): Promise<PreparedWork> {
    if (this.#closed) return Promise.reject(new ColophonError("SEED_CLOSED", "The workshop is closed."));
    return new Promise((resolve, reject) => {
      const order = { key, source, resolve, reject };
      if (urgent) this.#waiting.unshift(order);
      else this.#waiting.push(order);
      this.#dispatch();
    });
  }

  /** Ends the threads; orders that are not done are refused. */
  async close(): Promise<void> {
    this.#fail(new ColophonError("SEED_CLOSED", "The workshop is closed."));
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
  }

  #dispatch(): void {
    for (const seat of this.#workers) {
      if (seat.order) continue;
      const order = this.#waiting.shift();
      if (!order) return;
      seat.order = order;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      seat.worker.postMessage({ key: order.key, source: order.source } satisfies WorkOrder);
    }
  }

  #fail(error: Error): void {
    this.#closed = true;
    for (const order of this.#waiting.splice(0)) order.reject(error);
    for (const seat of this.#workers) {
      seat.order?.reject(error);
      seat.order = null;
    }
  }
}
