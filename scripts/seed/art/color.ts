/** Colors as numbers: parsing, mixing, shading. Channels 0 to 255, sRGB. */
import type { Palette } from "./picture.ts";

export type Rgb = readonly [number, number, number];

export function rgbOf(hex: string): Rgb {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

export function hexOf(rgb: Rgb): string {
  const byte = (v: number) =>
    Math.max(0, Math.min(255, Math.round(v)))
      .toString(16)
      .padStart(2, "0");
  return `#${byte(rgb[0])}${byte(rgb[1])}${byte(rgb[2])}`;
}

/** From `a` (t = 0) to `b` (t = 1). */
export function mixRgb(a: Rgb, b: Rgb, t: number): Rgb {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

export function mix(a: string, b: string, t: number): string {
  return hexOf(mixRgb(rgbOf(a), rgbOf(b), t));
}

/** Color at t in [0, 1] along evenly spaced stops. */
export function rampRgb(stops: readonly string[], t: number): Rgb {
  const x = Math.max(0, Math.min(1, t)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(x));
  if (stops.length === 1) return rgbOf(stops[0] as string);
  return mixRgb(rgbOf(stops[i] as string), rgbOf(stops[i + 1] as string), x - i);
}

export function ramp(stops: readonly string[], t: number): string {
  return hexOf(rampRgb(stops, t));
}

/** Brightness of a color, 0 to 255 (ITU-R BT.601 weights). */
export function luma(rgb: Rgb): number {
  return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

/** The palette's most sunlike color: bright, red over blue. */
export function warmest(palette: Palette): string {
  const sun = (hex: string) => {
    const [r, g, b] = rgbOf(hex);
    return luma([r, g, b]) + 0.9 * (r - b);
  };
  return palette.colors.reduce((best, color) => (sun(color) > sun(best) ? color : best));
}

/** Colors from the lightest to the darkest. */
export function byLightness(colors: readonly string[]): string[] {
  return [...colors].sort((a, b) => luma(rgbOf(b)) - luma(rgbOf(a)));
}
