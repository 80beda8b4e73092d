/** Content-defined chunking of the ISCC data unit: FastCDC with normalised chunk sizes (Xia et al. 2016), gear hash. */
import { GEAR } from "./gear-table.ts";

/** Chunk sizes in bytes, and masks of the gear hash, that follow from the standard's average of 1024 bytes. */
export const CHUNK = { min: 256, center: 640, max: 8192 } as const;
const MASK_BEFORE_CENTER = (1 << 11) - 1;
const MASK_AFTER_CENTER = (1 << 9) - 1;

/**
 * Where the chunk that starts at `start` ends. The hash starts afresh in each chunk, so that a cut depends on the bytes
 * of its own chunk alone: an insertion moves cuts only until the next common one.
 * @param end where the data ends; the last chunk is whatever remains
 * @returns exclusive end of the chunk, at most `start + 8192`
 */
export function nextCut(bytes: Uint8Array, start: number, end: number): number {
  let at = Math.min(start + CHUNK.min, end);
  const center = Math.min(start + CHUNK.center, end);
  const max = Math.min(start + CHUNK.max, end);
  let pattern = 0;
  for (; at < center; at++) {
    pattern = ((pattern >>> 1) + GEAR[bytes[at]!]!) | 0;
    if ((pattern & MASK_BEFORE_CENTER) === 0) return at + 1;
  }
  for (; at < max; at++) {
    pattern = ((pattern >>> 1) + GEAR[bytes[at]!]!) | 0;
    if ((pattern & MASK_AFTER_CENTER) === 0) return at + 1;
  }
  return at;
}
