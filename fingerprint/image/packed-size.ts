import { Unzlib } from "fflate";

/** Bytes that are unpacked from before the size is looked at: deflate makes at most 1,032 times as much of them, about 4 MB. */
const PIECE = 4096;

/**
 * Size of a zlib stream's content in bytes, found by unpacking and keeping nothing.
 * @param limit unpacking stops as soon as there is more than this
 * @returns the size; a number above `limit` when it is larger; what came before the damage for a stream that is damaged
 */
export function packedSize(packed: Uint8Array, limit: number): number {
  let size = 0;
  const stream = new Unzlib((part) => (size += part.length));
  for (let at = 0; at < packed.length; at += PIECE) {
    if (size > limit) break;
    try {
      stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
    } catch (error) {
      // The library's errors are marked with a number. Nobody reads the content: that it is damaged does no harm.
      if (typeof (error as { code?: unknown }).code !== "number") throw error;
      break;
    }
  }
  return size;
}
