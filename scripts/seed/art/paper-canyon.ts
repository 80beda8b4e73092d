/** Paper-cut canyons: nested openings through many sheets, down to a bright floor. */
import { Prng } from "../../../common/prng.ts";
import { byLightness, type Rgb, rampRgb } from "./color.ts";
import { type Sheet, stackSheets } from "./layered-paper.ts";
import { Noise } from "./noise.ts";
import type { Brief, Picture } from "./picture.ts";

/** Sheets are cut along level lines of domain-warped noise (Quilez 2002) raised towards the borders. */
export function paperCanyon({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const noise = new Noise(prng);
  const scale = prng.range(2.1, 3.0) / Math.max(width, height);
  const warp = prng.range(0.55, 0.95);
  const { value, grade } = relief(noise, width, height, scale, warp);
  const levels = 8;
  const sorted = value.filter((_, i) => i % 97 === 0).sort();
  const low = sorted[Math.floor(sorted.length * 0.05)] as number;
  const high = sorted[Math.floor(sorted.length * 0.93)] as number;
  const colors = byLightness(palette.colors);
  const sheets: Sheet[] = [];
  for (let i = 0; i < levels; i++) {
    const threshold = low + ((high - low) * i) / (levels - 1);
    const color = rampRgb([...colors, palette.ink], (i + 1) / levels);
    sheets.push({
      inside: (x, y) => {
        const column = x < 0 ? 0 : Math.round(x);
        const row = y < 0 ? 0 : Math.round(y);
        const i = row * width + column;
        return ((value[i] as number) - threshold) * (grade[i] as number);
      },
      color: () => color,
      shadow: 26,
    });
  }
  const floor: Rgb = rampRgb(colors, 0);
  return { width, height, rgb: stackSheets(width, height, () => floor, sheets) };
}

/** Height per pixel, and what turns a height difference into pixels there (one over the slope). */
function relief(
  noise: Noise,
  width: number,
  height: number,
  scale: number,
  warp: number,
): { value: Float32Array; grade: Float32Array } {
  const coarse = 4;
  const w = Math.ceil(width / coarse) + 3;
  const h = Math.ceil(height / coarse) + 3;
  const field = new Float64Array(w * h);
  for (let j = 0; j < h; j++) {
    for (let i = 0; i < w; i++) {
      const x = (i - 1) * coarse * scale;
      const y = (j - 1) * coarse * scale;
      const wx = noise.fbm(x + 3.1, y + 7.7, 2) * warp;
      const wy = noise.fbm(x + 11.9, y + 1.3, 2) * warp;
      const u = ((i - 1) * coarse) / width - 0.5;
      const v = ((j - 1) * coarse) / height - 0.5;
      const rim = 2.6 * Math.max(0, Math.max(Math.abs(u), Math.abs(v)) - 0.3) ** 1.3;
      field[j * w + i] = noise.fbm(x + wx, y + wy, 3) + rim;
    }
  }
  const value = new Float32Array(width * height);
  const grade = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const fy = y / coarse + 1;
    const j = Math.floor(fy);
    const v = fy - j;
    for (let x = 0; x < width; x++) {
      const fx = x / coarse + 1;
      const i = Math.floor(fx);
      const u = fx - i;
      const k = j * w + i;
      const top = (field[k] as number) * (1 - u) + (field[k + 1] as number) * u;
      const below = (field[k + w] as number) * (1 - u) + (field[k + w + 1] as number) * u;
      const gx = ((field[k + 1] as number) - (field[k - 1] as number)) / (2 * coarse);
      const gy = ((field[k + w] as number) - (field[k - w] as number)) / (2 * coarse);
      value[y * width + x] = top + (below - top) * v;
      grade[y * width + x] = 1 / (Math.sqrt(gx * gx + gy * gy) + 0.0006);
    }
  }
  return { value, grade };
}
