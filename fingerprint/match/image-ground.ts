/** On which ground a transparent picture is compared: white, unless that hides it. */
import type { Pixels } from "../image/decoders.ts";
import { isOpaque } from "../image/gray-thumbnail.ts";

/** Standard deviation of gray levels below which a ground leaves nothing to see. */
const LEAST_CONTRAST = 3;

const WHITE = 255;
const BLACK = 0;

/**
 * White, as the standard's code has it; black for a picture that shows on black and not on white, such as a white logo.
 * Copies that were laid on white before hold nothing, whatever the ground.
 * @returns gray level, 255 or 0
 */
export function imageGround({ data }: Pixels): number {
  if (isOpaque(data) || contrastOn(data, WHITE) >= LEAST_CONTRAST) return WHITE;
  return contrastOn(data, BLACK) >= LEAST_CONTRAST ? BLACK : WHITE;
}

/** Standard deviation of the luma of a picture laid on a gray ground. */
function contrastOn(data: Uint8ClampedArray, ground: number): number {
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < data.length; at += 4) {
    const luma = (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471) / 65536;
    const value = ground + ((luma - ground) * data[at + 3]!) / 255;
    sum += value;
    squares += value * value;
  }
  const n = data.length / 4;
  return Math.sqrt(Math.max(squares / n - (sum / n) ** 2, 0));
}
