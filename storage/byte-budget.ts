/**
 * Bytes that may be on their way or wait to be used at a time, over all readers. What is read ahead may take half of it: the other half is
 * for blocks that somebody waits for, so that readers who pause cannot stop the others.
 */
export class ByteBudget {
  readonly max: number;
  #demanded = 0;
  #ahead = 0;
  /** The most that was reserved at any time. */
  peak = 0;
  readonly #waiting: { bytes: number; start: () => void }[] = [];

  constructor(max: number) {
    this.max = max;
  }

  get reserved(): number {
    return this.#demanded + this.#ahead;
  }

  /** Room for a block that somebody waits for; waits its turn, or until the signal. @returns gives the room back */
  async demand(bytes: number, signal?: AbortSignal): Promise<() => void> {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) {
      const started = await new Promise<boolean>((resolve) => {
        const leave = () => {
          const at = this.#waiting.indexOf(entry);
          if (at >= 0) this.#waiting.splice(at, 1);
          resolve(false);
          this.#startNext(); // who stood behind may fit
        };
        const start = () => {
          signal?.removeEventListener("abort", leave);
          resolve(true);
        };
        const entry = { bytes, start };
        this.#waiting.push(entry);
        signal?.addEventListener("abort", leave, { once: true });
      });
      if (!started) return () => {};
    } else this.#demanded += bytes;
    this.#note();
    return this.#giveBack(() => (this.#demanded -= bytes));
  }

  /** Room for a block that is read ahead, if there is any. @returns gives the room back, or null */
  ahead(bytes: number): (() => void) | null {
    if (this.#waiting.length > 0 || this.#ahead + bytes > this.max / 2 || !this.#fits(bytes)) return null;
    this.#ahead += bytes;
    this.#note();
    return this.#giveBack(() => (this.#ahead -= bytes));
  }

  #fits(bytes: number): boolean {
    return this.reserved + bytes <= this.max;
  }

  #note(): void {
    this.peak = Math.max(this.peak, this.reserved);
  }

  #giveBack(free: () => void): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      free();
      this.#startNext();
    };
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#demanded += next.bytes;
      next.start();
    }
  }
}
