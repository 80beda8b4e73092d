/** Training pictures from a folder of any pictures: 28 x 28 bytes of ink coverage each (dark = ink). */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { IMAGE_PIXELS, IMAGE_SIDE } from "../models/seed-gan.ts";

const PICTURE = /\.(png|jpe?g|webp)$/i;

/** Most pictures that are read: 784 bytes each. */
const MOST = 100_000;

/**
 * Reads every PNG, JPEG and WebP below a folder, cropped square around the centre, shrunk and turned to gray, in the order
 * of their paths.
 * @throws ColophonError NO_PICTURES, BROKEN_MEDIA naming the file
 */
export async function picturesOfFolder(folder: string): Promise<Uint8Array> {
  const entries = await readdir(folder, { recursive: true });
  const names = entries.filter((name) => PICTURE.test(name)).sort();
  if (names.length === 0 || names.length > MOST) {
    throw new ColophonError("NO_PICTURES", `The folder must hold 1 to ${MOST} PNG, JPEG or WebP pictures.`, {
      data: { folder, found: names.length },
    });
  }
  const out = new Uint8Array(names.length * IMAGE_PIXELS);
  for (const [n, name] of names.entries()) {
    try {
      const gray = await sharp(join(folder, name), { limitInputPixels: LIMITS.imagePixels })
        .rotate()
        .flatten({ background: "#ffffff" })
        .resize(IMAGE_SIDE, IMAGE_SIDE, { fit: "cover" })
        .grayscale()
        .raw()
        .toBuffer();
      for (let i = 0; i < IMAGE_PIXELS; i++) out[n * IMAGE_PIXELS + i] = 255 - (gray[i] as number);
    } catch (cause) {
      throw new ColophonError("BROKEN_MEDIA", `The picture ${name} does not decode.`, { cause, data: { name } });
    }
  }
  return out;
}
