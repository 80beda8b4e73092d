/** A fixed number of threads that take tasks one after another. */
import { Worker } from "node:worker_threads";
import type { Task, WorkerSetup } from "./worker.ts";

/** Threads: the evaluation leaves the rest of the machine to others. */
const THREADS = 2;

export class WorkerPool {
  readonly #workers: Worker[];

  constructor(setup: WorkerSetup) {
    const file = new URL("worker.ts", import.meta.url);
    this.#workers = Array.from({ length: THREADS }, () => new Worker(file, { workerData: setup }));
  }

  /** Runs every task on whichever thread is free. @returns results in the order of the tasks @throws what a task threw */
  async run<T>(tasks: readonly Task[], progress: (done: number) => void = () => {}): Promise<T[]> {
    const results: T[] = [];
    let next = 0;
    let done = 0;
    await Promise.all(
      this.#workers.map(async (worker) => {
        while (next < tasks.length) {
          const i = next++;
          results[i] = await ask<T>(worker, tasks[i]!);
          progress(++done);
        }
      }),
    );
    return results;
  }

  /** Runs one task on every thread. */
  async runOnEach<T>(task: Task): Promise<T[]> {
    return Promise.all(this.#workers.map((worker) => ask<T>(worker, task)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function ask<T>(worker: Worker, task: Task): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      act();
    };
    const onMessage = (answer: { result: T } | { error: unknown }): void =>
      settle(() => ("error" in answer ? reject(new Error(String(answer.error))) : resolve(answer.result)));
    const onError = (error: Error): void => settle(() => reject(error));
    worker.on("message", onMessage);
    worker.on("error", onError);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    worker.postMessage(task);
  });
}
