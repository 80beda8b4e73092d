/** Winner-takes-all hash (Yagnik et al. 2011) over pairs, as ISO 24138 uses it for video. */
import { WTA_PAIRS } from "./wta-table.ts";

/** Values of an MPEG-7 frame signature: the length of the vector. */
export const WTA_LENGTH = 380;

/**
 * 256 bits, one per pair of positions: one where the value at the pair's second position is the larger of the two; ties
 * give zero. Only the order of values counts, not their size.
 * @param values 380 numbers
 * @returns 32 bytes
 */
export function wtaHash(values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  if (values.length !== WTA_LENGTH) throw new RangeError(`a frame vector has ${WTA_LENGTH} values`);
  const digest = new Uint8Array(32);
  for (let i = 0; i < 256; i++) {
    if (values[WTA_PAIRS[2 * i + 1]!]! > values[WTA_PAIRS[2 * i]!]!) digest[i >>> 3]! |= 0x80 >>> (i & 7);
  }
  return digest;
}
