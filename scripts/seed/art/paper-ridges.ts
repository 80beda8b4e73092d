/** Paper-cut landscapes: ranges of hills, one sheet each, fading into the distance below a sun or moon. */
import { Prng } from "../../../common/prng.ts";
import { byLightness, mixRgb, type Rgb, rampRgb, rgbOf, warmest } from "./color.ts";
import { type Sheet, stackSheets } from "./layered-paper.ts";
import { Noise } from "./noise.ts";
import type { Brief, Picture } from "./picture.ts";

/** Far sheets take the sky's color, near ones the ink's; the nearest two carry pines. */
export function paperRidges({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const noise = new Noise(prng);
  const sky = rgbOf(palette.ground);
  const sun = warmest(palette);
  const glow = rgbOf(sun);
  const count = 7;
  const sunX = prng.range(0.25, 0.75) * width;
  const sunY = prng.range(0.2, 0.3) * height;
  const sunR = prng.range(0.09, 0.14) * Math.min(width, height);
  const sheets: Sheet[] = [];
  for (let ring = 3; ring >= 0; ring--) {
    const radius = sunR * (1 + ring * 0.7);
    const color = mixRgb(glow, sky, ring === 0 ? 0 : 0.5 + ring * 0.13);
    sheets.push({
      inside: (x, y) => radius - Math.sqrt((x - sunX) ** 2 + (y - sunY) ** 2),
      color: () => color,
      shadow: 8,
    });
  }
  const hues = [...byLightness(palette.colors.filter((color) => color !== sun)), palette.ink];
  for (let i = 0; i < count; i++) {
    const near = i / (count - 1);
    const ridge = ridgeLine(prng, noise, width, height, near, i);
    const own = rampRgb(hues, near * near * 0.25 + near * 0.75);
    const haze: Rgb = mixRgb(own, sky, 0.5 * (1 - near) ** 1.3);
    const top = Math.min(...ridge);
    const edge = edgeDistance(ridge, width);
    sheets.push({
      inside: (x, y) => {
        const c = Math.max(0, Math.min(width - 1, Math.round(x)));
        return (y - (ridge[c] as number)) * (edge[c] as number);
      },
      color: (y) => mixRgb(haze, sky, Math.max(0, Math.min(0.34, ((y - top) / height) * 0.7 * (1 - near)))),
      shadow: 14 + near * 16,
    });
  }
  const ground = (y: number): Rgb => mixRgb(sky, glow, Math.max(0, 0.34 * (y / height - 0.08)));
  return { width, height, rgb: stackSheets(width, height, ground, sheets) };
}

/** Height of the sheet's upper edge per column, pixels from the top. */
function ridgeLine(prng: Prng, noise: Noise, width: number, height: number, near: number, index: number): Float64Array {
  const base = height * (0.44 + 0.47 * near);
  const relief = height * (0.24 - 0.13 * near);
  const scale = (3.4 - 1.4 * near) / width;
  const line = new Float64Array(width);
  const mountain = near < 0.55;
  for (let x = 0; x < width; x++) {
    const u = x * scale + index * 31.7;
    const broad = noise.at(u, index * 7.3);
    const fold = 1 - 2 * Math.abs(noise.at(u * 1.7, index * 3.1 + 40));
    const crag = mountain ? 0.16 * noise.fbm(u * 7, index * 5.7 + 9, 3) : 0;
    line[x] = base - relief * (0.62 * broad + (mountain ? 0.42 * fold : 0.1 * fold) + crag);
  }
  if (near > 0.8) plantPines(prng, line, width, height, near);
  return line;
}

/** Raises spiky silhouettes of trees from the edge. */
function plantPines(prng: Prng, line: Float64Array, width: number, height: number, near: number): void {
  const bare = Float64Array.from(line);
  let x = prng.range(0, 30);
  while (x < width) {
    const tall = height * prng.range(0.05, 0.12) * (near > 0.95 ? 1.5 : 0.8);
    const half = tall * prng.range(0.19, 0.25);
    const foot = bare[Math.max(0, Math.min(width - 1, Math.round(x)))] as number;
    const tiers = 5;
    for (let c = Math.max(0, Math.floor(x - half)); c <= Math.min(width - 1, Math.ceil(x + half)); c++) {
      const k = Math.max(0, 1 - Math.abs(c - x) / half);
      const saw = (k * tiers) % 1;
      const rise = tall * ((Math.floor(k * tiers) + 0.25 * saw) / tiers + 0.1 * k);
      line[c] = Math.min(line[c] as number, foot - rise + 5);
    }
    x += half * prng.range(1.2, 2.6) + (prng.float() < 0.2 ? prng.range(60, 240) : 0);
  }
}

/** Per column, what turns a vertical distance to the edge into a true one: the cosine of the local slope. */
function edgeDistance(line: Float64Array, width: number): Float64Array {
  return line.map((_, c) => {
    const slope = ((line[Math.min(width - 1, c + 1)] as number) - (line[Math.max(0, c - 1)] as number)) / 2;
    return 1 / Math.sqrt(1 + Math.min(9, slope * slope));
  });
}
