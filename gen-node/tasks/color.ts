/** Colors as three bytes, and the little arithmetic that painting needs, all in integers. */

/** sRGB, 0 to 255 each. */
export type Rgb = readonly [number, number, number];

/** Reads "#rrggbb". */
export function parseColor(hex: string): Rgb {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

/** Luma, 0 to 255 (ITU-R BT.601 weights in 1/256). */
export function luma([r, g, b]: Rgb): number {
  return (77 * r + 150 * g + 29 * b + 128) >> 8;
}

/** `a` at amount 0, `b` at amount 255. */
export function mix(a: Rgb, b: Rgb, amount: number): Rgb {
  const blend = (x: number, y: number) => x + Math.floor(((y - x) * amount + 127) / 255);
  return [blend(a[0], b[0]), blend(a[1], b[1]), blend(a[2], b[2])];
}

/** Each channel moved by `by` and kept in range. */
export function shift(color: Rgb, by: number): Rgb {
  const clamp = (x: number) => Math.min(255, Math.max(0, x + by));
  return [clamp(color[0]), clamp(color[1]), clamp(color[2])];
}

/** Colors to paint with: `paper` is the lightest; `inks` from dark to light, never empty. */
export type Palette = { paper: Rgb; inks: readonly Rgb[] };

/** Makes a palette of two to eight colors: the lightest becomes the paper. */
export function paletteOf(hexes: readonly string[]): Palette {
  const colors = hexes.map(parseColor).sort((a, b) => luma(a) - luma(b));
  const paper = colors.pop() as Rgb;
  return { paper, inks: colors.length > 0 ? colors : [shift(paper, -160)] };
}

/** House palettes; a sheet without its own takes one by its seed. */
export const PALETTES: readonly (readonly string[])[] = [
  ["#1f2a44", "#c8553d", "#588b8b", "#f2c57c", "#f7efe1"],
  ["#22223b", "#4a4e69", "#9a8c98", "#c9ada7", "#f4ece4"],
  ["#283618", "#606c38", "#bc6c25", "#dda15e", "#fefae0"],
  ["#0b3954", "#087e8b", "#ff5a5f", "#bfd7ea", "#f8f4ec"],
  ["#2d1e2f", "#a23b72", "#f18f01", "#e9c46a", "#fbf3e4"],
  ["#14213d", "#3d5a80", "#98c1d9", "#ee6c4d", "#f1f5f2"],
  ["#3a2618", "#754f37", "#c08552", "#dab49d", "#fff8f0"],
  ["#102a23", "#2a6f5b", "#74a892", "#e5b181", "#fbf2de"],
  ["#2b2d42", "#8d99ae", "#d90429", "#edc9a0", "#f3efe6"],
  ["#1b1b3a", "#693668", "#a74482", "#f9b8a4", "#fdf1ea"],
  ["#033f63", "#28666e", "#7c9885", "#b5b682", "#fedc97"],
  ["#3d0814", "#8f2d56", "#d81159", "#ffbc42", "#faf0dc"],
];
