import { ColophonError } from "../../common/errors.ts";

export type RetryOptions = {
  /** Tries in all. */
  attempts: number;
  /** Wait before the second try, ms; doubles each time, up to `maxMs`. */
  baseMs: number;
  maxMs: number;
  /** Uniform in [0, 1). */
  random: () => number;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
};

export const RETRY: RetryOptions = {
  attempts: 5,
  baseMs: 250,
  maxMs: 15_000,
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done, { once: true });
    }),
};

/**
 * Tries again what failed with PIN_TARGET_UNREACHABLE, after a random wait that grows (full jitter), or after what the target asked for.
 * @throws the last error; any other at once
 */
export async function retry<T>(run: () => Promise<T>, options: RetryOptions, signal?: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const again = error instanceof ColophonError && error.code === "PIN_TARGET_UNREACHABLE";
      if (!again || attempt >= options.attempts || signal?.aborted) throw error;
      const most = Math.min(options.maxMs, options.baseMs * 2 ** (attempt - 1));
      const asked = typeof error.data.retryAfterMs === "number" ? Math.min(error.data.retryAfterMs, options.maxMs) : 0;
      await options.sleep(Math.max(asked, Math.ceil(most * options.random())), signal);
    }
  }
}
