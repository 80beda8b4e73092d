/** Suprematist compositions: few flat forms, tilted on one axis, balanced by eye and by rule. */
import { Prng } from "../../../common/prng.ts";
import { mix } from "./color.ts";
import { type Brief, type Picture, px, svgDocument } from "./picture.ts";

/** One dominant form, one answering disc, families of bars along the axis and across it, and a few quiet accents. */
export function suprematist({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const unit = Math.min(width, height);
  const tilt = prng.pick([-1, 1]) * prng.range(18, 38);
  const [black, red, gold, blue, gray] = palette.colors as [string, string, string, string, string];
  const bar = (x: number, y: number, w: number, h: number, color: string, turn = 0) =>
    `<g transform="translate(${px(x)} ${px(y)}) rotate(${px(tilt + turn)})"><rect x="${px(-w / 2)}" y="${px(-h / 2)}" width="${px(w)}" height="${px(h)}" fill="${color}"/></g>`;
  const rad = (tilt * Math.PI) / 180;
  const along = (u: number, v: number) => ({
    x: width * 0.5 + unit * (u * Math.cos(rad) - v * Math.sin(rad)),
    y: height * 0.5 + unit * (u * Math.sin(rad) + v * Math.cos(rad)),
  });

  let body = "";
  const halo = along(prng.range(-0.15, 0.15), prng.range(-0.1, 0.1));
  body += `<circle cx="${px(halo.x)}" cy="${px(halo.y)}" r="${px(unit * 0.4)}" fill="${mix(palette.ground, gray, 0.16)}"/>`;
  const main = along(prng.range(-0.14, -0.04), prng.range(-0.08, 0.08));
  const lead = prng.pick([black, blue]);
  const form = prng.below(3);
  if (form === 0) body += bar(main.x, main.y, unit * 0.52, unit * 0.36, lead);
  else if (form === 1) {
    const r = unit * 0.3;
    body += `<path d="M${px(main.x)} ${px(main.y - r)}A${px(r)} ${px(r)} 0 1 1 ${px(main.x - r)} ${px(main.y)}L${px(main.x)} ${px(main.y)}Z" fill="${lead}" transform="rotate(${px(tilt)} ${px(main.x)} ${px(main.y)})"/>`;
  } else {
    const tip = along(0.42, 0.02);
    const a = along(-0.4, -0.24);
    const b = along(-0.36, 0.2);
    body += `<path d="M${px(tip.x)} ${px(tip.y)}L${px(a.x)} ${px(a.y)}L${px(b.x)} ${px(b.y)}Z" fill="${lead}"/>`;
  }
  const disc = along(prng.range(0.2, 0.36), prng.range(-0.26, -0.14));
  const r = unit * prng.range(0.09, 0.14);
  body += `<circle cx="${px(disc.x)}" cy="${px(disc.y)}" r="${px(r)}" fill="${red}"/>`;
  if (prng.below(2) === 0) {
    body += `<circle cx="${px(disc.x)}" cy="${px(disc.y)}" r="${px(r * 1.35)}" fill="none" stroke="${black}" stroke-width="3"/>`;
  }
  const family = along(prng.range(-0.05, 0.1), prng.range(0.18, 0.28));
  const bars = 5 + prng.below(4);
  for (let i = 0; i < bars; i++) {
    const k = i / bars;
    const at = { x: family.x + unit * 0.045 * i * -Math.sin(rad), y: family.y + unit * 0.045 * i * Math.cos(rad) };
    const color = prng.pick([red, gold, black, blue]);
    const slide = prng.range(-0.1, 0.16) * unit;
    body += bar(
      at.x + slide * Math.cos(rad),
      at.y + slide * Math.sin(rad),
      unit * prng.range(0.22, 0.62) * (1 - k * 0.5),
      unit * prng.range(0.008, 0.03),
      color,
    );
  }
  const beam = along(0.05, -0.02);
  body += bar(beam.x, beam.y, unit * 1.5, unit * 0.014, gold);
  const cross = along(prng.range(0.02, 0.2), 0);
  body += bar(cross.x, cross.y, unit * prng.range(0.5, 0.8), unit * 0.055, red, 90 - prng.range(6, 24));
  body += bar(cross.x, cross.y, unit * 0.62, unit * 0.008, black, 90 + prng.range(8, 20));
  for (let i = 0; i < 7; i++) {
    const at = along(prng.range(-0.6, 0.6), prng.range(-0.42, 0.42));
    const side = unit * prng.range(0.02, 0.055);
    const color = prng.pick([gold, blue, black, gray, red]);
    body +=
      prng.below(4) === 0
        ? `<circle cx="${px(at.x)}" cy="${px(at.y)}" r="${px(side * 0.6)}" fill="${color}"/>`
        : bar(at.x, at.y, side * prng.range(1, 3), side, color, prng.pick([0, 0, 90, 45]));
  }
  const grid = along(-0.42, 0.24);
  for (let i = 0; i < 6; i++) {
    const at = { x: grid.x + unit * 0.026 * i * Math.cos(rad), y: grid.y + unit * 0.026 * i * Math.sin(rad) };
    body += bar(at.x, at.y, unit * 0.012, unit * (0.2 - 0.022 * i), black);
  }
  return { width, height, svg: svgDocument(width, height, palette.ground, body) };
}
