/** The normalisation that ISO 24138 asks of a picture before its code: white ground, trimmed, gray, 32 x 32. */
import type { Box } from "./box.ts";
import type { Pixels } from "./decoders.ts";
import { reduceBox } from "./reduce-box.ts";

/**
 * Largest difference of a channel from the corner's color that still counts as border, for the two tolerant trims: the
 * first keeps faint marks on the border, the second survives the ringing of a JPEG at quality 30.
 */
const BORDER_TOLERANCES = [16, 48];

/** Gray level of the ground that the standard lays a transparent picture on. */
const WHITE = 255;

/** One picture's thumbnails: 1024 gray levels each, row by row. */
export type GrayThumbnails = {
  /** As ISO 24138 asks; byte-equal to what Pillow gives the ISCC reference. */
  standard: Uint8Array<ArrayBuffer>;
  /** The same picture under other trims, where those differ: untrimmed, and trimmed with tolerance. */
  alternates: Uint8Array<ArrayBuffer>[];
};

/**
 * Reduces an upright picture to 32 x 32 gray levels.
 *
 * 1. Transparent pixels are laid on white (in place: the pixels passed in change).
 * 2. A border in exactly the color of the top left pixel is trimmed.
 * 3. Gray = (19595 R + 38470 G + 7471 B + 32768) >> 16.
 * 4. Bicubic reduction, rows then columns.
 *
 * Step 2 is the standard's weak spot: a JPEG's border is no longer of one exact color, so a lossless original is trimmed
 * and its copy is not. The alternates let a search bridge that from either side.
 */
export function grayThumbnails(pixels: Pixels): GrayThumbnails {
  layOnWhite(pixels.data);
  const boxes = [trimBox(pixels, 0)];
  const whole = { left: 0, top: 0, right: pixels.width, bottom: pixels.height };
  for (const box of [whole, ...BORDER_TOLERANCES.map((tolerance) => trimBox(pixels, tolerance))]) {
    if (!boxes.some((known) => equalBoxes(known, box))) boxes.push(box);
  }
  const [standard, ...alternates] = boxes.map((box) => reduceBox(pixels, box));
  return { standard: standard!, alternates };
}

function equalBoxes(a: Box, b: Box): boolean {
  return a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom;
}

/** Composites RGBA onto opaque white in place, with Pillow's rounding of alpha_composite. */
export function layOnWhite(data: Uint8ClampedArray): void {
  layOn(data, WHITE);
}

/** Composites RGBA onto an opaque gray ground in place. @param level of the ground, 0 to 255 */
export function layOn(data: Uint8ClampedArray, level: number): void {
  if (isOpaque(data)) return;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    if (alpha === 255) continue;
    const ground = level * (255 - alpha);
    for (let c = i; c < i + 3; c++) {
      const sum = 128 * (data[c]! * alpha + ground) + 128 * 128;
      data[c] = ((sum >> 8) + sum) >> 15;
    }
    data[i + 3] = 255;
  }
}

/** True when every pixel's alpha is 255: the last byte of its word, since WebAssembly's machines are little-endian. */
export function isOpaque(data: Uint8ClampedArray): boolean {
  const words = new Int32Array(data.buffer, data.byteOffset, data.length >> 2);
  let all = -1;
  for (let i = 0; i < words.length; i++) all &= words[i]!;
  return all >>> 24 === 255;
}

/**
 * The box that is left when a border in the color of pixel (0, 0) is taken off; all of a picture of one color.
 * Compares RGB only: expects an opaque picture.
 * @param tolerance largest difference of a channel that still counts as that color
 */
export function trimBox({ width, height, data }: Pixels, tolerance: number): Box {
  const red = data[0]!;
  const green = data[1]!;
  const blue = data[2]!;
  const differs = (x: number, y: number): boolean => {
    const at = (y * width + x) * 4;
    return (
      Math.abs(data[at]! - red) > tolerance ||
      Math.abs(data[at + 1]! - green) > tolerance ||
      Math.abs(data[at + 2]! - blue) > tolerance
    );
  };
  const rowDiffers = (y: number): boolean => {
    for (let x = 0; x < width; x++) if (differs(x, y)) return true;
    return false;
  };
  let top = 0;
  while (top < height && !rowDiffers(top)) top++;
  if (top === height) return { left: 0, top: 0, right: width, bottom: height };
  let bottom = height;
  while (!rowDiffers(bottom - 1)) bottom--;
  let left = width;
  let right = 0;
  for (let y = top; y < bottom; y++) {
    let x = 0;
    while (x < left && !differs(x, y)) x++;
    left = x;
    x = width;
    while (x > right && !differs(x - 1, y)) x--;
    right = x;
  }
  return { left, top, right, bottom };
}
