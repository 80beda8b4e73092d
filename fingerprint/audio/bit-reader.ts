/** Bits of a byte array, most significant first. */
import { brokenMedia } from "../media-errors.ts";

export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  /** Bits read from the stream but not taken yet, right aligned. */
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** @param width 0 to 32 @returns an unsigned number @throws ColophonError BROKEN_MEDIA behind the last bit */
  read(width: number): number {
    if (width > 24) return this.read(width - 16) * 65536 + this.read(16);
    while (this.#count < width) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw brokenMedia("its bits end early");
      this.#held = ((this.#held & 0xffffff) << 8) | byte;
      this.#count += 8;
    }
    this.#count -= width;
    return (this.#held >>> this.#count) & ((1 << width) - 1);
  }

  /** Two's complement. @param width 1 to 33 */
  readSigned(width: number): number {
    const value = width > 32 ? this.read(width - 32) * 2 ** 32 + this.read(32) : this.read(width);
    return value >= 2 ** (width - 1) ? value - 2 ** width : value;
  }

  /** Number of zeros before the next one, which is taken too. */
  unary(): number {
    let zeros = 0;
    for (;;) {
      if (this.#count > 0) {
        const rest = this.#held & (2 ** this.#count - 1);
        if (rest !== 0) {
          const skipped = Math.clz32(rest) - (32 - this.#count);
          this.#count -= skipped + 1;
          return zeros + skipped;
        }
        zeros += this.#count;
        this.#count = 0;
      }
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw brokenMedia("its bits end early");
      this.#held = byte;
      this.#count = 8;
    }
  }

  /** Skips to the next whole byte. */
  align(): void {
    this.#count -= this.#count % 8;
  }

  /** Position of the next byte that has not been touched; valid on a byte boundary. */
  bytePosition(): number {
    return this.#at - (this.#count >>> 3);
  }
}
