/** Covers drawn from the score itself: notes as marks, on a roll or around a disc. */
import { mix } from "../art/color.ts";
import { type Palette, type Picture, px, svgDocument } from "../art/picture.ts";
import type { Note, Score } from "./score.ts";

const SIDE = 1000;

/** A square picture in which every note of the piece is one mark. */
export function cover(score: Score, layout: CoverLayout, palette: Palette): Picture {
  return { width: SIDE, height: SIDE, svg: svgDocument(SIDE, SIDE, palette.ground, LAYOUTS[layout](score, palette)) };
}

function span(notes: readonly Note[]): { low: number; high: number } {
  const pitches = notes.map((note) => note.pitch);
  return { low: Math.min(...pitches), high: Math.max(...pitches) };
}

function colorOf(note: Note, palette: Palette, low: number): string {
  if (note.voice === "bass") return palette.ink;
  if (note.voice === "harmony") return mix(palette.colors[0] as string, palette.ground, 0.35);
  const bright = palette.colors.slice(1);
  return bright[(note.pitch - low) % bright.length] as string;
}

/** Once around is the whole piece; high notes lie outside. */
function disc(score: Score, palette: Palette): string {
  const { low, high } = span(score.notes);
  const c = SIDE / 2;
  let out = "";
  for (let r = 150; r <= 430; r += 14) {
    out += `<circle cx="${c}" cy="${c}" r="${r}" fill="none" stroke="${mix(palette.ink, palette.ground, 0.84)}" stroke-width="1"/>`;
  }
  for (const note of score.notes) {
    const r = 150 + ((note.pitch - low) / (high - low)) * 280;
    const a = (note.start / score.length) * 2 * Math.PI - Math.PI / 2;
    const b = ((note.start + note.length) / score.length) * 2 * Math.PI - Math.PI / 2 - 0.012;
    const large = b - a > Math.PI ? 1 : 0;
    const thick = note.voice === "melody" ? 11 + note.velocity / 11 : note.voice === "bass" ? 9 : 6;
    out += `<path d="M${px(c + r * Math.cos(a))} ${px(c + r * Math.sin(a))}A${px(r)} ${px(r)} 0 ${large} 1 ${px(c + r * Math.cos(b))} ${px(c + r * Math.sin(b))}" fill="none" stroke="${colorOf(note, palette, low)}" stroke-width="${px(thick)}" stroke-linecap="round"/>`;
  }
  return `${out}<circle cx="${c}" cy="${c}" r="104" fill="${palette.colors[1]}"/><circle cx="${c}" cy="${c}" r="13" fill="${palette.ground}"/>`;
}

/** A roll of paper with one line per two bars. */
function roll(score: Score, palette: Palette): string {
  const { low, high } = span(score.notes);
  const lines = 4;
  const m = 90;
  const tall = (SIDE - 2 * m) / lines;
  let out = "";
  for (let line = 0; line < lines; line++) {
    const top = m + line * tall;
    for (let k = 0; k < 5; k++) {
      const y = top + tall * (0.2 + 0.15 * k);
      out += `<path d="M${m} ${px(y)}H${SIDE - m}" stroke="${mix(palette.ink, palette.ground, 0.72)}" stroke-width="1.5"/>`;
    }
  }
  for (const note of score.notes) {
    const at = (note.start / score.length) * lines;
    const line = Math.floor(at);
    const x = m + (at - line) * (SIDE - 2 * m);
    const w = Math.max(8, (note.length / score.length) * lines * (SIDE - 2 * m) - 5);
    const y = m + line * tall + tall * (0.92 - 0.84 * ((note.pitch - low) / (high - low)));
    const h = note.voice === "melody" ? 19 : note.voice === "bass" ? 12 : 7;
    out += `<rect x="${px(x)}" y="${px(y - h / 2)}" width="${px(Math.min(w, SIDE - m - x))}" height="${h}" rx="${h / 2}" fill="${colorOf(note, palette, low)}"/>`;
  }
  return out;
}

/** Notes as half rings that stand on a time line: size is length, height of the stroke is loudness. */
function arcs(score: Score, palette: Palette): string {
  const { low, high } = span(score.notes.filter((note) => note.voice === "melody"));
  const base = 620;
  const m = 70;
  const wide = SIDE - 2 * m;
  let out = `<rect y="${base}" width="${SIDE}" height="${SIDE - base}" fill="${mix(palette.colors[0] as string, palette.ground, 0.82)}"/>`;
  for (const note of score.notes) {
    const x = m + ((note.start + note.length / 2) / score.length) * wide;
    const rise = Math.max(0, (note.pitch - low) / (high - low));
    const r = 14 + Math.sqrt(note.length) * (note.voice === "melody" ? 2.3 : 1.3);
    const tall = note.voice === "melody" ? 90 + rise * 400 : 90 + Math.sqrt(note.length) * 3;
    const up = note.voice === "melody" ? 1 : 0;
    const thick = note.voice === "melody" ? 9 : 4;
    out += `<path d="M${px(x - r)} ${base}A${px(r)} ${px(tall)} 0 0 ${up} ${px(x + r)} ${base}" fill="none" stroke="${colorOf(note, palette, low)}" stroke-width="${thick}" stroke-opacity="0.9"/>`;
  }
  return `${out}<path d="M0 ${base}H${SIDE}" stroke="${palette.ink}" stroke-width="4"/>`;
}

const LAYOUTS = { disc, roll, arcs };

export type CoverLayout = keyof typeof LAYOUTS;
