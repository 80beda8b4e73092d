/**
 * Gray and bicubic reduction of RGBA rows to 32 x 32, exactly as `image/bicubic.ts` and `image/gray-thumbnail.ts` define
 * it. AssemblyScript, four pixels or taps at a time.
 *
 * Protocol: write weights to `weights()`, padded with zeros to `taps`, a multiple of four; rows of opaque pixels to
 * `window()`; `rows(…)` reduces them across; when all are in, `columns(…)` with the weights of the other axis fills
 * `result()`.
 */

const OUTPUTS: u32 = 32;
const PRECISION: u32 = 22;
const HALF: i32 = 1 << 21;

/** Rows of RGBA. Sizes are for sides of up to 16384 pixels. */
const input = memory.data(262144, 16);
/** Gray levels of one row or column, 32 bits each. */
const gray = memory.data(65600, 16);
/** Taps of all outputs, and where each begins. Longest: two taps either side per reduced pixel. */
const taps = memory.data(263168, 16);
const firsts = memory.data(128, 16);
/** Levels of the picture reduced across, column by column. */
const reduced = memory.data(524288, 16);
const out = memory.data(1024, 16);

export function window(): usize {
  return input;
}

export function weights(): usize {
  return taps;
}

/** Where the position of each output's first tap goes, 32 bits each. */
export function starts(): usize {
  return firsts;
}

export function result(): usize {
  return out;
}

/** Reduces `count` rows of `width` pixels in the window across; the first is row `top` of `height`. */
export function rows(count: u32, width: u32, top: u32, height: u32, size: u32): void {
  for (let y: u32 = 0; y < count; y++) {
    toGray(input + 4 * width * y, width);
    reduce(size, reduced + top + y, height);
  }
}

/** Reduces the 32 columns of `height` levels down. */
export function columns(height: u32, size: u32): void {
  for (let x: u32 = 0; x < OUTPUTS; x++) {
    const column = reduced + x * height;
    for (let y: u32 = 0; y < height; y++) store<u32>(gray + 4 * y, load<u8>(column + y));
    reduce(size, out + x, OUTPUTS);
  }
}

/** (19595 R + 38470 G + 7471 B + 32768) >> 16; up to three levels behind the row are of no picture. */
function toGray(from: usize, width: u32): void {
  const mask = i32x4.splat(0xff);
  for (let x: u32 = 0; x < width; x += 4) {
    const pixels = v128.load(from + 4 * x);
    const red = i32x4.mul(v128.and(pixels, mask), i32x4.splat(19595));
    const green = i32x4.mul(v128.and(i32x4.shr_u(pixels, 8), mask), i32x4.splat(38470));
    const blue = i32x4.mul(v128.and(i32x4.shr_u(pixels, 16), mask), i32x4.splat(7471));
    const sum = i32x4.add(i32x4.add(red, green), i32x4.add(blue, i32x4.splat(0x8000)));
    v128.store(gray + 4 * x, i32x4.shr_u(sum, 16));
  }
}

/** One line to 32 levels at `to`, `to + stride`, … Weights behind the line are zero, whatever lies there. */
function reduce(size: u32, to: usize, stride: u32): void {
  for (let i: u32 = 0; i < OUTPUTS; i++) {
    let from = gray + 4 * load<u32>(firsts + 4 * i);
    let at = taps + 4 * size * i;
    const end = at + 4 * size;
    let lanes = i32x4.splat(0);
    for (; at < end; at += 16, from += 16) {
      lanes = i32x4.add(lanes, i32x4.mul(v128.load(from), v128.load(at)));
    }
    const sum =
      HALF +
      i32x4.extract_lane(lanes, 0) +
      i32x4.extract_lane(lanes, 1) +
      i32x4.extract_lane(lanes, 2) +
      i32x4.extract_lane(lanes, 3);
    const level = sum >> PRECISION;
    store<u8>(to + i * stride, <u8>(level < 0 ? 0 : level > 255 ? 255 : level));
  }
}
