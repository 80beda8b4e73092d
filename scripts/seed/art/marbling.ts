/** Marbled paper: drops of ink on water, pushed about with a needle and a comb. */
import { Prng } from "../../../common/prng.ts";
import { type Brief, type Picture, polyline, svgDocument } from "./picture.ts";

const CORNERS = 700;

type Drop = { color: string; points: Float64Array };

/**
 * Closed forms of Lu, Jaffer, Jin, Zhao and Mao, "Mathematical Marbling" (2012): a drop of radius r at C moves P to
 * C + (P - C) sqrt(1 + r^2 / |P - C|^2); a needle drawn along a line drags with a strength that halves with distance.
 */
export function marbling({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const drops: Drop[] = [];
  const unit = Math.min(width, height) / 900;
  const mode = prng.below(3);
  if (mode === 0) rings(prng, drops, width, height, palette.colors, palette.ground, unit);
  else stones(prng, drops, width, height, palette.colors, palette.ground, palette.ink, unit);
  if (mode === 0) {
    for (let i = 0; i < 7; i++) swirl(drops, prng, width, height, 34 * unit);
    for (let i = 0; i < 3; i++) {
      needle(drops, prng.range(0, width), prng.range(0, height), prng.range(0, 2 * Math.PI), 80 * unit, 70 * unit);
    }
  } else if (mode === 1) {
    comb(drops, width, height, Math.PI / 2, 150 * unit, 150 * unit, 30 * unit);
    comb(drops, width, height, -Math.PI / 2, 150 * unit, 150 * unit, 30 * unit, 75 * unit);
    for (let i = 0; i < 3; i++) swirl(drops, prng, width, height, 50 * unit);
  } else {
    comb(drops, width, height, prng.range(-0.2, 0.2), 150 * unit, 130 * unit, 36 * unit);
    for (let i = 0; i < 9; i++) swirl(drops, prng, width, height, 60 * unit);
  }
  const body = drops.map((drop) => `<path d="${polyline(drop.points, true)}" fill="${drop.color}"/>`).join("");
  return { width, height, svg: svgDocument(width, height, palette.ground, body) };
}

/** Floating-ink rings: ink and clear drops by turns at a few centers. */
function rings(
  prng: Prng,
  drops: Drop[],
  width: number,
  height: number,
  colors: readonly string[],
  ground: string,
  unit: number,
): void {
  const centers = Array.from({ length: 5 }, () => ({
    x: prng.range(0.02, 0.98) * width,
    y: prng.range(0.02, 0.98) * height,
    color: prng.pick(colors),
    weight: prng.range(0.8, 1.5),
  }));
  for (let i = 0; i < 150; i++) {
    const center = centers[i % centers.length] as (typeof centers)[number];
    const color = i % 8 < 4 ? center.color : ground;
    const r = (i % 8 < 4 ? prng.range(26, 46) : prng.range(30, 56)) * unit * center.weight;
    drop(drops, center.x + prng.range(-5, 5) * unit, center.y + prng.range(-5, 5) * unit, r, color);
    if (prng.float() < 0.08) center.color = prng.pick(colors);
  }
}

/** Scattered drops of all sizes, the base of most marbled papers. */
function stones(
  prng: Prng,
  drops: Drop[],
  width: number,
  height: number,
  colors: readonly string[],
  ground: string,
  ink: string,
  unit: number,
): void {
  const inks = [...colors, ...colors, ground, ink];
  for (let i = 0; i < 130; i++) {
    const r = (i < 50 ? prng.range(60, 110) : prng.range(16, 60)) * unit;
    drop(drops, prng.range(-0.08, 1.08) * width, prng.range(-0.08, 1.08) * height, r, prng.pick(inks));
  }
}

function drop(drops: Drop[], x: number, y: number, r: number, color: string): void {
  for (const { points } of drops) {
    for (let i = 0; i < points.length; i += 2) {
      const dx = (points[i] as number) - x;
      const dy = (points[i + 1] as number) - y;
      const k = Math.sqrt(1 + (r * r) / (dx * dx + dy * dy + 1e-9));
      points[i] = x + dx * k;
      points[i + 1] = y + dy * k;
    }
  }
  const points = new Float64Array(CORNERS * 2);
  for (let i = 0; i < CORNERS; i++) {
    points[i * 2] = x + r * Math.cos((2 * Math.PI * i) / CORNERS);
    points[i * 2 + 1] = y + r * Math.sin((2 * Math.PI * i) / CORNERS);
  }
  drops.push({ color, points });
}

/** One needle along a line through (x, y). */
function needle(drops: Drop[], x: number, y: number, angle: number, push: number, reach: number): void {
  const ux = Math.cos(angle);
  const uy = Math.sin(angle);
  for (const { points } of drops) {
    for (let i = 0; i < points.length; i += 2) {
      const across = Math.abs(((points[i] as number) - x) * -uy + ((points[i + 1] as number) - y) * ux);
      const d = push * 2 ** (-across / reach);
      points[i] = (points[i] as number) + ux * d;
      points[i + 1] = (points[i + 1] as number) + uy * d;
    }
  }
}

/** A row of needles, `spacing` apart, drawn in one direction. */
function comb(
  drops: Drop[],
  width: number,
  height: number,
  angle: number,
  spacing: number,
  push: number,
  reach: number,
  offset = 0,
): void {
  const ux = Math.cos(angle);
  const uy = Math.sin(angle);
  for (const { points } of drops) {
    for (let i = 0; i < points.length; i += 2) {
      const across = ((points[i] as number) - width / 2) * -uy + ((points[i + 1] as number) - height / 2) * ux + offset;
      const near = Math.abs(across - Math.round(across / spacing) * spacing);
      const d = push * 2 ** (-near / reach);
      points[i] = (points[i] as number) + ux * d;
      points[i + 1] = (points[i + 1] as number) + uy * d;
    }
  }
}

/** A turn of the needle around a random center. */
function swirl(drops: Drop[], prng: Prng, width: number, height: number, reach: number): void {
  const x = prng.range(0.1, 0.9) * width;
  const y = prng.range(0.1, 0.9) * height;
  const radius = prng.range(0.06, 0.2) * width;
  const push = prng.pick([-1, 1]) * prng.range(120, 260) * (width / 1200);
  for (const { points } of drops) {
    for (let i = 0; i < points.length; i += 2) {
      const dx = (points[i] as number) - x;
      const dy = (points[i + 1] as number) - y;
      const d = Math.hypot(dx, dy) + 1e-6;
      const angle = (push * 2 ** (-Math.abs(d - radius) / reach)) / Math.max(d, radius * 0.6);
      const c = Math.cos(angle);
      const s = Math.sin(angle);
      points[i] = x + dx * c - dy * s;
      points[i + 1] = y + dx * s + dy * c;
    }
  }
}
