/** Up to 16M codes in one wasm memory: append, scan, read from and write to a flat file. */
import { HAMMING_WASM } from "../kernels/hamming-wasm.ts";
import { instantiateWasmText } from "../kernels/instantiate-wasm-text.ts";

/** Codes per shard: 512 MiB of 256-bit codes, well inside a 32-bit memory. */
export const SHARD_CODES = 2 ** 24;

/** Queries compared in one pass over the codes; more are cut into several passes. */
export const BATCH = 32;

/** A code within a query's radius. */
export type ShardHit = { index: number; query: number; distance: number };

type Scan = (
  codes: number,
  from: number,
  to: number,
  queries: number,
  radii: number,
  count: number,
  out: number,
  hitRoom: number,
) => number;

type Kernel = {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
  hitCount(): number;
  scan64: Scan;
  scan256: Scan;
};

const PAGE = 65536;

/** Places in the memory, bytes. The hit buffer takes two blocks' hits of every query of a batch. */
const QUERIES = 2 * PAGE;
const RADII = QUERIES + BATCH * 32;
const HITS = 3 * PAGE;
/** Codes between two queries' turns in the kernel. */
const BLOCK = 2048;
const HIT_ROOM = 2 * BLOCK * BATCH;
/** The file's header lies right before the codes, so that a file is read in one piece. */
export const HEADER_BYTES = 64;
const HEADER = HITS + HIT_ROOM * 8;
const CODES = HEADER + HEADER_BYTES;

/** Codes of one length, in order of arrival. Holds no marks of what was removed; that is the column's. */
export class CodeShard {
  readonly #kernel: Kernel;
  readonly #scan: Scan;
  readonly #codeBytes: number;
  #bytes: Uint8Array;
  #count = 0;

  /** @param bits 64 or 256 */
  constructor(bits: 64 | 256) {
    this.#kernel = instantiateWasmText(HAMMING_WASM) as Kernel;
    this.#scan = bits === 64 ? this.#kernel.scan64 : this.#kernel.scan256;
    this.#codeBytes = bits / 8;
    this.#bytes = new Uint8Array(this.#kernel.memory.buffer);
    this.#reserve(CODES + PAGE);
  }

  get count(): number {
    return this.#count;
  }

  /** Appends codes that lie one after another; the caller keeps within `SHARD_CODES`. @returns index of the first */
  append(codes: Uint8Array): number {
    const first = this.#count;
    const at = CODES + first * this.#codeBytes;
    const end = at + codes.length;
    if (end > this.#bytes.length) this.#reserve(Math.max(end, Math.min(2 * this.#bytes.length, this.#limit)));
    this.#bytes.set(codes, at);
    this.#count = first + codes.length / this.#codeBytes;
    return first;
  }

  /** A view of the code; the next append may move it. */
  code(index: number): Uint8Array {
    const at = CODES + index * this.#codeBytes;
    return this.#bytes.subarray(at, at + this.#codeBytes);
  }

  /**
   * Calls back with every code within its query's radius, in order of index within a query. Exact; linear time.
   * A radius lowered in the callback counts from the next stretch of codes on.
   * @param queries at most `BATCH` codes, one after another
   * @param radii one per query; read again for each stretch
   * @param narrowing true when `found` lowers radii: it is then called after the first block that has hits
   */
  scan(queries: Uint8Array, radii: Int32Array, found: (hits: ShardHit[]) => void, narrowing = false): void {
    const { memory } = this.#kernel;
    const count = queries.length / this.#codeBytes;
    const room = narrowing ? BLOCK * count : HIT_ROOM;
    this.#bytes.set(queries, QUERIES);
    for (let from = 0; from < this.#count; ) {
      new Int32Array(memory.buffer, RADII, count).set(radii.subarray(0, count));
      from = this.#scan(CODES, from, this.#count, QUERIES, RADII, count, HITS, room) >>> 0;
      const n = this.#kernel.hitCount();
      if (n === 0) continue;
      const words = new Uint32Array(memory.buffer, HITS, 2 * n);
      const hits: ShardHit[] = [];
      for (let i = 0; i < n; i++) {
        const word = words[2 * i + 1]!;
        hits.push({ index: words[2 * i]!, query: word >>> 16, distance: word & 0xffff });
      }
      found(hits);
    }
  }

  /** The memory's part that is written to a file: `HEADER_BYTES` for the caller to fill, then the codes. */
  filePart(): Uint8Array {
    return this.#bytes.subarray(HEADER, CODES + this.#count * this.#codeBytes);
  }

  /** Room for a file's bytes from its header on; then `accept` says how many codes it held. */
  roomFor(fileBytes: number): Uint8Array {
    this.#reserve(HEADER + fileBytes);
    return this.#bytes.subarray(HEADER, HEADER + fileBytes);
  }

  accept(count: number): void {
    this.#count = count;
  }

  get #limit(): number {
    return CODES + SHARD_CODES * this.#codeBytes;
  }

  #reserve(bytes: number): void {
    const missing = Math.ceil((bytes - this.#bytes.length) / PAGE);
    if (missing <= 0) return;
    this.#kernel.memory.grow(missing);
    this.#bytes = new Uint8Array(this.#kernel.memory.buffer);
  }
}
