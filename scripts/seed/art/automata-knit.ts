/** Knitted automata: a row of stitches decides the next, as on a loom that follows one small rule. */
import { Prng } from "../../../common/prng.ts";
import { mix } from "./color.ts";
import { type Brief, type Picture, px, svgDocument } from "./picture.ts";

/**
 * A totalistic automaton with as many states as yarns: the sum of three neighbors picks the new state. The cloth is
 * mirrored left to right, banded, and drawn stitch by stitch.
 */
export function automataKnit({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const stitch = 17;
  const cols = Math.floor(width / stitch);
  const rows = Math.floor(height / (stitch * 0.86)) + 1;
  const yarns = [palette.ground, ...prng.shuffle(palette.colors).slice(0, 3)];
  const cloth = weave(prng, cols, rows, yarns.length);
  const left = width / 2 - (cols * stitch) / 2;
  const paths = new Map<string, string>();
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const state = cloth[row * cols + col] as number;
      const base = yarns[state] as string;
      const x = left + col * stitch;
      const y = row * stitch * 0.86;
      const shade = (row + col) % 2 === 0 ? base : mix(base, palette.ink, 0.05);
      add(paths, shade, leg(x + stitch * 0.27, y + stitch * 0.5, stitch, 1));
      add(paths, mix(base, palette.ink, 0.16), leg(x + stitch * 0.73, y + stitch * 0.5, stitch, -1));
    }
  }
  const body = [...paths].map(([color, d]) => `<path d="${d}" fill="${color}"/>`).join("");
  return { width, height, svg: svgDocument(width, height, mix(palette.ink, palette.ground, 0.18), body) };
}

/** States row by row; tries rules until the cloth is neither empty nor plain noise. */
function weave(prng: Prng, cols: number, rows: number, states: number): Uint8Array {
  const half = Math.ceil(cols / 2);
  let best: { score: number; cells: Uint8Array } | undefined;
  for (let attempt = 0; attempt < 120; attempt++) {
    const rule = Array.from({ length: 3 * (states - 1) + 1 }, (_, i) => (i === 0 ? 0 : prng.below(states)));
    const cells = new Uint8Array(cols * rows);
    let line = Array.from({ length: half }, (_, i) =>
      i === half - 1 || i % 23 === attempt % 23 ? 1 + (i % (states - 1)) : 0,
    );
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < half; i++) {
        cells[row * cols + i] = line[i] as number;
        cells[row * cols + cols - 1 - i] = line[i] as number;
      }
      line = line.map((own, i) => {
        const sum = own + (line[i - 1] ?? 0) + (line[i + 1] ?? line[half - 1] ?? 0);
        return rule[sum] as number;
      });
    }
    const score = interest(cells, cols, rows, states);
    if (!best || score > best.score) best = { score, cells };
  }
  return (best as { cells: Uint8Array }).cells;
}

/** High where all states are in use and equal neighbors are common but not everywhere. */
function interest(cells: Uint8Array, cols: number, rows: number, states: number): number {
  const counts = Array.from({ length: states }, () => 0);
  let same = 0;
  for (let i = cols; i < cells.length; i++) {
    counts[cells[i] as number] = (counts[cells[i] as number] as number) + 1;
    if (cells[i] === cells[i - 1]) same++;
  }
  const total = cols * (rows - 1);
  const scarce = Math.min(...counts) / total;
  return Math.min(scarce, 0.14) * 3 - Math.abs(same / total - 0.66);
}

function leg(cx: number, cy: number, stitch: number, lean: 1 | -1): string {
  const w = stitch * 0.235;
  const h = stitch * 0.6;
  const s = lean * stitch * 0.16;
  return (
    `M${px(cx - w - s)} ${px(cy - h)}Q${px(cx + w * 0.9 - s)} ${px(cy - h * 0.86)} ${px(cx + w + s)} ${px(cy + h * 0.86)}` +
    `Q${px(cx - w * 0.7 + s)} ${px(cy + h * 0.7)} ${px(cx - w - s)} ${px(cy - h)}Z`
  );
}

function add(paths: Map<string, string>, color: string, d: string): void {
  paths.set(color, (paths.get(color) ?? "") + d);
}
