/** The edits that a copy of a picture goes through on its way around the net, each with its parameters. */
import sharp, { type OverlayOptions, type Sharp } from "sharp";
import type { Prng } from "../../../common/prng.ts";
import { layOn } from "../../../fingerprint/image/gray-thumbnail.ts";
import { imageGround } from "../../../fingerprint/match/image-ground.ts";

/** An opaque picture as raw sRGB, three bytes a pixel. */
export type RawPicture = { data: Buffer; width: number; height: number };

/** Longest side, pixels, at which pictures enter the evaluation; larger ones are reduced once, before anything else. */
export const LONGEST_SIDE = 1024;

/** Parameters of each edit, as reported. */
export const IMAGE_EDITS = {
  jpeg90: { jpegQuality: 90 },
  jpeg30: { jpegQuality: 30 },
  jpeg10: { jpegQuality: 10 },
  webp30: { webpQuality: 30 },
  resize50: { scale: 0.5 },
  resize25: { scale: 0.25 },
  tone: { brightness: [0.8, 1.25], contrast: [0.85, 1.2], saturation: [0.7, 1.3] },
  gray: { luma: "Rec. 709, JPEG quality 85" },
  blur: { sigmaOfLongestSide: 0.006 },
  text: { lineHeight: 0.12, lineWidth: 0.7, fill: "white", outline: "black" },
  border10: { whiteBorderOfEachSide: 0.1 },
  mirror: { axis: "vertical" },
  rotate2: { degrees: [-2, 2], corners: "white", size: "kept" },
  crop5: { kept: 0.95, place: "center" },
  rcrop10: { kept: 0.9, place: "random" },
  rcrop20: { kept: 0.8, place: "random" },
  combo: { kept: 0.95, place: "center", scale: 0.5, brightness: 1.15, jpegQuality: 50 },
} as const;

export type ImageEdit = keyof typeof IMAGE_EDITS;

/** A picture of any format sharp reads, upright, on the ground that shows it, at most `LONGEST_SIDE` pixels a side. */
export async function readPicture(bytes: Uint8Array): Promise<RawPicture> {
  const { data, info } = await sharp(bytes)
    .rotate()
    .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: "inside", withoutEnlargement: true })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const pixels = { width, height, data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length) };
  layOn(pixels.data, imageGround(pixels));
  const opaque = await sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .raw()
    .toBuffer();
  return { data: opaque, width, height };
}

/** The unedited picture as a lossless file. */
export function original(picture: RawPicture): Promise<Buffer> {
  return png(open(picture));
}

/** One edited copy, encoded as a file. Lossless PNG where the edit is not an encoding itself. */
export async function editedImage(picture: RawPicture, edit: ImageEdit, prng: Prng): Promise<Buffer> {
  const { width, height } = picture;
  const image = open(picture);
  switch (edit) {
    case "jpeg90":
    case "jpeg30":
    case "jpeg10":
      return image.jpeg({ quality: IMAGE_EDITS[edit].jpegQuality }).toBuffer();
    case "webp30":
      return image.webp({ quality: IMAGE_EDITS.webp30.webpQuality }).toBuffer();
    case "resize50":
    case "resize25":
      return png(scaled(image, picture, IMAGE_EDITS[edit].scale));
    case "tone": {
      const between = ([low, high]: readonly [number, number]) => prng.range(low, high);
      const { brightness, contrast, saturation } = IMAGE_EDITS.tone;
      const slope = between(contrast);
      return png(
        open(await raw(image.modulate({ brightness: between(brightness), saturation: between(saturation) }))).linear(
          slope,
          128 * (1 - slope),
        ),
      );
    }
    case "gray":
      return image.grayscale().jpeg({ quality: 85 }).toBuffer();
    case "blur":
      return png(image.blur(Math.max(0.5, IMAGE_EDITS.blur.sigmaOfLongestSide * Math.max(width, height))));
    case "text":
      return png(image.composite([caption(picture, prng)]));
    case "border10": {
      const share = IMAGE_EDITS.border10.whiteBorderOfEachSide;
      const x = Math.round(width * share);
      const y = Math.round(height * share);
      return png(image.extend({ left: x, right: x, top: y, bottom: y, background: "#fff" }));
    }
    case "mirror":
      return png(image.flop());
    case "rotate2": {
      const turned = await raw(image.rotate(prng.below(2) === 0 ? -2 : 2, { background: "#fff" }));
      const left = Math.floor((turned.width - width) / 2);
      const top = Math.floor((turned.height - height) / 2);
      return png(open(turned).extract({ left, top, width, height }));
    }
    case "crop5":
      return png(cropped(image, picture, IMAGE_EDITS.crop5.kept, [0.5, 0.5]));
    case "rcrop10":
    case "rcrop20":
      return png(cropped(image, picture, IMAGE_EDITS[edit].kept, [prng.float(), prng.float()]));
    case "combo": {
      const { kept, scale, brightness, jpegQuality } = IMAGE_EDITS.combo;
      const middle = await raw(cropped(image, picture, kept, [0.5, 0.5]));
      const small = await raw(scaled(open(middle), middle, scale));
      return open(small).modulate({ brightness }).jpeg({ quality: jpegQuality }).toBuffer();
    }
  }
}

function open({ data, width, height }: RawPicture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function raw(image: Sharp): Promise<RawPicture> {
  const { data, info } = await image.toColourspace("srgb").removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function png(image: Sharp): Promise<Buffer> {
  return image.png({ compressionLevel: 1 }).toBuffer();
}

function scaled(image: Sharp, { width, height }: RawPicture, scale: number): Sharp {
  return image.resize(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)), { fit: "fill" });
}

/** @param place where the window lies in the room that is left, across and down, in [0, 1] */
function cropped(image: Sharp, { width, height }: RawPicture, kept: number, place: readonly [number, number]): Sharp {
  const across = Math.max(1, Math.round(width * kept));
  const down = Math.max(1, Math.round(height * kept));
  return image.extract({
    left: Math.round((width - across) * place[0]),
    top: Math.round((height - down) * place[1]),
    width: across,
    height: down,
  });
}

/** A line of white strokes with a black outline, like large letters, drawn by hand so that no font is needed. */
function caption({ width, height }: RawPicture, prng: Prng): OverlayOptions {
  const { lineHeight, lineWidth } = IMAGE_EDITS.text;
  const w = Math.min(Math.max(8, Math.round(width * lineWidth)), width);
  const h = Math.min(Math.max(4, Math.round(height * lineHeight)), height);
  const letters: string[] = [];
  for (let x = h * 0.1; x < w - h * 0.5; x += h * 0.55) {
    if (prng.below(6) === 0) continue;
    const corner = () => `${(x + prng.float() * h * 0.4).toFixed(1)},${(h * (0.1 + 0.8 * prng.float())).toFixed(1)}`;
    letters.push(`<polyline points="${corner()} ${corner()} ${corner()} ${corner()}"/>`);
  }
  const strokes = (color: string, share: number): string =>
    `<g fill="none" stroke="${color}" stroke-width="${(h * share).toFixed(1)}">${letters.join("")}</g>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}">${strokes("#000", 0.14)}${strokes("#fff", 0.08)}</svg>`;
  return {
    input: Buffer.from(svg),
    left: Math.round((width - w) * prng.float()),
    top: Math.round((height - h) * prng.float()),
  };
}
