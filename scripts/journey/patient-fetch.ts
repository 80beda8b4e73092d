import { setTimeout as pause } from "node:timers/promises";
import { ColophonError } from "../../common/errors.ts";

export type PatienceOptions = {
  /** How long a service may be away, ms (default 60,000). */
  patience?: number;
  /** First pause between attempts, ms; doubles up to 2 s (default 100). */
  firstPause?: number;
  fetchFn?: typeof fetch;
};

/**
 * A `fetch` that outlives a restart of the service it talks to: it tries again while nobody answers, the connection
 * breaks, or the answer is 502 or 503. Requests must be harmless to repeat. Throws `STACK_UNREACHABLE` in the end.
 */
export function patientFetch(options: PatienceOptions = {}): typeof fetch {
  const { patience = 60_000, firstPause = 100, fetchFn = fetch } = options;
  return async (input, init) => {
    const started = performance.now();
    for (let wait = firstPause; ; wait = Math.min(2 * wait, 2_000)) {
      let failure: unknown;
      try {
        const response = await fetchFn(input, init);
        if (response.status !== 502 && response.status !== 503) return response;
        failure = new Error(`status ${response.status}`);
        await response.body?.cancel();
      } catch (error) {
        if (!isConnectionFailure(error)) throw error;
        failure = error;
      }
      if (performance.now() - started + wait > patience) {
        const url = new URL(input instanceof Request ? input.url : input);
        throw new ColophonError(
          "STACK_UNREACHABLE",
          `${url.origin} does not answer. Start the stack with \`npm start\` and run the same command again: it goes on where it stopped.`,
          { cause: failure, status: 503 },
        );
      }
      await pause(wait);
    }
  };
}

/** True when nobody answered or the connection broke, as `fetch` tells it. */
function isConnectionFailure(error: unknown): boolean {
  return error instanceof TypeError && error.cause !== undefined;
}
