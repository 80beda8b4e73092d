/** The task "generate-image": a printed sheet of generated motifs. */
import { Prng } from "../../common/prng.ts";
import type { Pixels } from "../encode/png.ts";
import type { Generator } from "../models/generator.ts";
import { IMAGE_PIXELS } from "../models/seed-gan.ts";
import { Canvas } from "./canvas.ts";
import { luma, mix, PALETTES, type Palette, paletteOf, type Rgb } from "./color.ts";
import { orient, renderInk } from "./ink.ts";
import { blendLatents, drawLatent, packLatents } from "./latents.ts";

/** One printed square: where, how large (in cells), which latent, how laid and in which colors. */
type Block = { row: number; column: number; span: number; latent: number; way: number; ground: Rgb; ink: Rgb };

export type GenerateImageParameters = { seed: string; tiles: number; tilePixels: number; palette?: readonly string[] };

/** Paper around the sheet, pixels. */
const marginOf = (tilePixels: number): number => Math.max(4, tilePixels >> 1);

/** Side of the picture in pixels. */
export function sheetSide(tiles: number, tilePixels: number): number {
  return tiles * tilePixels + 2 * marginOf(tilePixels);
}

/**
 * Draws the sheet. The seed picks palette, layout and latents.
 * @param parameters.tiles cells per side @param parameters.tilePixels pixels per cell side
 */
export function generateImage(generator: Generator, parameters: GenerateImageParameters): Pixels {
  const { seed, tiles, tilePixels } = parameters;
  const prng = new Prng(`colophon/generate-image/1/${seed}`);
  const palette = paletteOf(parameters.palette ?? prng.pick(PALETTES));
  const plan = prng.pick([fieldPlan, quiltPlan, fieldPlan, scatterPlan])(prng, tiles);
  // One choice of colors per latent, so that a quilt's mirrored squares also share them.
  const colors = plan.latents.map((_, latent) => {
    const tone = plan.blocks.find((block) => block.latent === latent)?.tone ?? 0;
    return colorsFor(palette, prng, tone);
  });
  const blocks = plan.blocks.map((block): Block => ({ ...block, ...(colors[block.latent] as Colors) }));
  const motifs = generator.draw(packLatents(plan.latents));

  const side = sheetSide(tiles, tilePixels);
  const canvas = new Canvas(side, side, palette.paper);
  const margin = marginOf(tilePixels);
  for (const { row, column, span, latent, way, ground, ink } of blocks) {
    const tile = motifs.subarray(latent * IMAGE_PIXELS, (latent + 1) * IMAGE_PIXELS);
    const size = span * tilePixels;
    const pressed = orient(renderInk(tile, size), size, way);
    canvas.press(pressed, size, margin + column * tilePixels, margin + row * tilePixels, ground, ink);
  }
  return canvas.pixels;
}

type Colors = Pick<Block, "ground" | "ink">;

/** `tone` 0 to 255 steers color: neighbours with near tones get near colors. */
type Placed = Pick<Block, "row" | "column" | "span" | "latent" | "way"> & { tone: number };
type Plan = { latents: Float64Array[]; blocks: Placed[] };

/** Ground and ink that differ enough to read; ground is the paper more often than not. */
function colorsFor({ paper, inks }: Palette, prng: Prng, tone: number): Colors {
  const all: Rgb[] = [...inks, paper];
  const near = Math.min(inks.length - 1, (tone * inks.length) >> 8);
  const ink = prng.below(5) === 0 ? prng.pick(inks) : (inks[near] as Rgb);
  const readable = all.filter((color) => Math.abs(luma(color) - luma(ink)) >= 72);
  if (readable.length === 0) return { ground: mix(paper, ink, 20), ink };
  const ground = prng.below(100) < 45 && readable.includes(paper) ? paper : prng.pick(readable);
  // Never the pure paper inside the sheet: a breath of ink sets each square off from its neighbours.
  return { ground: ground === paper ? mix(paper, ink, 10 + prng.below(14)) : ground, ink };
}

/** Covers the sheet with squares of one, two or three cells, larger ones first come. */
function tiling(prng: Prng, tiles: number, largest: number): { row: number; column: number; span: number }[] {
  const taken = new Uint8Array(tiles * tiles);
  const blocks: { row: number; column: number; span: number }[] = [];
  const free = (row: number, column: number, span: number) => {
    if (row + span > tiles || column + span > tiles) return false;
    for (let y = row; y < row + span; y++)
      for (let x = column; x < column + span; x++) if (taken[y * tiles + x]) return false;
    return true;
  };
  for (let cell = 0; cell < tiles * tiles; cell++) {
    const [row, column] = [Math.floor(cell / tiles), cell % tiles];
    if (taken[cell]) continue;
    const wish = prng.below(12) === 0 ? 3 : prng.below(5) === 0 ? 2 : 1;
    let span = Math.min(wish, largest);
    while (!free(row, column, span)) span--;
    for (let y = row; y < row + span; y++) taken.fill(1, y * tiles + column, y * tiles + column + span);
    blocks.push({ row, column, span });
  }
  return blocks;
}

/** A walk between four corner latents: motifs and colors change smoothly over the sheet. */
function fieldPlan(prng: Prng, tiles: number): Plan {
  const corners = [0, 1, 2, 3].map(() => drawLatent(prng));
  const latents: Float64Array[] = [];
  const blocks = tiling(prng, tiles, tiles >= 6 ? 3 : 1).map((block): Placed => {
    const u = (block.column + block.span / 2) / tiles;
    const v = (block.row + block.span / 2) / tiles;
    const weights = [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v];
    latents.push(blendLatents([...corners, drawLatent(prng)], [...weights, 0.42]));
    const tone = Math.floor(255 * Math.min(1, Math.max(0, (u + v) / 2 + (prng.float() - 0.5) * 0.3)));
    return { ...block, latent: latents.length - 1, way: 0, tone };
  });
  return { latents, blocks };
}

/** A quilt: the first quarter, mirrored over both axes. */
function quiltPlan(prng: Prng, tiles: number): Plan {
  const half = Math.ceil(tiles / 2);
  const latents = Array.from({ length: half * half }, () => drawLatent(prng));
  const tones = latents.map(() => prng.below(256));
  const blocks: Placed[] = [];
  for (let row = 0; row < tiles; row++) {
    for (let column = 0; column < tiles; column++) {
      const [r, c] = [Math.min(row, tiles - 1 - row), Math.min(column, tiles - 1 - column)];
      const latent = r * half + c;
      const way = (c !== column ? 1 : 0) | (r !== row ? 2 : 0);
      blocks.push({ row, column, span: 1, latent, way, tone: tones[latent] as number });
    }
  }
  return { latents, blocks };
}

/** Independent motifs of mixed sizes. */
function scatterPlan(prng: Prng, tiles: number): Plan {
  const latents: Float64Array[] = [];
  const blocks = tiling(prng, tiles, tiles >= 4 ? 3 : 1).map((block): Placed => {
    latents.push(drawLatent(prng));
    return { ...block, latent: latents.length - 1, way: prng.below(4), tone: prng.below(256) };
  });
  return { latents, blocks };
}
