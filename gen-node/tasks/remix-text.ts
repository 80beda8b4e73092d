/**
 * The task "remix-image" on a text: a page whose words are rows of motifs. Each character always gets the same motif
 * on one page, so that the text's rhythm and repetitions show; the text's own hash picks colors and motifs.
 */
import { sha256Hex } from "../../common/digest.ts";
import { Prng } from "../../common/prng.ts";
import type { Pixels } from "../encode/png.ts";
import type { Generator } from "../models/generator.ts";
import { IMAGE_PIXELS } from "../models/seed-gan.ts";
import { Canvas } from "./canvas.ts";
import { luma, mix, PALETTES, paletteOf, type Rgb } from "./color.ts";
import { renderInk } from "./ink.ts";
import { drawLatent, packLatents } from "./latents.ts";
import type { RemixParameters } from "./remix-picture.ts";

/** A character set on the page: its column and row in cells. */
export type SetCharacter = { column: number; row: number; character: string; word: number };

/** Tallest page: rows per column count. */
const PAGE_RATIO = 1.4;

/**
 * Breaks a text into lines of at most `columns` cells: at spaces, inside a word only when it is longer than a line. A
 * text longer than the page is cut at its end.
 */
export function setText(text: string, columns: number, rows: number): SetCharacter[] {
  const set: SetCharacter[] = [];
  let [row, column, word] = [0, 0, 0];
  for (const line of text.split(/\r\n|[\n\r\u2028\u2029]/)) {
    for (const part of line.split(/\s+/u).filter((piece) => piece !== "")) {
      const letters = Array.from(part);
      if (column > 0 && column + letters.length > columns) [row, column] = [row + 1, 0];
      for (const character of letters) {
        if (column === columns) [row, column] = [row + 1, 0];
        if (row >= rows) return set;
        set.push({ column, row, character, word });
        column++;
      }
      column++;
      word++;
    }
    // An empty line stays one: paragraphs are part of the page's look.
    if (column > 0 || (row > 0 && line.trim() === "")) [row, column] = [row + 1, 0];
  }
  return set;
}

const UPPER = /\p{Lu}/u;
const MARK = /[\p{P}\p{S}]/u;

/** Remixes a text. @param bytes the text's UTF-8 bytes: all of them count, also those past the page's end */
export function remixText(generator: Generator, bytes: Uint8Array, text: string, parameters: RemixParameters): Pixels {
  const { seed, tiles, tilePixels } = parameters;
  const digest = sha256Hex(bytes);
  const prng = new Prng(`colophon/remix-text/1/${seed}/${digest}`);
  const { paper, inks } = paletteOf(prng.pick(PALETTES));
  const maxRows = Math.max(1, Math.round(tiles * PAGE_RATIO));
  const set = setText(text, tiles, maxRows);
  const rows = Math.max(Math.ceil(tiles / 2), ...set.map(({ row }) => row + 1));

  const characters = [...new Set(set.map(({ character }) => character.toLowerCase()))].sort();
  const latents = characters.map((character) => drawLatent(new Prng(`${seed}/${digest}/${character}`)));
  const motifs = generator.draw(packLatents(latents));
  const ink = characters.map((_, n) =>
    renderInk(motifs.subarray(n * IMAGE_PIXELS, (n + 1) * IMAGE_PIXELS), tilePixels),
  );

  const margin = 2 * tilePixels;
  const canvas = new Canvas(tiles * tilePixels + 2 * margin, rows * tilePixels + 2 * margin, paper);
  const dark = inks.filter((color) => Math.abs(luma(paper) - luma(color)) >= 72);
  const readable: readonly Rgb[] = dark.length > 0 ? dark : inks;
  const wordColors = new Map<number, Rgb>();
  for (const { column, row, character, word } of set) {
    if (!wordColors.has(word)) wordColors.set(word, prng.pick(readable));
    const color = wordColors.get(word) as Rgb;
    const coverage = ink[characters.indexOf(character.toLowerCase())] as Uint8Array;
    const [left, top] = [margin + column * tilePixels, margin + row * tilePixels];
    // Capitals are printed in negative, marks in a lighter ink: the page keeps the text's emphasis.
    if (UPPER.test(character)) canvas.press(coverage, tilePixels, left, top, color, mix(paper, color, 24));
    else
      canvas.press(
        coverage,
        tilePixels,
        left,
        top,
        mix(paper, color, 26),
        MARK.test(character) ? mix(paper, color, 128) : color,
      );
  }
  return canvas.pixels;
}
