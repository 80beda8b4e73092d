/** Ink currents: brush strokes that follow a field of flow and never touch. */
import { Prng } from "../../../common/prng.ts";
import { Noise } from "./noise.ts";
import { type Brief, type Picture, px, svgDocument } from "./picture.ts";

const STEP = 4;

/**
 * Strokes are traced both ways from random points through noise plus a few vortices, and end before they would touch
 * an earlier one (after Jobard and Lefer 1997); broad ones first, then finer ones in the gaps.
 */
export function currents({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const noise = new Noise(prng);
  const scale = prng.range(0.0011, 0.0019);
  const turn = prng.range(1.1, 1.9);
  const vortices = Array.from({ length: 1 + prng.below(3) }, () => ({
    x: prng.range(0.15, 0.85) * width,
    y: prng.range(0.15, 0.85) * height,
    reach: prng.range(0.18, 0.34) * width,
    spin: prng.pick([-1, 1]) * prng.range(1.1, 1.6),
  }));
  const tilt = prng.range(-0.5, 0.5);
  const angleAt = (x: number, y: number) => {
    let vx = Math.cos(tilt + turn * noise.fbm(x * scale, y * scale, 2) * Math.PI);
    let vy = Math.sin(tilt + turn * noise.fbm(x * scale, y * scale, 2) * Math.PI);
    for (const vortex of vortices) {
      const dx = x - vortex.x;
      const dy = y - vortex.y;
      const d = Math.hypot(dx, dy) + 1;
      const pull = 2.2 * Math.exp(-((d / vortex.reach) ** 2));
      vx += (pull * (-dy * vortex.spin - 0.25 * dx)) / d;
      vy += (pull * (dx * vortex.spin - 0.25 * dy)) / d;
    }
    return Math.atan2(vy, vx);
  };

  const margin = Math.round(width * 0.055);
  const taken = new Uint8Array(width * height);
  const free = (x: number, y: number) =>
    x >= margin &&
    y >= margin &&
    x < width - margin &&
    y < height - margin &&
    taken[Math.floor(y) * width + Math.floor(x)] === 0;
  const trace = (x: number, y: number, sense: number, limit: number) => {
    const points: number[] = [];
    for (let i = 0; i < limit && free(x, y); i++) {
      points.push(x, y);
      const angle = angleAt(x, y);
      x += sense * STEP * Math.cos(angle);
      y += sense * STEP * Math.sin(angle);
    }
    return points;
  };
  const mark = (points: number[], radius: number) => {
    const r = Math.ceil(radius);
    for (let i = 0; i < points.length; i += 2) {
      const cx = Math.floor(points[i] as number);
      const cy = Math.floor(points[i + 1] as number);
      for (let y = Math.max(0, cy - r); y <= Math.min(height - 1, cy + r); y++) {
        for (let x = Math.max(0, cx - r); x <= Math.min(width - 1, cx + r); x++) {
          if ((x - cx) ** 2 + (y - cy) ** 2 <= radius * radius) taken[y * width + x] = 1;
        }
      }
    }
  };

  const passes = [
    { tries: 90, breadth: 22, least: 30, most: 120 },
    { tries: 420, breadth: 11, least: 16, most: 110 },
    { tries: 2600, breadth: 5, least: 9, most: 90 },
    { tries: 5000, breadth: 2.4, least: 6, most: 60 },
  ];
  const field = new Noise(prng);
  let body = "";
  for (const pass of passes) {
    for (let i = 0; i < pass.tries; i++) {
      const x = prng.range(margin, width - margin);
      const y = prng.range(margin, height - margin);
      const breadth = pass.breadth * prng.range(0.65, 1.25);
      if (!free(x, y)) continue;
      const back = trace(x, y, -1, pass.most / 2);
      const points: number[] = [];
      for (let k = back.length - 2; k > 0; k -= 2) points.push(back[k] as number, back[k + 1] as number);
      points.push(...trace(x, y, 1, pass.most / 2));
      if (points.length / 2 < pass.least) continue;
      mark(points, breadth / 2 + breadth * 0.42 + 1.2);
      const region = field.fbm(x * 0.0022, y * 0.0022, 2) * 0.5 + 0.5 + prng.range(-0.16, 0.16);
      const index = Math.floor(Math.max(0, Math.min(0.999, region)) * palette.colors.length);
      const color = prng.float() < 0.1 ? palette.ink : (palette.colors[index] as string);
      body += `<path d="${brush(points, breadth)}" fill="${color}"/>`;
    }
  }
  return { width, height, svg: svgDocument(width, height, palette.ground, body) };
}

/** Outline of a stroke that swells from its head and thins out to its tail; points x, y; breadth in pixels. */
function brush(points: readonly number[], breadth: number): string {
  const count = points.length / 2;
  const left: string[] = [];
  const right: string[] = [];
  for (let i = 0; i < count; i++) {
    const a = Math.max(0, i - 1) * 2;
    const b = Math.min(count - 1, i + 1) * 2;
    const dx = (points[b] as number) - (points[a] as number);
    const dy = (points[b + 1] as number) - (points[a + 1] as number);
    const d = Math.hypot(dx, dy) || 1;
    const t = i / (count - 1);
    const half = (breadth / 2) * Math.min(1, Math.sqrt(t * 14)) * (1 - t * t * t) ** 0.8;
    const x = points[i * 2] as number;
    const y = points[i * 2 + 1] as number;
    left.push(`${px(x - (dy / d) * half)} ${px(y + (dx / d) * half)}`);
    right.push(`${px(x + (dy / d) * half)} ${px(y - (dx / d) * half)}`);
  }
  return `M${left.join("L")}L${right.reverse().join("L")}Z`;
}
