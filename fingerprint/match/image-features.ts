/** What is kept of a picture to recognise it again: a few small thumbnails, from which every code is derived. */
import type { Pixels } from "../image/decoders.ts";
import { applyKernel, bicubicKernel } from "../image/resampling.ts";
import type { Box } from "../image/box.ts";
import { layOn, trimBox } from "../image/gray-thumbnail.ts";
import { imageGround } from "./image-ground.ts";

/** Side of a view's gray thumbnail, pixels: enough for 8 x 8 blocks of 8 x 8 pixels, and for codes of its inner windows. */
export const VIEW_SIDE = 64;

/** Side of a view's two color planes, cells. */
export const CHROMA_SIDE = 16;

/** One frame of the picture, squeezed to a square. */
export type ImageView = {
  /** Frame as fractions of the upright picture: left, top, right, bottom. */
  frame: readonly [number, number, number, number];
  /** 64 x 64 luma levels, row by row. */
  gray: Uint8Array;
  /** 16 x 16 mean blue and red differences (JPEG's Cb and Cr, 128 is neutral). */
  blue: Uint8Array;
  red: Uint8Array;
};

/** All of the picture first, then what is left when its border is trimmed, where that differs. */
export type ImageFeatures = {
  kind: "image";
  views: ImageView[];
  /** Of the upright picture, pixels. */
  width: number;
  height: number;
};

/** The shorter side of the upright picture, pixels. */
export function shorterSide({ width, height }: ImageFeatures): number {
  return Math.min(width, height);
}

/**
 * Tolerances of the trims (see `grayThumbnails`): the exact border, one that keeps faint marks, one that survives the
 * ringing of a JPEG at quality 30.
 */
const TRIMS = [0, 16, 48];

/** Frames whose edges all lie this close, as a fraction of the picture, are one. */
const SAME_FRAME = 0.02;

/** Smallest side of a trimmed frame as a fraction of the picture: less is a speck on a plain ground. */
const SMALLEST_FRAME = 0.1;

/**
 * Reduces an upright picture to its views. Integer arithmetic: the same in Node and browser.
 * Transparent pixels are laid on their ground (see `imageGround`), in place.
 */
export function imageFeatures(pixels: Pixels): ImageFeatures {
  layOn(pixels.data, imageGround(pixels));
  const { width, height } = pixels;
  const boxes: Box[] = [{ left: 0, top: 0, right: width, bottom: height }];
  for (const tolerance of TRIMS) {
    const box = trimBox(pixels, tolerance);
    const speck = Math.min((box.right - box.left) / width, (box.bottom - box.top) / height) < SMALLEST_FRAME;
    if (!speck && !boxes.some((known) => sameFrame(known, box, pixels))) boxes.push(box);
  }
  return { kind: "image", views: boxes.map((box) => viewOf(pixels, box)), width, height };
}

function sameFrame(a: Box, b: Box, { width, height }: Pixels): boolean {
  const across = Math.max(Math.abs(a.left - b.left), Math.abs(a.right - b.right)) / width;
  const down = Math.max(Math.abs(a.top - b.top), Math.abs(a.bottom - b.bottom)) / height;
  return Math.max(across, down) < SAME_FRAME;
}

function viewOf(pixels: Pixels, box: Box): ImageView {
  const { width, height } = pixels;
  return {
    frame: [box.left / width, box.top / height, box.right / width, box.bottom / height],
    gray: grayOf(pixels, box),
    ...chromaOf(pixels, box),
  };
}

function grayOf({ width, data }: Pixels, box: Box): Uint8Array {
  const boxWidth = box.right - box.left;
  const boxHeight = box.bottom - box.top;
  const across = bicubicKernel(boxWidth, VIEW_SIDE);
  const line = new Uint8Array(boxWidth);
  const columns = new Uint8Array(VIEW_SIDE * boxHeight);
  for (let y = 0; y < boxHeight; y++) {
    let at = ((box.top + y) * width + box.left) * 4;
    for (let x = 0; x < boxWidth; x++, at += 4) {
      line[x] = (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471 + 0x8000) >> 16;
    }
    applyKernel(across, line, columns, y, boxHeight);
  }
  const down = bicubicKernel(boxHeight, VIEW_SIDE);
  const gray = new Uint8Array(VIEW_SIDE * VIEW_SIDE);
  for (let x = 0; x < VIEW_SIDE; x++) {
    applyKernel(down, columns.subarray(x * boxHeight, (x + 1) * boxHeight), gray, x, VIEW_SIDE);
  }
  return gray;
}

/** Mean color differences per cell; a cell that holds no pixel's center (pictures under 16 pixels) takes its nearest's. */
function chromaOf({ width, data }: Pixels, box: Box): { blue: Uint8Array; red: Uint8Array } {
  const blue = new Uint8Array(CHROMA_SIDE * CHROMA_SIDE);
  const red = new Uint8Array(CHROMA_SIDE * CHROMA_SIDE);
  const edge = (from: number, size: number, cell: number): number => from + Math.floor((cell * size) / CHROMA_SIDE);
  for (let cellY = 0; cellY < CHROMA_SIDE; cellY++) {
    const top = edge(box.top, box.bottom - box.top, cellY);
    const bottom = Math.max(edge(box.top, box.bottom - box.top, cellY + 1), top + 1);
    for (let cellX = 0; cellX < CHROMA_SIDE; cellX++) {
      const left = edge(box.left, box.right - box.left, cellX);
      const right = Math.max(edge(box.left, box.right - box.left, cellX + 1), left + 1);
      let r = 0;
      let g = 0;
      let b = 0;
      for (let y = top; y < bottom; y++) {
        for (let at = (y * width + left) * 4, end = (y * width + right) * 4; at < end; at += 4) {
          r += data[at]!;
          g += data[at + 1]!;
          b += data[at + 2]!;
        }
      }
      const pixels = (bottom - top) * (right - left) * 65536;
      blue[cellY * CHROMA_SIDE + cellX] = level(128 + (-11059 * r - 21709 * g + 32768 * b) / pixels);
      red[cellY * CHROMA_SIDE + cellX] = level(128 + (32768 * r - 27439 * g - 5329 * b) / pixels);
    }
  }
  return { blue, red };
}

/** Pure red and pure blue come to 255.5. */
function level(value: number): number {
  return Math.min(Math.max(Math.round(value), 0), 255);
}

/** Largest range of gray levels in a 3 x 3 neighbourhood that is flat. */
const FLAT_RANGE = 2;

/** Share of a view's pixels that lie in even ground: under a fifth of most photographs, about half of a drawing. */
export function flatShare({ gray }: ImageView): number {
  let flat = 0;
  for (let y = 1; y < VIEW_SIDE - 1; y++) {
    for (let x = 1; x < VIEW_SIDE - 1; x++) {
      let low = 255;
      let high = 0;
      for (let row = y - 1; row <= y + 1; row++) {
        for (let at = row * VIEW_SIDE + x - 1, end = at + 3; at < end; at++) {
          low = Math.min(low, gray[at]!);
          high = Math.max(high, gray[at]!);
        }
      }
      if (high - low <= FLAT_RANGE) flat++;
    }
  }
  return flat / (VIEW_SIDE - 2) ** 2;
}

/** Shares of even ground up to which it is a photograph, and from which it is a drawing. */
export const EVENNESS = { from: 0.16, to: 0.45 };

/** Where between photograph and drawing a share of even ground lies, 0 to 1. */
export function evenness(flat: number): number {
  return Math.min(Math.max((flat - EVENNESS.from) / (EVENNESS.to - EVENNESS.from), 0), 1);
}

/** Levels from the ground's own that still belong to it, and levels that make a palette. */
const GROUND_RANGE = 4;
const PALETTE = 12;

/**
 * Share of what stands on the ground (the commonest level) that the twelve commonest other levels hold: a fifth in photographs, also of
 * one thing on white, a third to all in drawings, whose fills are even.
 */
export function paletteShare({ gray }: ImageView): number {
  const counts = new Uint32Array(256);
  for (const level of gray) counts[level]!++;
  const within = (level: number, range: number): number => {
    let sum = 0;
    for (let i = Math.max(level - range, 0); i <= Math.min(level + range, 255); i++) sum += counts[i]!;
    return sum;
  };
  let ground = 0;
  for (let level = 1; level < 256; level++) if (within(level, 2) > within(ground, 2)) ground = level;
  const others = counts.filter((_, level) => Math.abs(level - ground) > GROUND_RANGE).sort();
  const standing = others.reduce((sum, count) => sum + count, 0);
  return standing === 0 ? 1 : others.subarray(-PALETTE).reduce((sum, count) => sum + count, 0) / standing;
}
