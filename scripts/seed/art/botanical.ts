/** Botanical plates: plants grown by rule, drawn in ink and washed with color slightly off the line. */
import { Prng } from "../../../common/prng.ts";
import { mix } from "./color.ts";
import { type Brief, type Palette, type Picture, polyline, px, svgDocument } from "./picture.ts";

type Species = {
  leaf: "lance" | "round" | "fan" | "feather";
  bloom: "umbel" | "bell" | "daisy" | "berry";
  lean: number;
  nodes: number;
  leafSize: number;
  branching: number;
};

type Pen = { prng: Prng; palette: Palette; species: Species; wash: string[]; line: string[]; front: string[] };

/** Stems rise from one root, bear leaves at nodes and branch (Prusinkiewicz and Lindenmayer 1990, bracketed growth). */
export function botanical({ seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const unit = Math.min(width, height);
  const species: Species = {
    leaf: prng.pick(["lance", "round", "fan", "feather"]),
    bloom: prng.pick(["umbel", "bell", "daisy", "berry"]),
    lean: prng.range(0.16, 0.34),
    nodes: 5 + prng.below(3),
    leafSize: unit * prng.range(0.085, 0.12),
    branching: prng.range(0.12, 0.3),
  };
  const pen: Pen = { prng, palette, species, wash: [], line: [], front: [] };
  const stems = width > height ? 5 : 3 + 2 * prng.below(2);
  const spread = width > height ? 0.78 : 0.46;
  for (let i = 0; i < stems; i++) {
    const k = stems === 1 ? 0 : (i / (stems - 1)) * 2 - 1;
    const x = width / 2 + k * width * 0.05;
    const angle = -Math.PI / 2 + k * spread + prng.range(-0.06, 0.06);
    const reach = height * ((width > height ? 0.6 : 0.62) - 0.12 * Math.abs(k)) * prng.range(0.94, 1.03);
    stem(pen, x, height * 0.88, angle, reach, unit * 0.0052, 0);
  }
  for (let i = 0; i < 11; i++) {
    const angle = Math.PI / 2 + prng.range(-1.1, 1.1);
    roots(pen, width / 2 + prng.range(-0.03, 0.03) * width, height * 0.88, angle, height * prng.range(0.03, 0.08));
  }
  const m = unit * 0.035;
  const frame =
    `<rect x="${px(m)}" y="${px(m)}" width="${px(width - 2 * m)}" height="${px(height - 2 * m)}" fill="none" stroke="${palette.ink}" stroke-width="1.6"/>` +
    `<rect x="${px(m + 7)}" y="${px(m + 7)}" width="${px(width - 2 * m - 14)}" height="${px(height - 2 * m - 14)}" fill="none" stroke="${palette.ink}" stroke-width="0.7"/>`;
  const ink = `fill="none" stroke="${palette.ink}" stroke-linecap="round" stroke-linejoin="round"`;
  const body =
    `<g transform="translate(3 2.5)" fill-opacity="0.82">${pen.wash.join("")}</g><g ${ink} stroke-width="1.3">${pen.line.join("")}</g>` +
    `<g>${pen.front.join("")}</g>${frame}`;
  return { width, height, svg: svgDocument(width, height, palette.ground, body) };
}

function stem(pen: Pen, x: number, y: number, angle: number, reach: number, thick: number, depth: number): void {
  const { prng, species, palette } = pen;
  const steps = 26;
  const bend = prng.range(-1, 1) * species.lean + (angle + Math.PI / 2) * 0.2;
  const points = [x, y];
  const every = Math.max(2, Math.floor(steps / species.nodes));
  for (let i = 1; i <= steps; i++) {
    angle += bend / steps + prng.range(-0.02, 0.02);
    x += (Math.cos(angle) * reach) / steps;
    y += (Math.sin(angle) * reach) / steps;
    points.push(x, y);
    const t = i / steps;
    if (i % every !== 0 || t < 0.16 || t > 0.95) continue;
    const side = (i / every) % 2 === 0 ? 1 : -1;
    if (depth < 1 && t > 0.3 && prng.float() < species.branching) {
      stem(pen, x, y, angle + side * prng.range(0.5, 0.8), reach * prng.range(0.26, 0.4), thick * 0.7, depth + 1);
    }
    const size = species.leafSize * (1.15 - 0.6 * t) * (depth === 0 ? 1 : 0.72) * prng.range(0.85, 1.15);
    leaf(pen, x, y, angle + side * prng.range(0.65, 1.0), size);
    if (species.leaf !== "fan") leaf(pen, x, y, angle - side * prng.range(0.65, 1.0), size * 0.92);
  }
  const green = mix(palette.colors[0] as string, palette.ink, 0.35);
  pen.line.push(`<path d="${polyline(points)}" stroke="${green}" stroke-width="${px(thick * 1.5)}"/>`);
  bloom(pen, x, y, angle, species.leafSize * (depth === 0 ? 0.78 : 0.5));
}

function leaf(pen: Pen, x: number, y: number, angle: number, size: number): void {
  const { prng, species, palette } = pen;
  const color = mix(
    palette.colors[prng.below(2)] as string,
    prng.float() < 0.5 ? palette.ground : (palette.colors[2] as string),
    prng.range(0.05, 0.4),
  );
  const place = `transform="translate(${px(x)} ${px(y)}) rotate(${px((angle * 180) / Math.PI)})"`;
  const s = size;
  let outline: string;
  let veins = `M0 0L${px(s * 0.94)} 0`;
  if (species.leaf === "lance" || species.leaf === "round") {
    const fat = species.leaf === "lance" ? 0.24 : 0.42;
    outline = `M0 0C${px(s * 0.22)} ${px(-s * fat)} ${px(s * 0.62)} ${px(-s * fat)} ${px(s)} 0C${px(s * 0.62)} ${px(s * fat)} ${px(s * 0.22)} ${px(s * fat)} 0 0Z`;
    for (let i = 1; i < 6; i++) {
      const u = s * (0.1 + 0.14 * i);
      const w = s * fat * 0.62 * Math.sin((Math.PI * (i + 0.4)) / 6.4);
      veins += `M${px(u)} 0L${px(u + s * 0.1)} ${px(-w)}M${px(u)} 0L${px(u + s * 0.1)} ${px(w)}`;
    }
  } else if (species.leaf === "fan") {
    outline = `M0 0L${px(s * 0.36)} 0C${px(s * 0.5)} ${px(-s * 0.34)} ${px(s * 0.72)} ${px(-s * 0.62)} ${px(s * 0.84)} ${px(-s * 0.6)}Q${px(s * 1.12)} ${px(-s * 0.3)} ${px(s * 0.92)} 0Q${px(s * 1.12)} ${px(s * 0.3)} ${px(s * 0.84)} ${px(s * 0.6)}C${px(s * 0.72)} ${px(s * 0.62)} ${px(s * 0.5)} ${px(s * 0.34)} ${px(s * 0.36)} 0Z`;
    veins = "";
    for (let i = -4; i <= 4; i++) {
      veins += `M${px(s * 0.38)} 0Q${px(s * 0.6)} ${px(i * s * 0.05)} ${px(s * 0.88)} ${px(i * s * 0.125)}`;
    }
  } else {
    outline = "";
    for (let i = 0; i < 7; i++) {
      const u = s * (0.16 + 0.13 * i);
      const l = s * 0.34 * Math.sin((Math.PI * (i + 1.6)) / 9);
      for (const side of [-1, 1]) {
        outline += `M${px(u)} 0Q${px(u + l * 0.2)} ${px(side * l * 0.75)} ${px(u + l * 0.62)} ${px(side * l)}Q${px(u + l * 0.72)} ${px(side * l * 0.4)} ${px(u)} 0Z`;
      }
    }
  }
  pen.wash.push(`<path ${place} d="${outline}" fill="${color}"/>`);
  pen.line.push(`<path ${place} d="${outline}"/><path ${place} d="${veins}" stroke-width="0.6"/>`);
}

function bloom(pen: Pen, x: number, y: number, angle: number, size: number): void {
  const { prng, species, palette } = pen;
  const [, , , warm, deep] = palette.colors as [string, string, string, string, string];
  const place = `transform="translate(${px(x)} ${px(y)}) rotate(${px((angle * 180) / Math.PI)})"`;
  const ink = `stroke="${palette.ink}" stroke-width="1"`;
  if (species.bloom === "umbel" || species.bloom === "berry") {
    const rays = species.bloom === "umbel" ? 17 : 9;
    let out = "";
    for (let i = 0; i < rays; i++) {
      const a = ((i / (rays - 1)) * 2 - 1) * 1.15 + prng.range(-0.06, 0.06);
      const l = size * (0.8 + 0.34 * Math.cos(a)) * prng.range(0.9, 1.08);
      const u = l * Math.cos(a);
      const v = l * Math.sin(a);
      const r = species.bloom === "umbel" ? size * 0.1 : size * 0.15;
      out += `<path d="M0 0Q${px(u * 0.6)} ${px(v * 0.35)} ${px(u)} ${px(v)}" fill="none" ${ink}/>`;
      out += `<circle cx="${px(u)}" cy="${px(v)}" r="${px(r)}" fill="${i % 3 === 0 ? deep : warm}" ${ink}/>`;
      if (species.bloom === "berry")
        out += `<circle cx="${px(u - r * 0.3)}" cy="${px(v - r * 0.3)}" r="${px(r * 0.25)}" fill="${palette.ground}"/>`;
    }
    pen.front.push(`<g ${place}>${out}</g>`);
    return;
  }
  if (species.bloom === "daisy") {
    const petals = 13;
    let out = "";
    for (let i = 0; i < petals; i++) {
      out += `<ellipse cx="${px(size * 0.48)}" cy="0" rx="${px(size * 0.36)}" ry="${px(size * 0.11)}" fill="${i % 2 ? warm : mix(warm, palette.ground, 0.35)}" ${ink} transform="rotate(${px((360 * i) / petals)})"/>`;
    }
    out += `<circle r="${px(size * 0.19)}" fill="${deep}" ${ink}/>`;
    for (let i = 0; i < 14; i++) {
      const a = i * 2.39996;
      const r = size * 0.045 * Math.sqrt(i);
      out += `<circle cx="${px(r * Math.cos(a))}" cy="${px(r * Math.sin(a))}" r="1.2" fill="${palette.ground}"/>`;
    }
    pen.front.push(`<g ${place}>${out}</g>`);
    return;
  }
  const s = size * 1.05;
  pen.front.push(
    `<g ${place}><path d="M0 0C${px(s * 0.2)} ${px(-s * 0.5)} ${px(s * 0.7)} ${px(-s * 0.3)} ${px(s * 1.1)} ${px(-s * 0.56)}Q${px(s * 0.92)} ${px(-s * 0.28)} ${px(s * 1.16)} 0Q${px(s * 0.92)} ${px(s * 0.28)} ${px(s * 1.1)} ${px(s * 0.56)}C${px(s * 0.7)} ${px(s * 0.3)} ${px(s * 0.2)} ${px(s * 0.5)} 0 0Z" fill="${warm}" ${ink}/>` +
      `<path d="M${px(s * 0.2)} 0L${px(s * 1.02)} 0M${px(s * 0.2)} ${px(-s * 0.1)}Q${px(s * 0.6)} ${px(-s * 0.2)} ${px(s)} ${px(-s * 0.36)}M${px(s * 0.2)} ${px(s * 0.1)}Q${px(s * 0.6)} ${px(s * 0.2)} ${px(s)} ${px(s * 0.36)}" fill="none" stroke="${deep}" stroke-width="1.4"/></g>`,
  );
}

function roots(pen: Pen, x: number, y: number, angle: number, reach: number): void {
  const points = [x, y];
  for (let i = 0; i < 9; i++) {
    angle += pen.prng.range(-0.35, 0.35);
    x += (Math.cos(angle) * reach) / 9;
    y += (Math.sin(angle) * reach) / 9;
    points.push(x, y);
  }
  pen.line.push(`<path d="${polyline(points)}" stroke-width="1.1"/>`);
}
