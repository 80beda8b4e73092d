/**
 * Sums that fade with time, by forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward Decay: A Practical Time
 * Decay Model for Streaming Systems", ICDE 2009): an event at time t weighs g(t - L) / g(now - L) with
 * g(x) = 2^(x / halfLife). The order of two sums never changes with time, and adding an event costs O(1).
 */

/** A decayed sum. Kept as `mantissa * 2^exponent`, so that any span of times fits. */
export class DecayedSum {
  readonly #halfLife: number;
  #exponent = 0;
  #mantissa = 0;

  /** @param halfLife seconds after which an event weighs half */
  constructor(halfLife: number) {
    this.#halfLife = halfLife;
  }

  /** Adds an event of `weight` at `time` (seconds, any order). A negative weight takes an event back. */
  add(time: number, weight: number): void {
    const exponent = time / this.#halfLife;
    if (this.#mantissa === 0) {
      this.#exponent = exponent;
      this.#mantissa = weight;
      return;
    }
    if (exponent > this.#exponent) {
      this.#mantissa *= 2 ** (this.#exponent - exponent);
      this.#exponent = exponent;
    }
    this.#mantissa += weight * 2 ** (exponent - this.#exponent);
  }

  /** Value at `now` (seconds): sum of weight * 2^(-(now - time) / halfLife). */
  at(now: number): number {
    return this.#mantissa * 2 ** (this.#exponent - now / this.#halfLife);
  }
}
