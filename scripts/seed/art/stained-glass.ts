/** Stained glass: a rose window, or a landscape seen through one. */
import { Prng } from "../../../common/prng.ts";
import { mix, ramp } from "./color.ts";
import { Noise } from "./noise.ts";
import { type Brief, type Palette, type Picture, polyline, svgDocument } from "./picture.ts";
import { middle, type Point, relax, voronoiCells } from "./voronoi.ts";

/** Panes are Voronoi cells, set in lead, each a little uneven in color as poured glass is. */
export function stainedGlass({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const rose = prng.below(2) === 0;
  const sites = rose ? roseSites(prng, width, height) : fieldSites(prng, width, height);
  const paint = rose ? rosePaint(prng, width, height, palette) : landscapePaint(prng, width, height, palette);
  let panes = "";
  let leads = "";
  let shine = "";
  voronoiCells(sites, width, height).forEach((cell) => {
    if (cell.length < 6) return;
    const d = polyline(cell, true);
    const center = middle(cell);
    const color = mix(paint(center), prng.float() < 0.5 ? "#ffffff" : palette.ink, prng.range(0, 0.14));
    panes += `<path d="${d}" fill="${color}"/>`;
    const small = shrink(cell, center, 0.62, -0.06 * prng.float());
    shine += `<path d="${polyline(small, true)}" fill="#fff" fill-opacity="${(0.07 + 0.1 * prng.float()).toFixed(2)}"/>`;
    leads += d;
  });
  const lead = Math.max(3.5, Math.min(width, height) / 190);
  const body =
    `<defs><radialGradient id="light" cx="50%" cy="42%" r="75%"><stop offset="0" stop-color="#fff8e0" stop-opacity="0.34"/>` +
    `<stop offset="0.6" stop-color="#fff8e0" stop-opacity="0"/><stop offset="1" stop-color="#06060c" stop-opacity="0.38"/></radialGradient></defs>` +
    `${panes}${shine}<rect width="${width}" height="${height}" fill="url(#light)"/>` +
    `<path d="${leads}" fill="none" stroke="#16151a" stroke-width="${lead}" stroke-linejoin="round"/>` +
    `<path d="${leads}" fill="none" stroke="#57545e" stroke-width="${lead / 5}" stroke-linejoin="round"/>` +
    `<rect x="6" y="6" width="${width - 12}" height="${height - 12}" fill="none" stroke="#16151a" stroke-width="14"/>`;
  return { width, height, svg: svgDocument(width, height, "#16151a", body) };
}

function roseSites(prng: Prng, width: number, height: number): Point[] {
  const cx = width / 2;
  const cy = height / 2;
  const full = Math.min(width, height) * 0.46;
  const petals = prng.pick([8, 10, 12]);
  const sites: Point[] = [{ x: cx, y: cy }];
  const rings = [0.16, 0.3, 0.42, 0.55, 0.68, 0.8, 0.93];
  rings.forEach((ring, i) => {
    const count = petals * (i < 1 ? 1 : i < 4 ? 2 : 4);
    for (let k = 0; k < count; k++) {
      const angle = (2 * Math.PI * (k + (i % 2) / 2)) / count - Math.PI / 2;
      const bend = i > 1 && i < 6 ? 1 + 0.07 * Math.cos(petals * angle) : 1;
      sites.push({ x: cx + full * ring * bend * Math.cos(angle), y: cy + full * ring * bend * Math.sin(angle) });
    }
  });
  for (let y = 26; y < height; y += 62) {
    for (let x = 26; x < width; x += 62) {
      const px = x + prng.range(-14, 14);
      const py = y + prng.range(-14, 14);
      if (Math.hypot(px - cx, py - cy) > full * 1.06) sites.push({ x: px, y: py });
    }
  }
  return sites;
}

function rosePaint(prng: Prng, width: number, height: number, palette: Palette): (p: Point) => string {
  const full = Math.min(width, height) * 0.46;
  const petals = prng.pick([8, 10, 12]);
  const order = prng.shuffle(palette.colors);
  return ({ x, y }) => {
    const d = Math.hypot(x - width / 2, y - height / 2) / full;
    const angle = Math.atan2(y - height / 2, x - width / 2);
    if (d > 1.02) return mix(palette.ink, order[1] as string, 0.24 + 0.18 * (((x * 7 + y * 3) | 0) % 2));
    if (d < 0.08) return "#fff1c4";
    const ring = Math.floor(d * 7);
    const alternate = Math.round((angle * petals) / Math.PI) & 1;
    return order[(ring + alternate * (ring % 2 === 0 ? 2 : 0)) % order.length] as string;
  };
}

function fieldSites(prng: Prng, width: number, height: number): Point[] {
  let sites: Point[] = Array.from({ length: 330 }, () => ({ x: prng.range(0, width), y: prng.range(0, height) }));
  for (let i = 0; i < 3; i++) sites = relax(sites, width, height);
  return sites;
}

/** A sun with rays over hills and a river that widens towards the viewer. */
function landscapePaint(prng: Prng, width: number, height: number, palette: Palette): (p: Point) => string {
  const noise = new Noise(prng);
  const sun = { x: prng.range(0.3, 0.7) * width, y: prng.range(0.22, 0.34) * height };
  const [warm, hot, deep, cool, pale] = palette.colors as [string, string, string, string, string];
  const horizon = 0.52;
  return ({ x, y }) => {
    const d = Math.hypot(x - sun.x, y - sun.y) / Math.min(width, height);
    if (d < 0.115) return "#fff3c9";
    if (d < 0.17) return mix(warm, "#fff3c9", 0.45);
    const hill = horizon + 0.09 * noise.at(x * 0.0035, 0.5) + 0.03 * noise.at(x * 0.011, 4.2);
    const v = y / height;
    if (v < hill) {
      const ray = Math.floor((Math.atan2(y - sun.y, x - sun.x) / Math.PI) * 9) & 1;
      return ramp(ray ? [warm, hot, deep] : [mix(warm, pale, 0.5), warm, hot], d * 1.5);
    }
    const bend = width * (0.5 + 0.22 * Math.sin((v - hill) * 9 + sun.x));
    const river = width * (0.02 + 0.42 * (v - hill) ** 1.3);
    if (Math.abs(x - bend) < river) return ramp([pale, cool, mix(cool, palette.ink, 0.3)], (v - hill) * 1.8);
    return ramp([mix(deep, cool, 0.35), deep, palette.ink], (v - hill) * 1.7 + 0.12 * noise.at(x * 0.01, y * 0.01));
  };
}

function shrink(cell: readonly number[], center: Point, scale: number, shift: number): number[] {
  return cell.map((v, i) => {
    const c = i % 2 === 0 ? center.x : center.y;
    return c + (v - c) * scale + shift * 40;
  });
}
