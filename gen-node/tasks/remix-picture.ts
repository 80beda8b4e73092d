/**
 * The task "remix-image" on a picture: a mosaic of generated motifs that renders the picture in its own colors. For
 * each cell the motif, its orientation and its polarity are chosen by the light and dark pattern of the cell.
 */
import { Prng } from "../../common/prng.ts";
import type { Pixels } from "../encode/png.ts";
import type { Generator } from "../models/generator.ts";
import { IMAGE_PIXELS, IMAGE_SIDE } from "../models/seed-gan.ts";
import { Canvas } from "./canvas.ts";
import type { Rgb } from "./color.ts";
import { orient, renderInk, smooth } from "./ink.ts";
import { drawLatent, packLatents } from "./latents.ts";

/** A decoded picture: RGBA rows on whatever ground, alpha ignored only where it is 255. */
export type Picture = { width: number; height: number; data: Uint8Array | Uint8ClampedArray };

/** How much of each pixel is the cell's two tones rather than the picture's own colors shining through, of 256. */
const GLAZE = 104;

/** Parts per cell side in which the picture shines through. */
const FINE = 10;

/** Motifs to choose from, and the side of the patterns they are compared by. */
const MOTIFS = 192;
const GRID = 4;
const PATTERN = GRID * GRID;

export type RemixParameters = { seed: string; tiles: number; tilePixels: number };

/** Cells of a mosaic: the longer side of the picture gets `tiles`, the other follows its shape. */
export function mosaicCells(width: number, height: number, tiles: number): { columns: number; rows: number } {
  const scaled = (side: number, longest: number) =>
    Math.max(1, Math.floor((2 * tiles * side + longest) / (2 * longest)));
  const longest = Math.max(width, height);
  return { columns: scaled(width, longest), rows: scaled(height, longest) };
}

/** Remixes a picture. Every output byte depends on the picture's pixels, the model and the seed. */
export function remixPicture(generator: Generator, picture: Picture, parameters: RemixParameters): Pixels {
  const { seed, tiles, tilePixels } = parameters;
  const prng = new Prng(`colophon/remix-image/1/${seed}`);
  const latents = Array.from({ length: MOTIFS }, () => drawLatent(prng));
  const motifs = candidatesOf(generator.draw(packLatents(latents)));
  const { columns, rows } = mosaicCells(picture.width, picture.height, tiles);
  const field = sampleField(picture, columns * GRID, rows * GRID);
  const fine = sampleField(picture, columns * FINE, rows * FINE);
  const canvas = paintField(fine, columns * tilePixels, rows * tilePixels);
  const rendered = new Map<number, Uint8Array>();
  const chosen = new Int32Array(columns * rows).fill(-1);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = row * columns + column;
      const patch = patchOf(field, column, row);
      const avoid = [column > 0 ? chosen[cell - 1] : -1, row > 0 ? chosen[cell - columns] : -1];
      const { light, dark, pattern } = tonesOf(patch);
      const best = choose(motifs, pattern, avoid as number[], prng);
      chosen[cell] = best.motif;
      const key = best.motif * 8 + best.way;
      let ink = rendered.get(key);
      if (!ink) {
        ink = orient(renderInk((motifs[best.motif] as Motif).tile, tilePixels), tilePixels, best.way);
        rendered.set(key, ink);
      }
      const [ground, color] = best.inverted ? [dark, light] : [light, dark];
      const { coverage } = motifs[best.motif] as Motif;
      const fitted = keepMean(patch, ground, color, coverage);
      canvas.glaze(ink, tilePixels, column * tilePixels, row * tilePixels, fitted.ground, fitted.color, GLAZE);
    }
  }
  return canvas.pixels;
}

/** A motif with its eight oriented patterns, each centred and of equal energy. Coverage 0 to 255. */
type Motif = { tile: Uint8Array; coverage: number; patterns: Int32Array[] };

/** Signed pattern with zero mean, scaled so that its squares add up to about 2^20; flat ones stay zero. */
function normalized(values: ArrayLike<number>): Int32Array {
  let sum = 0;
  for (let i = 0; i < PATTERN; i++) sum += values[i] as number;
  const centred = Int32Array.from({ length: PATTERN }, (_, i) => PATTERN * (values[i] as number) - sum);
  let energy = 0;
  for (const value of centred) energy += value * value;
  if (energy === 0) return centred;
  const scale = 1024 / Math.sqrt(energy);
  return centred.map((value) => Math.round(value * scale));
}

function candidatesOf(drawn: Uint8Array): Motif[] {
  const motifs: Motif[] = [];
  for (let n = 0; n < drawn.length / IMAGE_PIXELS; n++) {
    const tile = drawn.slice(n * IMAGE_PIXELS, (n + 1) * IMAGE_PIXELS);
    const soft = smooth(tile);
    const sums = new Int32Array(PATTERN);
    let total = 0;
    for (let i = 0; i < IMAGE_PIXELS; i++) {
      const [x, y] = [i % IMAGE_SIDE, Math.floor(i / IMAGE_SIDE)];
      const at = Math.floor((y * GRID) / IMAGE_SIDE) * GRID + Math.floor((x * GRID) / IMAGE_SIDE);
      sums[at] = (sums[at] as number) + (soft[i] as number);
      total += soft[i] as number;
    }
    const grid = Uint8Array.from(sums, (sum) => Math.floor((sum * PATTERN) / IMAGE_PIXELS));
    const patterns = Array.from({ length: 8 }, (_, way) => normalized(orient(grid, GRID, way)));
    motifs.push({ tile, coverage: Math.floor(total / IMAGE_PIXELS), patterns });
  }
  return motifs;
}

/** Colors on a grid, three bytes each. */
type Field = { across: number; down: number; data: Uint8Array };

/** Mean color of each part of the picture, box filtered; transparent pixels count as white. */
function sampleField({ width, height, data }: Picture, across: number, down: number): Field {
  const out = new Uint8Array(across * down * 3);
  for (let v = 0; v < down; v++) {
    const top = Math.floor((v * height) / down);
    const bottom = Math.max(top + 1, Math.floor(((v + 1) * height) / down));
    for (let u = 0; u < across; u++) {
      const left = Math.floor((u * width) / across);
      const right = Math.max(left + 1, Math.floor(((u + 1) * width) / across));
      let [r, g, b] = [0, 0, 0];
      for (let y = top; y < bottom; y++) {
        for (let x = left, at = (y * width + left) * 4; x < right; x++, at += 4) {
          const alpha = data[at + 3] as number;
          const white = 255 * (255 - alpha);
          r += (data[at] as number) * alpha + white;
          g += (data[at + 1] as number) * alpha + white;
          b += (data[at + 2] as number) * alpha + white;
        }
      }
      const area = (bottom - top) * (right - left) * 255;
      out.set([Math.floor(r / area), Math.floor(g / area), Math.floor(b / area)], (v * across + u) * 3);
    }
  }
  return { across, down, data: out };
}

/** The 4 x 4 colors of one cell. */
function patchOf({ across, data }: Field, column: number, row: number): Uint8Array {
  const patch = new Uint8Array(PATTERN * 3);
  for (let v = 0; v < GRID; v++) {
    const from = ((row * GRID + v) * across + column * GRID) * 3;
    patch.set(data.subarray(from, from + GRID * 3), v * GRID * 3);
  }
  return patch;
}

/** The field at full size, bilinear in 1/256 steps: what shines through between the motifs. */
function paintField({ across, down, data }: Field, width: number, height: number): Canvas {
  const canvas = new Canvas(width, height, [255, 255, 255]);
  const place = (i: number, size: number, cells: number) => {
    const at = Math.max(0, Math.floor(((2 * i + 1) * cells * 128) / size) - 128);
    const near = Math.min(cells - 1, at >> 8);
    return { near, far: Math.min(cells - 1, near + 1), part: at & 255 };
  };
  const columns = Array.from({ length: width }, (_, x) => place(x, width, across));
  let to = 0;
  for (let y = 0; y < height; y++) {
    const v = place(y, height, down);
    for (const u of columns) {
      for (let c = 0; c < 3; c++) {
        const at = (row: number, column: number) => data[(row * across + column) * 3 + c] as number;
        const upper = at(v.near, u.near) * (256 - u.part) + at(v.near, u.far) * u.part;
        const lower = at(v.far, u.near) * (256 - u.part) + at(v.far, u.far) * u.part;
        canvas.data[to++] = (upper * (256 - v.part) + lower * v.part + 32768) >> 16;
      }
    }
  }
  return canvas;
}

const part = (patch: Uint8Array, i: number): Rgb => [
  patch[3 * i] as number,
  patch[3 * i + 1] as number,
  patch[3 * i + 2] as number,
];

const lumaOf = ([r, g, b]: Rgb): number => 77 * r + 150 * g + 29 * b;

function meanColor(colors: readonly Rgb[]): Rgb {
  const sum = (c: 0 | 1 | 2) => colors.reduce((n, color) => n + color[c], 0);
  const n = Math.max(1, colors.length);
  return [Math.floor(sum(0) / n), Math.floor(sum(1) / n), Math.floor(sum(2) / n)];
}

/** Smallest difference of light and dark, so that a motif shows in a flat cell too. */
const RELIEF = 26;

/** The cell's two tones and its ink pattern (dark = ink). */
function tonesOf(patch: Uint8Array): { light: Rgb; dark: Rgb; pattern: Int32Array } {
  const parts = Array.from({ length: PATTERN }, (_, i) => part(patch, i));
  const lumas = parts.map(lumaOf);
  const mean = lumas.reduce((a, b) => a + b, 0) / PATTERN;
  const whole = meanColor(parts);
  const bright = parts.filter((_, i) => (lumas[i] as number) > mean);
  const dim = parts.filter((_, i) => (lumas[i] as number) <= mean);
  let light = bright.length > 0 ? meanColor(bright) : whole;
  let dark = meanColor(dim);
  const gap = (lumaOf(light) - lumaOf(dark)) >> 8;
  if (gap < RELIEF) {
    // Scaled rather than shifted, so that hue and saturation stay.
    const lift = Math.ceil((RELIEF - gap) / 2);
    light = light.map((c) => Math.min(255, c + Math.floor(((255 - c) * lift) / 96))) as unknown as Rgb;
    dark = dark.map((c) => Math.max(0, c - Math.floor((c * lift) / 96))) as unknown as Rgb;
  }
  return { light, dark, pattern: normalized(lumas.map((l) => -l)) };
}

/** The motif that follows the pattern best; neighbours' motifs are passed over, equals fall to chance. */
function choose(
  motifs: readonly Motif[],
  pattern: Int32Array,
  avoid: readonly number[],
  prng: Prng,
): { motif: number; way: number; inverted: boolean } {
  let best = { motif: 0, way: 0, inverted: false };
  let bestScore = Number.NEGATIVE_INFINITY;
  // Starting anywhere and favouring a few at random keeps flat areas varied.
  const favour = prng.below(motifs.length);
  motifs.forEach(({ patterns }, motif) => {
    if (avoid.includes(motif)) return;
    const bonus = (motif + favour) % motifs.length < 24 ? 60_000 : 0;
    patterns.forEach((candidate, way) => {
      let dot = 0;
      for (let i = 0; i < PATTERN; i++) dot += (candidate[i] as number) * (pattern[i] as number);
      const score = Math.abs(dot) + bonus;
      if (score <= bestScore) return;
      bestScore = score;
      best = { motif, way, inverted: dot < 0 };
    });
  });
  return best;
}

/** Moves both tones by one amount per channel so that the printed cell keeps the cell's mean color. */
function keepMean(patch: Uint8Array, ground: Rgb, color: Rgb, coverage: number): { ground: Rgb; color: Rgb } {
  const mean = meanColor(Array.from({ length: PATTERN }, (_, i) => part(patch, i)));
  const by = [0, 1, 2].map((c) => {
    const printed = ((ground[c] as number) * (255 - coverage) + (color[c] as number) * coverage) / 255;
    return Math.round((mean[c] as number) - printed);
  });
  const moved = (tone: Rgb) => tone.map((v, c) => Math.min(255, Math.max(0, v + (by[c] as number)))) as unknown as Rgb;
  return { ground: moved(ground), color: moved(color) };
}
