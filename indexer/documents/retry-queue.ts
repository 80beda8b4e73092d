/** Tasks that are tried until they succeed, a few at a time, each with growing pauses. */

export type RetryOptions = { parallel?: number; firstDelayMs?: number; maxDelayMs?: number };
type Task = { run: () => Promise<boolean>; attempts: number; timer: NodeJS.Timeout | null };

export class RetryQueue {
  readonly #tasks = new Map<string, Task>();
  readonly #due: string[] = [];
  readonly #parallel: number;
  readonly #firstDelayMs: number;
  readonly #maxDelayMs: number;
  readonly #idle: (() => void)[] = [];
  #running = 0;
  #closed = false;

  constructor({ parallel = 4, firstDelayMs = 250, maxDelayMs = 60_000 }: RetryOptions = {}) {
    this.#parallel = parallel;
    this.#firstDelayMs = firstDelayMs;
    this.#maxDelayMs = maxDelayMs;
  }

  /** Tasks that have not succeeded yet. */
  get size(): number {
    return this.#tasks.size;
  }

  /**
   * Adds a task; one with the same key that is still open is kept instead.
   * @param run resolves to true when it is done for good, to false (or throws) when it is to be tried again
   */
  add(key: string, run: () => Promise<boolean>): void {
    if (this.#closed || this.#tasks.has(key)) return;
    this.#tasks.set(key, { run, attempts: 0, timer: null });
    this.#due.push(key);
    this.#pump();
  }

  /** Resolves when no task is running or due (tasks that wait for another try do not count). */
  async settled(): Promise<void> {
    if (this.#running === 0 && this.#due.length === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const task of this.#tasks.values()) if (task.timer) clearTimeout(task.timer);
    this.#due.length = 0;
    await this.settled();
    this.#tasks.clear();
  }

  #pump(): void {
    while (this.#running < this.#parallel && this.#due.length > 0) {
      const key = this.#due.shift() as string;
      const task = this.#tasks.get(key);
      if (task) void this.#attempt(key, task);
    }
    if (this.#running === 0 && this.#due.length === 0) for (const done of this.#idle.splice(0)) done();
  }

  async #attempt(key: string, task: Task): Promise<void> {
    this.#running += 1;
    task.attempts += 1;
    let done = false;
    try {
      done = await task.run();
    } catch {
      // The task reports its own errors; here an error only means "again, later".
      done = false;
    }
    this.#running -= 1;
    if (done) this.#tasks.delete(key);
    else if (!this.#closed) {
      const delayMs = Math.min(this.#maxDelayMs, this.#firstDelayMs * 2 ** Math.min(task.attempts - 1, 20));
      task.timer = setTimeout(() => {
        task.timer = null;
        this.#due.push(key);
        this.#pump();
      }, delayMs);
    }
    this.#pump();
  }
}
