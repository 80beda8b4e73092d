/** One block from one gateway, believed only when it hashes to its CID. Browser-safe. */
import { sha256 } from "@noble/hashes/sha2.js";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";

/** How slow a source may be: this many bytes in each stretch of this many ms, unless the block ends sooner. */
export type MinimumRate = { bytesPerSecond: number; windowMs: number };

export type FetchBlockParameters = {
  /** Base URL of a trustless gateway, without a slash at the end. */
  gateway: string;
  cid: CID;
  /** More than this is not read. */
  maxBytes: number;
  /** Longest wait for the whole block, ms. */
  timeoutMs: number;
  rate: MinimumRate;
  signal?: AbortSignal;
  fetch?: typeof fetch;
};

/**
 * Asks a gateway for a raw block (trustless gateway specification) and checks it. No header of the answer is believed, no redirect followed.
 * @throws ColophonError CONTENT_NOT_FOUND (it says so), CONTENT_TOO_LARGE, BLOCK_MISMATCH, STORE_TIMEOUT (stalled, or too long in all),
 *   STORE_UNREACHABLE, ABORTED
 */
export async function fetchBlock(parameters: FetchBlockParameters): Promise<Uint8Array> {
  const { gateway, cid, maxBytes, signal } = parameters;
  const stop = new AbortController();
  const watch = new RateWatch(parameters, () => stop.abort());
  const abort = () => stop.abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    if (signal?.aborted) throw aborted();
    const request = parameters.fetch ?? fetch;
    const response = await request(`${gateway}/ipfs/${cid.toString()}?format=raw`, {
      headers: { accept: "application/vnd.ipld.raw", "accept-encoding": "identity" },
      redirect: "error",
      signal: stop.signal,
    });
    if (response.status !== 200) throw await refusal(response, cid);
    const block = await readBody(response, maxBytes, watch);
    if (await matches(cid, block)) return block;
    throw new ColophonError("BLOCK_MISMATCH", "The store sent bytes that do not match their CID.", {
      status: 502,
      data: { cid: cid.toString() },
    });
  } catch (error) {
    if (error instanceof ColophonError) throw error;
    if (signal?.aborted) throw aborted();
    if (watch.stalled) {
      throw new ColophonError("STORE_TIMEOUT", "The store did not answer in time.", { status: 504, cause: error });
    }
    throw new ColophonError("STORE_UNREACHABLE", "The store cannot be reached: the connection failed.", {
      status: 503,
      cause: error,
    });
  } finally {
    watch.end();
    signal?.removeEventListener("abort", abort);
    stop.abort(); // whatever is left of the answer is not wanted
  }
}

/** Cuts a transfer off that is too slow: looks back over one window, several times in each. */
class RateWatch {
  readonly #started = performance.now();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #least: number;
  readonly #steps: number[] = [];
  #step = 0;
  stalled = false;

  constructor({ rate, timeoutMs }: Pick<FetchBlockParameters, "rate" | "timeoutMs">, cut: () => void) {
    const steps = 20;
    const stepMs = rate.windowMs / steps;
    this.#least = (rate.bytesPerSecond * rate.windowMs) / 1000;
    this.#timer = setInterval(
      () => {
        this.#steps.push(this.#step);
        this.#step = 0;
        if (this.#steps.length > steps - 1) this.#steps.shift();
        const late = performance.now() - this.#started;
        const full = late >= rate.windowMs - stepMs;
        const slow = full && this.#steps.reduce((sum, bytes) => sum + bytes, 0) < this.#least;
        if (!slow && late < timeoutMs) return;
        this.stalled = true;
        this.end();
        cut();
      },
      Math.max(5, Math.min(stepMs, timeoutMs)),
    );
  }

  count(bytes: number): void {
    this.#step += bytes;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

async function readBody(response: Response, maxBytes: number, watch: RateWatch): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    length += next.value.length;
    watch.count(next.value.length);
    if (length > maxBytes) {
      throw new ColophonError("CONTENT_TOO_LARGE", `The content has more than ${maxBytes} bytes.`, {
        status: 413,
        data: { maxBytes },
      });
    }
    parts.push(next.value);
  }
  return concat(parts, length);
}

/** Joins parts; one alone is given as it is. */
export function concat(parts: Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** True when the bytes hash to the CID. The platform's own hash where there is one (pages without TLS have none). */
export async function matches(cid: CID, block: Uint8Array): Promise<boolean> {
  const subtle = globalThis.crypto?.subtle as (typeof globalThis.crypto)["subtle"] | undefined;
  const digest = subtle ? new Uint8Array(await subtle.digest("SHA-256", block)) : sha256(block);
  const expected = cid.multihash.digest;
  return digest.length === expected.length && digest.every((byte, i) => byte === expected[i]);
}

/** What an answer other than 200 says; of its text no more is read than an error needs. */
async function refusal(response: Response, cid: CID): Promise<ColophonError> {
  await response.body?.cancel();
  const { status } = response;
  if (status === 404 || status === 410) {
    return new ColophonError("CONTENT_NOT_FOUND", "The store does not have that content.", {
      status: 404,
      data: { cid: cid.toString() },
    });
  }
  return new ColophonError("STORE_UNREACHABLE", `The store cannot be reached: it answered ${status}.`, { status: 503 });
}

function aborted(): ColophonError {
  return new ColophonError("ABORTED", "Reading was given up.", { status: 499 });
}
