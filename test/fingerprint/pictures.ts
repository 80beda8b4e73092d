import sharp, { type Sharp } from "sharp";
import { Prng } from "../../common/prng.ts";
import type { ImageFeatures } from "../../fingerprint/match/image-features.ts";
import { matchFeatures } from "../../fingerprint/match/match-features.ts";

/** RGB pixels of a smooth picture with edges, different for each seed. */
export function rgbPicture(seed: string, width: number, height: number): Uint8Array {
  const prng = new Prng(seed);
  const waves = Array.from({ length: 6 }, () => ({
    fx: prng.range(-6, 6),
    fy: prng.range(-6, 6),
    phase: prng.range(0, 6.28),
    red: prng.range(-40, 40),
    green: prng.range(-40, 40),
    blue: prng.range(-40, 40),
  }));
  const disks = Array.from({ length: 5 }, () => ({
    x: prng.float(),
    y: prng.float(),
    r: prng.range(0.05, 0.25),
    v: prng.below(256),
  }));
  const out = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = x / width;
      const v = y / height;
      let [red, green, blue] = [128, 128, 128];
      for (const wave of waves) {
        const s = Math.sin(6.28 * (u * wave.fx + v * wave.fy) + wave.phase);
        red += s * wave.red;
        green += s * wave.green;
        blue += s * wave.blue;
      }
      for (const disk of disks) if (Math.hypot(u - disk.x, v - disk.y) < disk.r) red = green = disk.v;
      for (const level of [red, green, blue]) out[at++] = Math.max(0, Math.min(255, level));
    }
  }
  return out;
}

/** The same as a sharp pipeline. */
export function picture(seed: string, width = 240, height = 180): Sharp {
  return sharp(rgbPicture(seed, width, height), { raw: { width, height, channels: 3 } });
}

/** Bytes of an encoded picture, without Node's Buffer. */
export async function encoded(image: Sharp): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await image.toBuffer());
}

/** What the second stage knows of a picture. */
export async function featuresOf(image: Sharp): Promise<ImageFeatures> {
  return (await matchFeatures(await encoded(image))) as ImageFeatures;
}
