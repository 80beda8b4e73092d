/** Moiré rings: sets of circles and lines, shifted against each other until they shimmer. */
import { Prng } from "../../../common/prng.ts";
import { type Brief, type Picture, px, svgDocument } from "./picture.ts";

/** Rings about one center; inside each disc of the composition the rings are drawn about another. */
export function moire({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const unit = Math.min(width, height);
  const gap = unit / prng.pick([62, 70, 80]);
  const line = gap * 0.52;
  const reach = Math.hypot(width, height);
  const rings = (cx: number, cy: number, color: string, limit: number, from = 0) => {
    let d = "";
    for (let r = gap / 2 + from; r < limit; r += gap) {
      d += `M${px(cx - r)} ${px(cy)}a${px(r)} ${px(r)} 0 1 0 ${px(2 * r)} 0a${px(r)} ${px(r)} 0 1 0 ${px(-2 * r)} 0`;
    }
    return `<path d="${d}" fill="none" stroke="${color}" stroke-width="${px(line)}"/>`;
  };
  const ax = width * prng.range(0.2, 0.8);
  const ay = height * prng.range(0.2, 0.8);
  let defs = "";
  let body = rings(ax, ay, palette.colors[0] as string, reach);
  const discs = placeDiscs(prng, width, height, unit);
  discs.forEach(({ x, y, r }, i) => {
    const color = palette.colors[(i + 1) % palette.colors.length] as string;
    const second = palette.colors[(i + 2) % palette.colors.length] as string;
    defs += `<clipPath id="c${i}"><circle cx="${px(x)}" cy="${px(y)}" r="${px(r)}"/></clipPath>`;
    const shift = r * prng.range(0.25, 0.8);
    const angle = prng.range(0, 2 * Math.PI);
    const ground = i % 3 === 1 ? (palette.colors[(i + 3) % palette.colors.length] as string) : palette.ground;
    body +=
      `<g clip-path="url(#c${i})"><circle cx="${px(x)}" cy="${px(y)}" r="${px(r)}" fill="${ground}"/>` +
      rings(x + shift * Math.cos(angle), y + shift * Math.sin(angle), color, r + shift + gap) +
      `<g style="mix-blend-mode:multiply">${rings(x - shift * 0.35 * Math.cos(angle), y - shift * 0.35 * Math.sin(angle), second, 1.5 * r, gap / 3)}</g></g>`;
  });
  return { width, height, svg: svgDocument(width, height, palette.ground, `<defs>${defs}</defs>${body}`) };
}

/** A large disc and smaller ones that keep clear of each other. */
function placeDiscs(prng: Prng, width: number, height: number, unit: number): { x: number; y: number; r: number }[] {
  const discs = [
    { x: width * prng.range(0.36, 0.64), y: height * prng.range(0.4, 0.6), r: unit * prng.range(0.26, 0.33) },
  ];
  for (let i = 0; i < 300 && discs.length < 6; i++) {
    const r = unit * prng.range(0.06, 0.17);
    const x = prng.range(r * 1.2, width - r * 1.2);
    const y = prng.range(r * 1.2, height - r * 1.2);
    if (discs.every((other) => Math.hypot(x - other.x, y - other.y) > r + other.r + unit * 0.025)) {
      discs.push({ x, y, r });
    }
  }
  return discs;
}
