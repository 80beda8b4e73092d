/** xxHash32 with seed 0 (Yann Collet's specification, github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). */

const P1 = 0x9e3779b1;
const P2 = 0x85ebca77;
const P3 = 0xc2b2ae3d;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

/**
 * Hash of `bytes[start, end)`.
 * @returns unsigned 32-bit integer
 */
export function xxh32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const length = end - start;
  let at = start;
  let hash: number;
  if (length >= 16) {
    let a = (P1 + P2) | 0;
    let b = P2 | 0;
    let c = 0;
    let d = -P1 | 0;
    for (const last = end - 16; at <= last; at += 16) {
      a = lane(a, word(bytes, at));
      b = lane(b, word(bytes, at + 4));
      c = lane(c, word(bytes, at + 8));
      d = lane(d, word(bytes, at + 12));
    }
    hash = (rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18)) | 0;
  } else {
    hash = P5 | 0;
  }
  hash = (hash + length) | 0;
  for (; at + 4 <= end; at += 4) hash = Math.imul(rotl((hash + Math.imul(word(bytes, at), P3)) | 0, 17), P4);
  for (; at < end; at++) hash = Math.imul(rotl((hash + Math.imul(bytes[at]!, P5)) | 0, 11), P1);
  hash = Math.imul(hash ^ (hash >>> 15), P2);
  hash = Math.imul(hash ^ (hash >>> 13), P3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function lane(accumulator: number, input: number): number {
  return Math.imul(rotl((accumulator + Math.imul(input, P2)) | 0, 13), P1);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
