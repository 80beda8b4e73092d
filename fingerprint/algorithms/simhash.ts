/** SimHash (Charikar 2002): each output bit is the majority of that bit over all digests, ties count as one. */

/**
 * @param digests one or more digests of the same length
 * @returns a digest of that length
 */
export function simhash(digests: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = digests[0]?.length ?? 0;
  const counts = new Uint32Array(size * 8);
  for (const digest of digests) {
    for (let i = 0; i < counts.length; i++) counts[i]! += (digest[i >>> 3]! >>> (7 - (i & 7))) & 1;
  }
  const out = new Uint8Array(size);
  counts.forEach((count, i) => {
    if (count * 2 >= digests.length) out[i >>> 3]! |= 0x80 >>> (i & 7);
  });
  return out;
}
