/** ISCC content unit for pictures (ISO 24138): signs of low DCT frequencies against their median. */
import { dct } from "../algorithms/dct.ts";
import { encodeUnit, MAIN_TYPE, SUB_TYPE } from "./codec.ts";

/** Side of the gray square that a picture is reduced to, pixels. */
export const IMAGE_SIDE = 32;

/** Where the four 8 x 8 windows start in the coefficient matrix (column, row), in the order of their 64 bits. */
const WINDOWS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/**
 * 256-bit hash of a normalised picture.
 *
 * 1. Type-II DCT of each row, then of each column, unscaled.
 * 2. Four windows of 8 x 8 coefficients, that start at (0, 0), (1, 0), (0, 1) and (1, 1), column first.
 * 3. In each window one bit per coefficient, row by row: one where it is above the window's median. The median is the
 *    mean of the two middle values.
 *
 * The first window is the 64-bit hash; the others share most of their coefficients with it, so 256 bits are worth far
 * fewer independent ones.
 * @param gray 32 x 32 gray levels, row by row (see `grayThumbnail`)
 * @returns 32 bytes
 */
export function imageHash(gray: Uint8Array): Uint8Array<ArrayBuffer> {
  const coefficients = lowFrequencies(gray);
  const digest = new Uint8Array(32);
  WINDOWS.forEach(([left, top], window) => {
    const values: number[] = [];
    for (let y = top; y < top + 8; y++) for (let x = left; x < left + 8; x++) values.push(coefficients[y * 9 + x]!);
    const sorted = values.toSorted((a, b) => a - b);
    const median = (sorted[31]! + sorted[32]!) / 2;
    values.forEach((value, i) => {
      if (value > median) digest[window * 8 + (i >>> 3)]! |= 0x80 >>> (i & 7);
    });
  });
  return digest;
}

/**
 * The 9 x 9 lowest DCT coefficients of a 32 x 32 picture, row by row; [0] is the sum of all pixels.
 */
export function lowFrequencies(gray: Uint8Array): Float64Array {
  if (gray.length !== IMAGE_SIDE * IMAGE_SIDE) throw new RangeError("a normalised picture has 32 x 32 pixels");
  const rows = Array.from({ length: IMAGE_SIDE }, (_, y) =>
    dct(Float64Array.from(gray.subarray(y * IMAGE_SIDE, (y + 1) * IMAGE_SIDE))),
  );
  const out = new Float64Array(81);
  for (let x = 0; x < 9; x++) {
    const column = dct(Float64Array.from(rows, (row) => row[x]!));
    for (let y = 0; y < 9; y++) out[y * 9 + x] = column[y]!;
  }
  return out;
}

/** Content unit of a normalised picture. @param bits 32 to 256, a multiple of 32 */
export function imageUnit(gray: Uint8Array, bits = 64): string {
  return encodeUnit(MAIN_TYPE.content, SUB_TYPE.image, bits, imageHash(gray));
}
