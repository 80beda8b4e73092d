import { setTimeout as pause } from "node:timers/promises";
import { ColophonError } from "../../common/errors.ts";

/**
 * Asks until the answer is not null.
 *
 * @param what completes the sentence "Waited … s for {what}."
 * @param options.within ms
 * @param options.every ms between questions (default 50)
 * @throws TIMED_OUT
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null>,
  { within, every = 50 }: { within: number; every?: number },
): Promise<T> {
  const started = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() - started > within) {
      throw new ColophonError("TIMED_OUT", `Waited ${Math.round(within / 1000)} s for ${what}.`, { status: 504 });
    }
    await pause(every);
  }
}
