/** Engraved rosettes: the fine interlaced curves of banknotes and watch dials. */
import { Prng } from "../../../common/prng.ts";
import { ramp } from "./color.ts";
import { type Brief, type Picture, polyline, svgDocument } from "./picture.ts";

type Envelope = { radius: number; depth: number; lobes: number; phase: number };

/** Families of curves, each swept from one wavy circle to another while its phase turns; finest line 0.8 px. */
export function guilloche({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const cx = width / 2;
  const cy = height / 2;
  const full = Math.min(width, height) * 0.435;
  let body = "";
  const bands = 5 + prng.below(2);
  const symmetry = prng.pick([5, 6, 7, 8, 9]);
  for (let band = bands - 1; band >= 0; band--) {
    const inner = (full * (band + 0.12)) / bands;
    const outer = (full * (band + 1.18)) / bands;
    const waves = symmetry * (1 + prng.below(3));
    const a: Envelope = {
      radius: inner,
      depth: (outer - inner) * prng.range(0.1, 0.3),
      lobes: waves,
      phase: prng.range(0, 6),
    };
    const b: Envelope = { radius: outer, depth: (outer - inner) * prng.range(0.1, 0.3), lobes: symmetry, phase: 0 };
    const ripple = symmetry * (2 + prng.below(5));
    const twist = prng.pick([-1, 1]) * prng.range(0.6, 2.2);
    const from = palette.colors[band % palette.colors.length] as string;
    const to = palette.colors[(band + 1) % palette.colors.length] as string;
    const lines = 22;
    for (let i = 0; i < lines; i++) {
      const t = i / (lines - 1);
      body += `<path d="${curve(cx, cy, a, b, t, ripple, twist, (outer - inner) * 0.16)}" stroke="${ramp([from, to], t)}"/>`;
    }
  }
  const frame = [0.955, 0.965, 0.985]
    .map((k) => {
      const w = width * k;
      const h = height - width * (1 - k);
      return `<rect x="${(width - w) / 2}" y="${(height - h) / 2}" width="${w}" height="${h}" stroke="${palette.colors[0]}"/>`;
    })
    .join("");
  const svg = svgDocument(width, height, palette.ground, `<g fill="none" stroke-width="1.15">${frame}${body}</g>`);
  return { width, height, svg };
}

function curve(
  cx: number,
  cy: number,
  a: Envelope,
  b: Envelope,
  t: number,
  ripple: number,
  twist: number,
  depth: number,
): string {
  const corners = 720;
  const points = new Float64Array(corners * 2);
  for (let i = 0; i < corners; i++) {
    const angle = (2 * Math.PI * i) / corners;
    const ra = a.radius + a.depth * Math.sin(a.lobes * angle + a.phase);
    const rb = b.radius + b.depth * Math.sin(b.lobes * angle + b.phase);
    const swell = Math.sin(Math.PI * t);
    const r = ra + (rb - ra) * t + depth * swell * Math.sin(ripple * angle + twist * Math.PI * 2 * t);
    points[i * 2] = cx + r * Math.cos(angle);
    points[i * 2 + 1] = cy + r * Math.sin(angle);
  }
  return polyline(points, true);
}
