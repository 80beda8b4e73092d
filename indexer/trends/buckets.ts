import { formatEther } from "viem";
import type { Trends } from "../../common/api/schemas.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const LENGTHS = [HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY];

/** Length of a bucket, seconds: the shortest round length that gives at most 32 of them. */
export function bucketLength(window: number): number {
  return LENGTHS.find((length) => window / length <= 32) ?? Math.ceil(window / 32);
}

/** Buckets of equal length that end at `now`; the first is the oldest. Their `time` is where they start. */
export class Buckets {
  readonly #start: number;
  readonly #length: number;
  readonly count: number;

  constructor({ window, bucket, now }: { window: number; bucket: number; now: number }) {
    this.count = Math.ceil(window / bucket);
    this.#length = bucket;
    this.#start = now - this.count * bucket;
  }

  /** Index of the bucket with this time (start < time <= end), or -1. */
  indexOf(time: number): number {
    const index = Math.ceil((time - this.#start) / this.#length) - 1;
    return index >= 0 && index < this.count ? index : -1;
  }

  /** One point per bucket. */
  series(values: readonly number[]): Trends["licenses"] {
    return values.map((value, index) => ({ time: this.#start + index * this.#length, value }));
  }

  /** Median and quartiles of prices (wei) per bucket, in ETH; empty buckets are left out. */
  quartiles(prices: readonly (readonly bigint[])[]): Trends["prices"] {
    return prices.flatMap((wei, index) => {
      if (wei.length === 0) return [];
      const sorted = wei.map(ether).toSorted((a, b) => a - b);
      const time = this.#start + index * this.#length;
      return [
        {
          time,
          p25: quantile(sorted, 0.25),
          median: quantile(sorted, 0.5),
          p75: quantile(sorted, 0.75),
          count: wei.length,
        },
      ];
    });
  }
}

/** Wei as ETH, rounded for drawing. */
export function ether(wei: bigint): number {
  return Number(formatEther(wei));
}

/** Linear interpolation between order statistics (Hyndman and Fan 1996, type 7). `sorted` is not empty. */
export function quantile(sorted: readonly number[], p: number): number {
  const position = (sorted.length - 1) * p;
  const low = Math.floor(position);
  const a = sorted[low] as number;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return a + (b - a) * (position - low);
}
