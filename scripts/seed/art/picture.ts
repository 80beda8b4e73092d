/** What a style draws: vector text or pixels, and how either becomes a PNG. */
import sharp from "sharp";

/** A drawing before it is encoded; sides in pixels. */
export type Picture =
  | { width: number; height: number; svg: string }
  | { width: number; height: number /** RGB, row by row. */; rgb: Uint8Array };

/** What a style gets. Equal briefs give equal pictures. */
export type Brief = { seed: string; width: number; height: number; palette: Palette };

/** Colors "#rrggbb": the ground (paper, sky, night), the darkest line, and what is laid between them. */
export type Palette = { ground: string; ink: string; colors: readonly string[] };

/** A style of picture: pure, all its randomness comes from the brief's seed. */
export type Style = (brief: Brief) => Picture;

/** PNG bytes of a picture; the same bytes for the same picture under one version of the encoder. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  const { width, height } = picture;
  const source =
    "svg" in picture
      ? sharp(Buffer.from(picture.svg), { density: 72, limitInputPixels: width * height * 4 }).removeAlpha()
      : sharp(picture.rgb, { raw: { width, height, channels: 3 } });
  // Filters help smooth shading; flat areas and hard edges pack better and twice as fast without (measured on every style).
  const png = await source.png({ compressionLevel: 6, adaptiveFiltering: "rgb" in picture }).toBuffer();
  return new Uint8Array(png);
}

/** An SVG document of the given size on a ground color. */
export function svgDocument(width: number, height: number, ground: string, body: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<rect width="${width}" height="${height}" fill="${ground}"/>${body}</svg>`
  );
}

/** A coordinate with one decimal: enough for print, half the bytes. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Path data through points given as x0, y0, x1, y1, ... */
export function polyline(points: ArrayLike<number>, closed = false): string {
  let d = `M${px(points[0] as number)} ${px(points[1] as number)}`;
  for (let i = 2; i < points.length; i += 2) d += `L${px(points[i] as number)} ${px(points[i + 1] as number)}`;
  return closed ? `${d}Z` : d;
}
