/** Variations on a licensed picture: each is computed from the picture's bytes, so another picture gives another result. */
import sharp from "sharp";
import { Prng } from "../../../common/prng.ts";
import { hexOf, luma, mix, mixRgb, type Rgb, ramp, rgbOf } from "./color.ts";
import { type Brief, type Picture, px, svgDocument } from "./picture.ts";

/** Small RGB version of a picture. */
export type Swatch = { width: number; height: number; rgb: Uint8Array };

/** Pure: equal swatches and briefs give equal pictures. */
export type Variation = (source: Swatch, brief: Brief) => Picture;

/** Mean colors of a picture on a grid of columns x rows. */
export async function swatchOf(bytes: Uint8Array, columns: number, rows: number): Promise<Swatch> {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace("srgb")
    .resize(columns, rows, { fit: "cover", kernel: "mitchell" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: new Uint8Array(data) };
}

function at(source: Swatch, column: number, row: number): Rgb {
  const c = Math.max(0, Math.min(source.width - 1, column));
  const r = Math.max(0, Math.min(source.height - 1, row));
  const i = (r * source.width + c) * 3;
  return [source.rgb[i] as number, source.rgb[i + 1] as number, source.rgb[i + 2] as number];
}

/** Color between the grid's points, for drawings finer than the grid. */
function between(source: Swatch, column: number, row: number): Rgb {
  const c = Math.floor(column - 0.5);
  const r = Math.floor(row - 0.5);
  const top = mixRgb(at(source, c, r), at(source, c + 1, r), column - 0.5 - c);
  return mixRgb(top, mixRgb(at(source, c, r + 1), at(source, c + 1, r + 1), column - 0.5 - c), row - 0.5 - r);
}

/** The picture as a plaited mat: strips over and under, each piece in the color that lay there. */
function plait(source: Swatch, { width, height, palette }: Brief): Picture {
  const cw = width / source.width;
  const ch = height / source.height;
  let body = "";
  for (let row = 0; row < source.height; row++) {
    for (let column = 0; column < source.width; column++) {
      const base = hexOf(at(source, column, row));
      const over = (row + column) % 2 === 0;
      const x = column * cw;
      const y = row * ch;
      const edge = mix(base, palette.ink, 0.42);
      const light = mix(base, "#ffffff", 0.16);
      if (over) {
        body += `<rect x="${px(x - cw * 0.06)}" y="${px(y + ch * 0.07)}" width="${px(cw * 1.12)}" height="${px(ch * 0.86)}" rx="${px(ch * 0.16)}" fill="${edge}"/>`;
        body += `<rect x="${px(x - cw * 0.02)}" y="${px(y + ch * 0.11)}" width="${px(cw * 1.04)}" height="${px(ch * 0.74)}" rx="${px(ch * 0.14)}" fill="${base}"/>`;
        body += `<rect x="${px(x + cw * 0.1)}" y="${px(y + ch * 0.2)}" width="${px(cw * 0.8)}" height="${px(ch * 0.1)}" rx="1" fill="${light}"/>`;
      } else {
        body += `<rect x="${px(x + cw * 0.07)}" y="${px(y - ch * 0.06)}" width="${px(cw * 0.86)}" height="${px(ch * 1.12)}" rx="${px(cw * 0.16)}" fill="${edge}"/>`;
        body += `<rect x="${px(x + cw * 0.11)}" y="${px(y - ch * 0.02)}" width="${px(cw * 0.74)}" height="${px(ch * 1.04)}" rx="${px(cw * 0.14)}" fill="${mix(base, palette.ink, 0.1)}"/>`;
        body += `<rect x="${px(x + cw * 0.2)}" y="${px(y + ch * 0.1)}" width="${px(cw * 0.1)}" height="${px(ch * 0.8)}" rx="1" fill="${light}"/>`;
      }
    }
  }
  return { width, height, svg: svgDocument(width, height, palette.ink, body) };
}

/** Two screens of dots in two inks at crossed angles, as a two-color stencil print. */
function stencilPrint(source: Swatch, { width, height, palette }: Brief): Picture {
  const gap = Math.max(width, height) / 84;
  const screen = (degrees: number, color: string, weight: (rgb: Rgb) => number) => {
    const a = (degrees * Math.PI) / 180;
    const reach = Math.hypot(width, height) / 2 + gap;
    let d = "";
    for (let v = -reach; v < reach; v += gap) {
      for (let u = -reach; u < reach; u += gap) {
        const x = width / 2 + u * Math.cos(a) - v * Math.sin(a);
        const y = height / 2 + u * Math.sin(a) + v * Math.cos(a);
        if (x < -gap || y < -gap || x > width + gap || y > height + gap) continue;
        const rgb = at(source, Math.floor((x / width) * source.width), Math.floor((y / height) * source.height));
        const r = gap * 0.72 * Math.sqrt(Math.max(0, Math.min(1, weight(rgb))));
        if (r < 0.5) continue;
        d += `M${px(x - r)} ${px(y)}a${px(r)} ${px(r)} 0 1 0 ${px(2 * r)} 0a${px(r)} ${px(r)} 0 1 0 ${px(-2 * r)} 0`;
      }
    }
    return `<path d="${d}" fill="${color}" style="mix-blend-mode:multiply"/>`;
  };
  const depth = darkness(source);
  const warm = (rgb: Rgb) => 0.85 * Math.max(0, (rgb[0] - rgb[2]) / 200) + 0.25 * depth(rgb);
  const dark = (rgb: Rgb) => 1.25 * depth(rgb) - 0.25;
  const body = screen(15, palette.colors[0] as string, warm) + screen(75, palette.ink, dark);
  return { width, height, svg: svgDocument(width, height, palette.ground, body) };
}

/** Wavy ruled lines that swell where the picture is dark, as in a copper engraving. */
function engraving(source: Swatch, { seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const depth = darkness(source);
  const lines = 104;
  const gap = height / lines;
  const wave = { size: gap * 1.6, length: width / prng.range(2.2, 3.4), phase: prng.range(0, 6.28) };
  let body = "";
  for (let i = -3; i < lines + 3; i++) {
    const upper: string[] = [];
    const lower: string[] = [];
    for (let x = 0; x <= width; x += 5) {
      const bend = wave.size * Math.sin((x / wave.length) * 2 * Math.PI + wave.phase + i * 0.09);
      const y = (i + 0.5) * gap + bend;
      const rgb = between(source, (x / width) * source.width, (y / height) * source.height);
      const half = gap * (0.05 + 0.47 * depth(rgb) ** 1.1);
      upper.push(`${px(x)} ${px(y - half)}`);
      lower.push(`${px(x)} ${px(y + half)}`);
    }
    const color = ramp([palette.colors[1] as string, palette.colors[0] as string, palette.ink], i / lines);
    body += `<path d="M${upper.join("L")}L${lower.reverse().join("L")}Z" fill="${color}"/>`;
  }
  return { width, height, svg: svgDocument(width, height, palette.ground, body) };
}

/** How dark a color is among those of the picture, 0 to 1: pale pictures use the whole range too. */
function darkness(source: Swatch): (rgb: Rgb) => number {
  const lumas: number[] = [];
  for (let i = 0; i < source.rgb.length; i += 3 * 7) {
    lumas.push(luma([source.rgb[i] as number, source.rgb[i + 1] as number, source.rgb[i + 2] as number]));
  }
  lumas.sort((a, b) => a - b);
  const low = lumas[Math.floor(lumas.length * 0.03)] as number;
  const high = lumas[Math.floor(lumas.length * 0.97)] as number;
  return (rgb) => Math.max(0, Math.min(1, (high - luma(rgb)) / Math.max(1, high - low)));
}

/** The picture in paint dots laid along a sunflower spiral, each tinted a little towards the palette. */
function sunflower(source: Swatch, { seed, width, height, palette }: Brief): Picture {
  const prng = new Prng(seed);
  const cx = width * prng.range(0.4, 0.6);
  const cy = height * prng.range(0.4, 0.6);
  const step = Math.sqrt((width * height) / 5200) * 0.62;
  const reach = Math.hypot(Math.max(cx, width - cx), Math.max(cy, height - cy));
  let body = "";
  for (let i = 1; step * Math.sqrt(i) < reach; i++) {
    const r = step * Math.sqrt(i) * 1.0;
    const a = i * 2.399963229728653;
    const x = cx + r * Math.cos(a);
    const y = cy + r * Math.sin(a);
    if (x < -step || y < -step || x > width + step || y > height + step) continue;
    const rgb = at(source, Math.floor((x / width) * source.width), Math.floor((y / height) * source.height));
    const nearest = palette.colors.reduce((best, color) => (gap(rgb, color) < gap(rgb, best) ? color : best));
    const size = step * (0.5 + 0.42 * (1 - luma(rgb) / 255)) * prng.range(0.9, 1.1);
    body += `<circle cx="${px(x)}" cy="${px(y)}" r="${px(size)}" fill="${mix(hexOf(rgb), nearest, 0.3)}"/>`;
  }
  return { width, height, svg: svgDocument(width, height, palette.ground, body) };
}

function gap(rgb: Rgb, hex: string): number {
  const other = rgbOf(hex);
  return (rgb[0] - other[0]) ** 2 + (rgb[1] - other[1]) ** 2 + (rgb[2] - other[2]) ** 2;
}

/** Each variation with the grid it looks at: columns, and rows per column. */
export const VARIATIONS = {
  plait: { draw: plait, columns: 44 },
  "stencil-print": { draw: stencilPrint, columns: 240 },
  engraving: { draw: engraving, columns: 96 },
  sunflower: { draw: sunflower, columns: 200 },
} as const satisfies Record<string, { draw: Variation; columns: number }>;

export type VariationName = keyof typeof VARIATIONS;

/** Draws a variation of a picture given as file bytes. */
export async function drawVariation(name: VariationName, bytes: Uint8Array, brief: Brief): Promise<Picture> {
  const { draw, columns } = VARIATIONS[name];
  const rows = Math.round((columns * brief.height) / brief.width);
  return draw(await swatchOf(bytes, columns, rows), brief);
}
