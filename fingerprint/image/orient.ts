/** EXIF orientation applied to pixels. */
import type { Pixels } from "./decoders.ts";

/**
 * Turns and mirrors stored pixels upright. Orientations 5 to 8 swap width and height.
 * @param orientation 1 to 8 as in EXIF; 1 returns the same object
 */
export function orient(pixels: Pixels, orientation: number): Pixels {
  if (orientation === 1) return pixels;
  const { width, height } = pixels;
  const swapped = orientation >= 5;
  const outWidth = swapped ? height : width;
  const outHeight = swapped ? width : height;
  const source = new Uint32Array(pixels.data.buffer, pixels.data.byteOffset, width * height);
  const data = new Uint8ClampedArray(width * height * 4);
  const target = new Uint32Array(data.buffer);
  const { start, right, down } = STEPS[orientation]!(width, height);
  for (let y = 0, at = 0; y < outHeight; y++) {
    for (let x = 0, from = start + y * down; x < outWidth; x++, from += right) target[at++] = source[from]!;
  }
  return { width: outWidth, height: outHeight, data };
}

/** Where the upright picture's top left pixel is stored, and how far apart its neighbours to the right and below are. */
type Walk = { start: number; right: number; down: number };

const STEPS: Record<number, (width: number, height: number) => Walk> = {
  2: (w) => ({ start: w - 1, right: -1, down: w }),
  3: (w, h) => ({ start: w * h - 1, right: -1, down: -w }),
  4: (w, h) => ({ start: w * (h - 1), right: 1, down: -w }),
  5: (w) => ({ start: 0, right: w, down: 1 }),
  6: (w, h) => ({ start: w * (h - 1), right: -w, down: 1 }),
  7: (w, h) => ({ start: w * h - 1, right: -w, down: -1 }),
  8: (w) => ({ start: w - 1, right: w, down: -1 }),
};
