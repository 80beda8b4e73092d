/** The normalisation that ISO 24138 asks of a picture before its code: white ground, trimmed, gray, 32 x 32. */
import { IMAGE_SIDE } from "../iscc/image-unit.ts";
import { applyKernel, bicubicKernel } from "./bicubic.ts";
import type { Pixels } from "./decoders.ts";

/** Rectangle of pixels, `right` and `bottom` exclusive. */
export type Box = { left: number; top: number; right: number; bottom: number };

/**
 * 32 x 32 gray levels of an upright picture, byte-equal to what Pillow gives the ISCC reference.
 *
 * 1. Transparent pixels are laid on white (in place: the pixels passed in change).
 * 2. A border in exactly the color of the top left pixel is trimmed.
 * 3. Gray = (19595 R + 38470 G + 7471 B + 32768) >> 16.
 * 4. Bicubic reduction, rows then columns.
 * @returns 1024 levels, row by row
 */
export function grayThumbnail(pixels: Pixels): Uint8Array<ArrayBuffer> {
  layOnWhite(pixels.data);
  return reduce(pixels, trimBox(pixels));
}

/** Composites RGBA onto opaque white in place, with Pillow's rounding of alpha_composite. */
export function layOnWhite(data: Uint8ClampedArray): void {
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    if (alpha === 255) continue;
    const ground = 255 * (255 - alpha);
    for (let c = i; c < i + 3; c++) {
      const sum = 128 * (data[c]! * alpha + ground) + 128 * 128;
      data[c] = ((sum >> 8) + sum) >> 15;
    }
    data[i + 3] = 255;
  }
}

/**
 * The box that is left when a border in exactly the color of pixel (0, 0) is taken off; all of a picture of one color.
 * Compares RGB only: expects an opaque picture.
 */
export function trimBox({ width, height, data }: Pixels): Box {
  const words = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const ground = words[0]!;
  const differs = (at: number): boolean => words[at] !== ground;
  let top = 0;
  const end = width * height;
  let at = 0;
  while (at < end && !differs(at)) at++;
  if (at === end) return { left: 0, top: 0, right: width, bottom: height };
  top = Math.floor(at / width);
  at = end - 1;
  while (!differs(at)) at--;
  const bottom = Math.floor(at / width) + 1;
  let left = width;
  let right = 0;
  for (let y = top; y < bottom; y++) {
    const row = y * width;
    for (let x = 0; x < left; x++) if (differs(row + x)) left = x;
    for (let x = width - 1; x >= right; x--) if (differs(row + x)) right = x + 1;
  }
  return { left, top, right, bottom };
}

/** Gray levels of the box, reduced to 32 x 32. Works row by row: memory does not grow with the picture. */
function reduce({ width, data }: Pixels, box: Box): Uint8Array<ArrayBuffer> {
  const boxWidth = box.right - box.left;
  const boxHeight = box.bottom - box.top;
  const across = bicubicKernel(boxWidth, IMAGE_SIDE);
  const gray = new Uint8Array(boxWidth);
  // Columns of the half-reduced picture, one after another, so that the second pass reads contiguous memory.
  const columns = new Uint8Array(IMAGE_SIDE * boxHeight);
  for (let y = 0; y < boxHeight; y++) {
    let at = ((box.top + y) * width + box.left) * 4;
    for (let x = 0; x < boxWidth; x++, at += 4) {
      gray[x] = (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471 + 0x8000) >> 16;
    }
    applyKernel(across, gray, columns, y, boxHeight);
  }
  const down = bicubicKernel(boxHeight, IMAGE_SIDE);
  const out = new Uint8Array(IMAGE_SIDE * IMAGE_SIDE);
  for (let x = 0; x < IMAGE_SIDE; x++) {
    applyKernel(down, columns.subarray(x * boxHeight, (x + 1) * boxHeight), out, x, IMAGE_SIDE);
  }
  return out;
}
