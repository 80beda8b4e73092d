/** MinHash (Broder 1997) with the 64 permutations of ISO 24138, folded to one bit per permutation and bit plane. */
import { PERMUTATIONS } from "./minhash-table.ts";

const COUNT = 64;

/**
 * MinHash that grows: the 64 minima over all features seen so far. Features in any order and any number of pieces give
 * the same digest, and so do repeated ones.
 *
 * Permutation i maps a feature f to ((a·f + b) mod 2^64 mod (2^61 - 1)) mod 2^32.
 *
 * Almost every feature is ruled out by one 32-bit multiplication: reduction modulo 2^61 - 1 adds at most 8 to the low
 * word, so a low word at or above the minimum and clear of the wrap cannot beat it. Only the rest pays for 64 bits.
 */
export class MinHash {
  readonly #minima = new Uint32Array(COUNT).fill(0xffffffff);

  /** Takes features in. @param features 32-bit unsigned hashes */
  update(features: Uint32Array): this {
    for (let i = 0; i < COUNT; i++) {
      const aHigh = PERMUTATIONS[4 * i]!;
      const aLow = PERMUTATIONS[4 * i + 1]!;
      const bHigh = PERMUTATIONS[4 * i + 2]!;
      const bLow = PERMUTATIONS[4 * i + 3]!;
      let min = this.#minima[i]!;
      for (let j = 0; j < features.length; j++) {
        const low = (Math.imul(aLow, features[j]!) + bLow) >>> 0;
        if (low < min || low >= 0xfffffff7) {
          const value = permute(features[j]!, aHigh, aLow, bHigh, bLow);
          if (value < min) min = value;
        }
      }
      this.#minima[i] = min;
    }
    return this;
  }

  /** The 64 minima so far; all ones before the first feature. */
  minima(): Uint32Array<ArrayBuffer> {
    return this.#minima.slice();
  }

  /** 256 bits so far: bit plane by bit plane (least significant first), one bit from each minimum. Leaves the state. */
  digest(): Uint8Array<ArrayBuffer> {
    const digest = new Uint8Array(32);
    for (let i = 0; i < COUNT; i++) {
      for (let plane = 0; plane < 4; plane++) {
        if ((this.#minima[i]! >>> plane) & 1) digest[plane * 8 + (i >>> 3)]! |= 0x80 >>> (i & 7);
      }
    }
    return digest;
  }
}

/**
 * 256-bit MinHash of all features at once.
 * @param features 32-bit unsigned hashes; none gives all ones
 * @returns 32 bytes
 */
export function minhash256(features: Uint32Array): Uint8Array<ArrayBuffer> {
  return new MinHash().update(features).digest();
}

/** ((a·f + b) mod 2^64 mod (2^61 - 1)) mod 2^32, from 32-bit halves. */
function permute(f: number, aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const f0 = f & 0xffff;
  const f1 = f >>> 16;
  const p00 = Math.imul(a0, f0) >>> 0;
  const p10 = (Math.imul(a1, f0) >>> 0) + (p00 >>> 16);
  const p01 = (Math.imul(a0, f1) >>> 0) + (p10 & 0xffff);
  let high = (Math.imul(a1, f1) >>> 0) + (p10 >>> 16) + (p01 >>> 16);
  const product = (((p01 & 0xffff) << 16) | (p00 & 0xffff)) >>> 0;
  const sum = product + bLow;
  const low = sum >>> 0;
  high = (high + Math.imul(aHigh, f) + bHigh + (sum > 0xffffffff ? 1 : 0)) >>> 0;
  // 2^61 = 1 modulo 2^61 - 1: fold the top three bits onto the low ones, then subtract the modulus if it is reached.
  const folded = low + (high >>> 29);
  return (high & 0x1fffffff) === 0x1fffffff && folded >= 0xffffffff ? (folded + 1) >>> 0 : folded >>> 0;
}
