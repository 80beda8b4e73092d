/** Packed codes of one length by row number: append, remove, exact search. */
import { ColophonError } from "../../common/errors.ts";
import { BATCH, CodeShard, HEADER_BYTES, SHARD_CODES } from "./code-shard.ts";

/** A code near a query: its row, and in how many bits it differs. */
export type CodeHit = { row: number; distance: number };

/** "CLPHCODE" as two little-endian words, then the format's version. */
const MAGIC = [0x48504c43, 0x45444f43] as const;
const VERSION = 1;

/**
 * An append-only column of codes in shards of 16M. Rows are numbered from 0 and keep their number; a removed row stays as
 * a tombstone. Every search compares every code: nothing is missed. Linear in `rows`, about 10^9 64-bit codes a second.
 */
export class CodeColumn {
  readonly bits: 64 | 256;
  readonly #codeBytes: number;
  readonly #shardCodes: number;
  readonly #shards: CodeShard[] = [];
  #removed = new Uint8Array(0);
  #removedCount = 0;
  #rows = 0;

  /** @param shardCodes codes per shard, a multiple of 64; a file is loaded with the number it was written with */
  constructor(bits: 64 | 256, shardCodes = SHARD_CODES) {
    this.bits = bits;
    this.#codeBytes = bits / 8;
    this.#shardCodes = shardCodes;
  }

  /** Rows ever appended, tombstones included. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows that a search can find. */
  get size(): number {
    return this.#rows - this.#removedCount;
  }

  /**
   * Appends codes.
   * @param codes one or more codes of `bits / 8` bytes, one after another
   * @returns row of the first; the others follow
   * @throws RangeError when the bytes are no whole number of codes
   */
  append(codes: Uint8Array): number {
    this.#check(codes);
    const first = this.#rows;
    for (let at = 0; at < codes.length; ) {
      const room = this.#shardCodes - (this.#rows % this.#shardCodes);
      if (room === this.#shardCodes) this.#shards.push(new CodeShard(this.bits));
      const part = codes.subarray(at, at + room * this.#codeBytes);
      this.#shards.at(-1)!.append(part);
      this.#rows += part.length / this.#codeBytes;
      at += part.length;
    }
    return first;
  }

  /** Marks a row as removed. @returns false when it was, or is no row */
  remove(row: number): boolean {
    if (!(row >= 0 && row < this.#rows) || this.isRemoved(row)) return false;
    if (row >>> 3 >= this.#removed.length) {
      const grown = new Uint8Array(bitmapBytes(Math.max(this.#rows, 2 * row)));
      grown.set(this.#removed);
      this.#removed = grown;
    }
    this.#removed[row >>> 3]! |= 1 << (row & 7);
    this.#removedCount++;
    return true;
  }

  isRemoved(row: number): boolean {
    return ((this.#removed[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }

  /** A copy of a row's code, removed or not. @throws RangeError */
  code(row: number): Uint8Array<ArrayBuffer> {
    if (!(row >= 0 && row < this.#rows)) throw new RangeError(`there is no row ${row}`);
    return new Uint8Array(this.#shards[Math.floor(row / this.#shardCodes)]!.code(row % this.#shardCodes));
  }

  /**
   * Every code within `radius` bits of each query.
   * @param queries one or more codes, one after another; up to 32 share one pass over the column
   * @returns per query its hits in order of row
   */
  within(queries: Uint8Array, radius: number): CodeHit[][] {
    return this.#search(queries, radius, (hits, hit) => void hits.push(hit));
  }

  /**
   * The `k` codes nearest to each query, closest first, of equal ones the lowest row.
   * @param radius farthest that counts; all when left out
   */
  nearest(queries: Uint8Array, k: number, radius: number = this.bits): CodeHit[][] {
    if (!(k >= 1)) throw new RangeError("k is at least 1");
    const byDistance = (a: CodeHit, b: CodeHit): number => a.distance - b.distance || a.row - b.row;
    const found = this.#search(
      queries,
      radius,
      (hits, hit) => void hits.push(hit),
      (hits) => {
        if (hits.length < k) return radius;
        hits.sort(byDistance).length = k;
        // Rows come in order, so a later row as far as the k-th loses against it.
        return hits[k - 1]!.distance - 1;
      },
    );
    return found.map((hits) => hits.sort(byDistance).slice(0, k));
  }

  /**
   * The column as it is written to a file: for each shard a header, its codes, and a bitmap of removed rows. The parts
   * are views: write them before the next change.
   */
  *fileParts(): Generator<Uint8Array> {
    for (const [i, shard] of this.#shards.entries()) {
      const part = shard.filePart();
      const header = new DataView(part.buffer, part.byteOffset, HEADER_BYTES);
      header.setUint32(0, MAGIC[0], true);
      header.setUint32(4, MAGIC[1], true);
      header.setUint32(8, VERSION, true);
      header.setUint32(12, this.bits, true);
      header.setUint32(16, shard.count, true);
      yield part;
      const bitmap = new Uint8Array(bitmapBytes(shard.count));
      const from = (i * this.#shardCodes) / 8;
      bitmap.set(this.#removed.subarray(from, from + bitmap.length));
      yield bitmap;
    }
  }

  /**
   * Loads a column, one read per shard, straight into its memory.
   * @param fileBytes length of the file
   * @param readInto fills the whole target from the file's `position` on
   * @throws ColophonError BAD_CODE_FILE when the file is none, is of other codes, or is cut
   */
  static load(
    bits: 64 | 256,
    fileBytes: number,
    readInto: (target: Uint8Array, position: number) => void,
    shardCodes = SHARD_CODES,
  ): CodeColumn {
    const column = new CodeColumn(bits, shardCodes);
    const sectionBytes = HEADER_BYTES + shardCodes * column.#codeBytes + bitmapBytes(shardCodes);
    column.#removed = new Uint8Array(Math.ceil(fileBytes / sectionBytes) * bitmapBytes(shardCodes));
    for (let position = 0; position < fileBytes; position += sectionBytes) {
      const shard = new CodeShard(bits);
      const section = shard.roomFor(Math.min(sectionBytes, fileBytes - position));
      readInto(section, position);
      const count = checkedCount(section, bits);
      column.#removed.set(
        section.subarray(HEADER_BYTES + count * column.#codeBytes),
        (column.#shards.length * shardCodes) / 8,
      );
      shard.accept(count);
      column.#shards.push(shard);
      column.#rows += count;
    }
    for (const byte of column.#removed) for (let bits = byte; bits; bits &= bits - 1) column.#removedCount++;
    return column;
  }

  #search(
    queries: Uint8Array,
    radius: number,
    keep: (hits: CodeHit[], hit: CodeHit) => void,
    narrow?: (hits: CodeHit[]) => number,
  ): CodeHit[][] {
    this.#check(queries);
    const results: CodeHit[][] = [];
    for (let at = 0; at < queries.length; at += BATCH * this.#codeBytes) {
      const batch = queries.subarray(at, at + BATCH * this.#codeBytes);
      const found = Array.from({ length: batch.length / this.#codeBytes }, (): CodeHit[] => []);
      const radii = new Int32Array(found.length).fill(radius);
      for (const [i, shard] of this.#shards.entries()) {
        shard.scan(
          batch,
          radii,
          (hits) => {
            for (const { index, query, distance } of hits) {
              const row = i * this.#shardCodes + index;
              if (!this.isRemoved(row)) keep(found[query]!, { row, distance });
            }
            if (narrow) for (const [query, kept] of found.entries()) radii[query] = narrow(kept);
          },
          narrow !== undefined,
        );
      }
      results.push(...found);
    }
    return results;
  }

  #check(codes: Uint8Array): void {
    if (codes.length === 0 || codes.length % this.#codeBytes !== 0) {
      throw new RangeError(`${codes.length} bytes are no codes of ${this.bits} bits`);
    }
  }
}

function checkedCount(section: Uint8Array, bits: number): number {
  const bad = (what: string) =>
    new ColophonError("BAD_CODE_FILE", `The file of codes cannot be used: ${what}.`, { status: 500 });
  if (section.length < HEADER_BYTES) throw bad("it is cut");
  const header = new DataView(section.buffer, section.byteOffset, HEADER_BYTES);
  if (header.getUint32(0, true) !== MAGIC[0] || header.getUint32(4, true) !== MAGIC[1]) throw bad("it is no such file");
  if (header.getUint32(8, true) !== VERSION) throw bad("it is of another version");
  if (header.getUint32(12, true) !== bits) throw bad("its codes have another length");
  const count = header.getUint32(16, true);
  if (section.length !== HEADER_BYTES + (count * bits) / 8 + bitmapBytes(count))
    throw bad("its length is not its header's");
  return count;
}

/** One bit a row, whole 64-bit words. */
function bitmapBytes(rows: number): number {
  return Math.ceil(rows / 64) * 8;
}
