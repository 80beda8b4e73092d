/** Isometric cities: towers on a tilted grid, windows lit one by one. */
import { Prng } from "../../../common/prng.ts";
import { luma, mix, rgbOf, warmest } from "./color.ts";
import { Noise } from "./noise.ts";
import { type Brief, type Picture, px, svgDocument } from "./picture.ts";

/** Drawn back to front; heights follow noise, with a park and a tall center. */
export function isometricCity({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const noise = new Noise(prng);
  const side = Math.round(width / 17);
  const half = side / 2;
  const rise = half * 0.5;
  const dark = luma(rgbOf(palette.ground)) < 110;
  const lamp = dark ? "#ffe3a0" : mix(palette.colors[3] as string, "#ffffff", 0.3);
  const rows = Math.ceil(height / rise) + 22;
  const cols = Math.ceil(width / side) + 2;
  let body = sky(prng, width, height, palette.ground, warmest(palette), dark);
  const center = { x: prng.range(0.35, 0.65) * width, y: prng.range(0.55, 0.75) * height };
  const start = Math.floor((height * 0.4) / rise);
  for (let row = start; row < rows; row++) {
    for (let col = -1; col < cols; col++) {
      const x = col * side + (row % 2 === 0 ? 0 : half);
      const y = row * rise;
      const n =
        noise.fbm(x * 0.0052, y * 0.009, 2) +
        0.5 * Math.exp(-(((x - center.x) / 260) ** 2) - ((y - center.y) / 240) ** 2);
      const tall = side * Math.max(0.12, 0.55 + 3.1 * n + prng.range(-0.35, 0.5));
      if (n < -0.16) {
        body += park(prng, x, y, half, rise, palette.colors[2] as string, palette.ink);
        continue;
      }
      const color = palette.colors[prng.below(palette.colors.length)] as string;
      body += tower(prng, x, y, half * 0.86, rise * 0.86, tall, color, palette.ink, lamp);
    }
  }
  return { width, height, svg: svgDocument(width, height, palette.ground, body) };
}

function sky(prng: Prng, width: number, height: number, ground: string, glow: string, dark: boolean): string {
  const x = prng.range(0.2, 0.8) * width;
  const y = height * 0.17;
  const r = width * 0.06;
  let stars = "";
  const count = dark ? 90 : 0;
  for (let i = 0; i < count; i++) {
    stars += `<circle cx="${px(prng.range(0, width))}" cy="${px(prng.range(0, height * 0.45))}" r="${px(prng.range(0.5, 1.6))}" fill="#fff" fill-opacity="0.7"/>`;
  }
  return (
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${mix(ground, dark ? "#000000" : glow, dark ? 0.35 : 0.25)}"/><stop offset="0.6" stop-color="${mix(ground, glow, dark ? 0.3 : 0.05)}"/></linearGradient></defs>` +
    `<rect width="${width}" height="${height}" fill="url(#sky)"/>${stars}` +
    `<circle cx="${px(x)}" cy="${px(y)}" r="${px(r * 1.5)}" fill="${glow}" fill-opacity="0.16"/><circle cx="${px(x)}" cy="${px(y)}" r="${px(r)}" fill="${mix(glow, "#ffffff", 0.35)}"/>`
  );
}

function tower(
  prng: Prng,
  x: number,
  y: number,
  w: number,
  d: number,
  tall: number,
  color: string,
  ink: string,
  lamp: string,
): string {
  const top = y - tall;
  const left = mix(color, ink, 0.42);
  const right = mix(color, ink, 0.16);
  const roof = mix(color, "#ffffff", 0.32);
  let out =
    face([x - w, top, x, top + d, x, y + d, x - w, y], left) +
    face([x, top + d, x + w, top, x + w, y, x, y + d], right) +
    face([x, top - d, x + w, top, x, top + d, x - w, top], roof);
  const floors = Math.floor(tall / 13);
  const rooms = 3;
  const seen = prng.below(5);
  const panes: Record<string, string> = {};
  for (let f = 0; f < floors; f++) {
    for (let k = 0; k < rooms; k++) {
      const u = (k + 0.28) / rooms;
      const v = (k + 0.72) / rooms;
      const a = top + 6 + f * 13;
      const lit = prng.float();
      const glassL = lit < 0.3 ? lamp : mix(left, ink, 0.35);
      const glassR = prng.float() < 0.36 ? lamp : mix(right, ink, 0.3);
      if (seen !== 4) panes[glassL] = (panes[glassL] ?? "") + outline(pane(x - w, u, v, w, d, a, 1));
      if (seen !== 3) panes[glassR] = (panes[glassR] ?? "") + outline(pane(x, u, v, w, d, a + d, -1));
    }
  }
  for (const [color, outlines] of Object.entries(panes)) out += `<path d="${outlines}" fill="${color}"/>`;
  if (seen === 0) out += tank(x, top - 2, w * 0.36, color, ink);
  else if (seen === 1) {
    const s = 0.55;
    out +=
      face([x - w * s, top - 9, x, top + d * s - 9, x, top + d * s, x - w * s, top], left) +
      face([x, top + d * s - 9, x + w * s, top - 9, x + w * s, top, x, top + d * s], right) +
      face([x, top - d * s - 9, x + w * s, top - 9, x, top + d * s - 9, x - w * s, top - 9], roof);
  } else if (seen === 2 && tall > 90) {
    out += `<path d="M${px(x)} ${px(top)}V${px(top - 34)}" stroke="${ink}" stroke-width="2"/><circle cx="${px(x)}" cy="${px(top - 35)}" r="2.4" fill="#ff6b57"/>`;
  }
  return out;
}

/** One window: from u to v along a face that falls (+1) or climbs (-1) by d over its width w. */
function pane(x: number, u: number, v: number, w: number, d: number, a: number, sense: 1 | -1): number[] {
  const y1 = a + sense * d * u;
  const y2 = a + sense * d * v;
  return [x + w * u, y1, x + w * v, y2, x + w * v, y2 + 7, x + w * u, y1 + 7];
}

function tank(x: number, y: number, r: number, color: string, ink: string): string {
  return (
    `<ellipse cx="${px(x)}" cy="${px(y)}" rx="${px(r)}" ry="${px(r / 2)}" fill="${mix(color, ink, 0.4)}"/>` +
    `<rect x="${px(x - r)}" y="${px(y - 12)}" width="${px(2 * r)}" height="12" fill="${mix(color, ink, 0.28)}"/>` +
    `<ellipse cx="${px(x)}" cy="${px(y - 12)}" rx="${px(r)}" ry="${px(r / 2)}" fill="${mix(color, "#ffffff", 0.2)}"/>`
  );
}

function park(prng: Prng, x: number, y: number, half: number, rise: number, color: string, ink: string): string {
  let out = face([x, y - rise, x + half, y, x, y + rise, x - half, y], mix(color, ink, 0.1));
  for (let i = 0; i < 4; i++) {
    const cx = x + prng.range(-0.5, 0.5) * half;
    const cy = y + prng.range(-0.4, 0.4) * rise;
    const r = prng.range(5, 9);
    out += `<path d="M${px(cx)} ${px(cy)}v-7" stroke="${ink}" stroke-width="2"/><circle cx="${px(cx)}" cy="${px(cy - 11)}" r="${px(r)}" fill="${mix(color, i % 2 ? "#ffffff" : ink, 0.25)}"/>`;
  }
  return out;
}

function face(points: readonly number[], fill: string): string {
  return `<path d="${outline(points)}" fill="${fill}"/>`;
}

function outline(points: readonly number[]): string {
  return `M${points.map((v, i) => (i % 2 === 0 && i > 0 ? `L${px(v)}` : ` ${px(v)}`)).join("")}Z`;
}
