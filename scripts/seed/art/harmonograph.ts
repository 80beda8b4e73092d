/** Harmonograph drawings: a pen moved by pendulums that slowly come to rest. */
import { Prng } from "../../../common/prng.ts";
import { ramp } from "./color.ts";
import { type Brief, type Picture, polyline, svgDocument } from "./picture.ts";

/** Two pendulums per axis in nearly whole ratios; the line's color wanders along the palette as the swing dies. */
export function harmonograph({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const [p, q] = prng.pick([
    [2, 3],
    [3, 4],
    [3, 5],
    [1, 2],
    [4, 5],
    [2, 5],
  ] as const);
  const drift = () => prng.range(0.0012, 0.0045) * prng.pick([-1, 1]);
  const x1 = { f: p + drift(), phase: prng.range(0, 6.28), size: 0.62 };
  const x2 = { f: q + drift(), phase: prng.range(0, 6.28), size: 0.34 };
  const y1 = { f: q + drift(), phase: prng.range(0, 6.28), size: 0.62 };
  const y2 = { f: p + drift(), phase: prng.range(0, 6.28), size: 0.34 };
  const decay = prng.range(0.0042, 0.0062);
  const turns = 88;
  const steps = turns * 130;
  const points: number[] = [];
  for (let i = 0; i <= steps; i++) {
    const t = (2 * Math.PI * i * turns) / steps / 1.6;
    const k = Math.exp(-decay * t);
    const x = k * (x1.size * Math.sin(x1.f * t + x1.phase) + x2.size * Math.sin(x2.f * t + x2.phase));
    const y = k * (y1.size * Math.sin(y1.f * t + y1.phase) + y2.size * Math.sin(y2.f * t + y2.phase));
    points.push(x, y);
  }
  const reachX = points.reduce((most, v, i) => (i % 2 === 0 ? Math.max(most, Math.abs(v)) : most), 0);
  const reachY = points.reduce((most, v, i) => (i % 2 === 1 ? Math.max(most, Math.abs(v)) : most), 0);
  const scaled = points.map((v, i) =>
    i % 2 === 0 ? width / 2 + (v / reachX) * width * 0.45 : height / 2 + (v / reachY) * height * 0.44,
  );
  const pieces = 60;
  let body = "";
  for (let i = 0; i < pieces; i++) {
    const from = Math.floor((i * steps) / pieces);
    const to = Math.floor(((i + 1) * steps) / pieces) + 1;
    const color = ramp(palette.colors, i / (pieces - 1));
    body += `<path d="${polyline(scaled.slice(from * 2, to * 2))}" stroke="${color}"/>`;
  }
  const group = `<g fill="none" stroke-width="1.15" stroke-linejoin="round" stroke-opacity="0.86">${body}</g>`;
  return { width, height, svg: svgDocument(width, height, palette.ground, group) };
}
