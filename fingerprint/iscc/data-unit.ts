/** ISCC data unit (ISO 24138): files that share most of their bytes get similar bits, wherever the bytes moved. */
import { CHUNK, nextCut } from "../algorithms/cdc.ts";
import { MinHash } from "../algorithms/minhash.ts";
import { xxh32 } from "../algorithms/xxh32.ts";
import { encodeUnit, MAIN_TYPE } from "./codec.ts";

/** Bytes looked at in one go; at least the longest chunk, or a cut would not be final. */
const WINDOW = 16 * CHUNK.max;
/** Features that are gathered before MinHash takes them in. */
const BATCH = 1024;

/**
 * Data unit of a stream: `update` as often as there are bytes, then `digest`. The same bits as in one piece, in constant
 * memory (about 150 KB).
 *
 * 1. Content-defined chunks of about 1 KiB (`algorithms/cdc.ts`). No bytes at all are one empty chunk.
 * 2. xxHash32 of each chunk.
 * 3. MinHash of the hashes: 64 permutations, four bits of each minimum.
 */
export class DataHasher {
  readonly #minhash = new MinHash();
  readonly #window = new Uint8Array(WINDOW);
  readonly #features = new Uint32Array(BATCH);
  #filled = 0;
  #batched = 0;
  #empty = true;

  /** Adds bytes. */
  update(bytes: Uint8Array): this {
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(at + WINDOW - this.#filled, bytes.length);
      this.#window.set(bytes.subarray(at, end), this.#filled);
      this.#filled += end - at;
      at = end;
      if (this.#filled === WINDOW) this.#cut(CHUNK.max);
    }
    return this;
  }

  /** The 32 bytes of the hash. Ends the use of this object. */
  digest(): Uint8Array<ArrayBuffer> {
    this.#cut(1);
    if (this.#empty) this.#add(xxh32(this.#window, 0, 0));
    return this.#minhash.update(this.#features.subarray(0, this.#batched)).digest();
  }

  /** Takes chunks off the window's front as long as `ahead` bytes are there, and moves the rest to the front. */
  #cut(ahead: number): void {
    let start = 0;
    while (this.#filled - start >= ahead) {
      const end = nextCut(this.#window, start, this.#filled);
      this.#add(xxh32(this.#window, start, end));
      start = end;
    }
    this.#window.copyWithin(0, start, this.#filled);
    this.#filled -= start;
  }

  #add(feature: number): void {
    this.#empty = false;
    this.#features[this.#batched++] = feature;
    if (this.#batched < BATCH) return;
    this.#minhash.update(this.#features);
    this.#batched = 0;
  }
}

/** 256-bit hash of bytes: what `DataHasher` gives. */
export function dataHash(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new DataHasher().update(bytes).digest();
}

/** Data unit of a file. @param bits 32 to 256, a multiple of 32 */
export function dataUnit(bytes: Uint8Array, bits = 64): string {
  return encodeUnit(MAIN_TYPE.data, 0, bits, dataHash(bytes));
}
