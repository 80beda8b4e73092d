import sharp from "sharp";
import { Prng } from "../../common/prng.ts";

/** A picture with enough in it to be told from others: colored discs and bars, drawn as SVG, encoded as PNG. */
export async function picture(seed: string): Promise<Buffer> {
  const prng = new Prng(seed);
  const between = (low: number, high: number) => prng.range(low, high).toFixed(1);
  const shapes = Array.from({ length: 14 }, () => {
    const color = `hsl(${between(0, 360)} ${between(40, 90)}% ${between(20, 75)}%)`;
    return prng.float() < 0.6
      ? `<circle cx="${between(0, 640)}" cy="${between(0, 480)}" r="${between(30, 150)}" fill="${color}"/>`
      : `<rect x="${between(0, 560)}" y="${between(0, 420)}" width="${between(40, 300)}" height="${between(40, 260)}" fill="${color}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#f2ead8"/>${shapes.join("")}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** The same picture as lossy JPEG: other bytes, same look. */
export async function recompressed(png: Buffer): Promise<Buffer> {
  return sharp(png).jpeg({ quality: 60 }).toBuffer();
}
