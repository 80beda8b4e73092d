/** Reads content from wherever it is: the store at hand, then gateways in the order given. Every block is checked. Browser-safe. */
import { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { ByteBudget } from "./byte-budget.ts";
import { checkCid, RAW } from "./cid.ts";
import { concat, fetchBlock, type FetchBlockParameters, type MinimumRate } from "./fetch-block.ts";
import { BLOCK_BYTES } from "./profile.ts";
import { ReadAhead } from "./read-ahead.ts";
import { RequestSlots } from "./request-slots.ts";
import { type ByteRange, type Upcoming, walkFile } from "./walk-file.ts";

export type RetrieverOptions = {
  /** Blocks at hand, asked first: gives checked bytes, or throws CONTENT_NOT_FOUND or BLOCK_CORRUPT. */
  local?: { get(cid: CID): Promise<Uint8Array> };
  /** Base URLs of trustless gateways, the best first. */
  gateways: readonly string[];
  /** Bytes on their way or waiting to be used, over all readers (default 32 MiB). */
  maxInFlightBytes?: number;
  /** Requests under way at a time, over all readers (default 8): beside our own room, each fills buffers of the system. */
  parallel?: number;
  /** Slower sources are cut off (default 16 KiB/s over 5 s). */
  minimumRate?: MinimumRate;
  /** Longest wait for one block, ms (default 30,000). */
  timeoutMs?: number;
  /** How long a gateway that sent wrong bytes is not asked again, ms (default 10 minutes). */
  banMs?: number;
  fetch?: typeof fetch;
  /** Told of every gateway that is banned. */
  onBan?: (gateway: string, error: ColophonError) => void;
};

const PARALLEL = 8;
/** How long a gateway that stalled or broke is asked last, ms. */
const REST_MS = 30_000;

type Gateway = { url: string; bannedUntil: number; restUntil: number; requests: AbortController };

export class Retriever {
  readonly #options: RetrieverOptions;
  readonly #budget: ByteBudget;
  readonly #slots: RequestSlots;
  readonly #gateways: Gateway[];

  constructor(options: RetrieverOptions) {
    this.#options = options;
    this.#budget = new ByteBudget(options.maxInFlightBytes ?? 32 * 1024 * 1024);
    this.#slots = new RequestSlots(options.parallel ?? PARALLEL);
    this.#gateways = options.gateways.map((url) => ({
      url: url.replace(/\/+$/, ""),
      bannedUntil: 0,
      restUntil: 0,
      requests: new AbortController(),
    }));
  }

  /** Most bytes that were on their way or waiting at any time. */
  get peakInFlightBytes(): number {
    return this.#budget.peak;
  }

  /** Bytes that are on their way or waiting now. */
  get inFlightBytes(): number {
    return this.#budget.reserved;
  }

  /** URLs of gateways that are not asked because they sent wrong bytes. */
  get banned(): string[] {
    return this.#gateways.filter(({ bannedUntil }) => bannedUntil > performance.now()).map(({ url }) => url);
  }

  /**
   * Bytes of a file, or of a part of it, in order, each block checked before any of it is given out.
   * @param options.maxBytes most that the file may have, as its metadata says
   * @throws ColophonError BAD_CID, CONTENT_NOT_FOUND (nobody has it), CONTENT_TOO_LARGE, NOT_A_FILE, ABORTED, and when no source is left the
   *   failure of the last one: BLOCK_MISMATCH, STORE_TIMEOUT, STORE_UNREACHABLE
   */
  async *read(
    cid: string,
    options: { maxBytes: number; range?: ByteRange; signal?: AbortSignal },
  ): AsyncGenerator<Uint8Array> {
    const root = parse(cid);
    const stop = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
    /** Room of blocks that were read ahead and are not used yet. */
    const held = new Map<Uint8Array, () => void>();
    const underWay = new Set<Promise<unknown>>();
    const start = (next: Upcoming, ahead: boolean): Promise<Uint8Array> | null => {
      const known = next.cid.equals(root) && root.code === RAW ? options.maxBytes : (next.size ?? BLOCK_BYTES);
      const room = Math.min(known, BLOCK_BYTES);
      if (!ahead) return this.#demand(next.cid, room, signal);
      const giveBack = this.#budget.ahead(room);
      if (!giveBack) return null;
      const reading = this.#read(next.cid, room, signal)
        .then(
          (block) => {
            held.set(block, giveBack);
            return block;
          },
          (error: unknown) => {
            giveBack();
            throw error;
          },
        )
        .finally(() => underWay.delete(reading));
      underWay.add(reading);
      return reading;
    };
    const ahead = new ReadAhead(start, (this.#options.parallel ?? PARALLEL) - 1);
    const get = async (block: CID) => {
      const bytes = await ahead.get(block);
      held.get(bytes)?.();
      held.delete(bytes);
      return bytes;
    };
    const check = (bytes: number) => {
      if (bytes > options.maxBytes) throw tooLarge(options.maxBytes);
    };
    try {
      for await (const { data } of walkFile(root, get, options.range, check, ahead.upcoming)) {
        if (data.length > 0) yield data;
      }
    } finally {
      stop.abort();
      await Promise.allSettled(underWay);
      for (const giveBack of held.values()) giveBack();
    }
  }

  /** A whole file in memory. @throws as `read` */
  async readAll(cid: string, options: { maxBytes: number; signal?: AbortSignal }): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of this.read(cid, options)) {
      parts.push(part);
      length += part.length;
    }
    return concat(parts, length);
  }

  /** One block, checked. @throws as `read` */
  readonly block = (cid: CID, signal?: AbortSignal): Promise<Uint8Array> => this.#demand(cid, BLOCK_BYTES, signal);

  async #demand(cid: CID, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    const giveBack = await this.#budget.demand(maxBytes, signal);
    try {
      return await this.#read(cid, maxBytes, signal);
    } finally {
      giveBack();
    }
  }

  /** Asks one source after the other. */
  async #read(cid: CID, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    const { local } = this.#options;
    let last: ColophonError | null = null;
    if (local) {
      try {
        return await local.get(cid);
      } catch (error) {
        if (!(error instanceof ColophonError)) throw error;
        last = error;
      }
    }
    const tried = new Set<Gateway>();
    for (let gateway = this.#next(tried); gateway; gateway = this.#next(tried)) {
      tried.add(gateway);
      try {
        return await this.#fetch(gateway, cid, maxBytes, signal);
      } catch (error) {
        if (!(error instanceof ColophonError) || (error.code === "ABORTED" && signal?.aborted)) throw error;
        // That nobody has it is told only when everybody said so.
        if (!last || error.code !== "CONTENT_NOT_FOUND") last = error;
      }
    }
    throw (
      last ??
      new ColophonError("NO_SOURCE", "No gateway is left to ask.", { status: 503, data: { cid: cid.toString() } })
    );
  }

  /** The best gateway that was not tried: those that rest come last, those that are banned never. */
  #next(tried: ReadonlySet<Gateway>): Gateway | undefined {
    const now = performance.now();
    const left = this.#gateways.filter((gateway) => !tried.has(gateway) && gateway.bannedUntil <= now);
    return left.find(({ restUntil }) => restUntil <= now) ?? left[0];
  }

  async #fetch(gateway: Gateway, cid: CID, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    const requests = gateway.requests.signal;
    const parameters: FetchBlockParameters = {
      gateway: gateway.url,
      cid,
      maxBytes,
      timeoutMs: this.#options.timeoutMs ?? 30_000,
      rate: this.#options.minimumRate ?? { bytesPerSecond: 16 * 1024, windowMs: 5000 },
      signal: signal ? AbortSignal.any([signal, requests]) : requests,
      fetch: this.#options.fetch,
    };
    try {
      return await this.#slots.run(() => fetchBlock(parameters));
    } catch (error) {
      if (requests.aborted) {
        throw new ColophonError("SOURCE_BANNED", "The source sent wrong bytes for something else meanwhile.", {
          status: 502,
          data: { gateway: gateway.url },
          cause: error,
        });
      }
      if (error instanceof ColophonError) this.#blame(gateway, error, maxBytes);
      throw error;
    }
  }

  #blame(gateway: Gateway, error: ColophonError, maxBytes: number): void {
    const banMs = this.#options.banMs ?? 600_000;
    if (error.code === "STORE_TIMEOUT" || error.code === "STORE_UNREACHABLE") {
      gateway.restUntil = performance.now() + REST_MS;
    }
    // A raw root may be larger than its caller wants without any lie.
    const tooLong = error.code === "CONTENT_TOO_LARGE" && maxBytes === BLOCK_BYTES;
    if (banMs > 0 && (error.code === "BLOCK_MISMATCH" || tooLong)) {
      gateway.bannedUntil = performance.now() + banMs;
      // What else it is sending is not worth the bytes: whoever waits for it asks the next one.
      gateway.requests.abort();
      gateway.requests = new AbortController();
      this.#options.onBan?.(gateway.url, error);
    }
  }
}

function parse(text: string): CID {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch (cause) {
    throw new ColophonError("BAD_CID", `"${text.slice(0, 80)}" is not a CID.`, { cause });
  }
  return checkCid(cid);
}

function tooLarge(maxBytes: number): ColophonError {
  return new ColophonError("CONTENT_TOO_LARGE", `The content has more than ${maxBytes} bytes.`, {
    status: 413,
    data: { maxBytes },
  });
}
