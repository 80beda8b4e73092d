import sharp, { type Sharp } from "sharp";
import { Prng } from "../../common/prng.ts";
import { gifFile } from "./gif-file.ts";

/** RGB pixels with waves, disks and noise. */
function pixels(prng: Prng, width: number, height: number): Uint8Array {
  const waves = Array.from({ length: 5 }, () => ({
    x: prng.range(-6, 6),
    y: prng.range(-6, 6),
    phase: prng.range(0, 6.28),
    levels: [prng.range(-45, 45), prng.range(-45, 45), prng.range(-45, 45)],
  }));
  const disk = { x: prng.float(), y: prng.float(), r: prng.range(0.1, 0.3), level: prng.below(256) };
  const out = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = Math.hypot(x / width - disk.x, y / height - disk.y) < disk.r;
      for (let c = 0; c < 3; c++) {
        let level = inside ? disk.level : 128 + prng.below(9);
        for (const wave of waves) {
          level += wave.levels[c]! * Math.sin(6.28 * ((wave.x * x) / width + (wave.y * y) / height) + wave.phase);
        }
        out[at++] = Math.max(0, Math.min(255, level));
      }
    }
  }
  return out;
}

/** Pictures of every kind that is taken, in many encodings, and some that are refused, by file name. */
export async function pictureFiles(seed: string): Promise<Record<string, Uint8Array>> {
  const prng = new Prng(seed);
  const picture = (width: number, height: number): Sharp =>
    sharp(pixels(prng, width, height), { raw: { width, height, channels: 3 } });
  const files: Record<string, Sharp> = {};
  const sizes = [
    [240, 180],
    [97, 161],
    [33, 20],
    [512, 512],
    [1, 1],
    [300, 7],
  ] as const;
  for (const [width, height] of sizes) {
    const source = picture(width, height);
    const name = `${width}x${height}`;
    const alpha = (): Sharp => source.clone().ensureAlpha(0.6);
    Object.assign(files, {
      [`${name}-q90.jpg`]: source.clone().jpeg({ quality: 90 }),
      [`${name}-q30.jpg`]: source.clone().jpeg({ quality: 30 }),
      [`${name}-444.jpg`]: source.clone().jpeg({ chromaSubsampling: "4:4:4" }),
      [`${name}-progressive.jpg`]: source.clone().jpeg({ progressive: true }),
      [`${name}-gray.jpg`]: source.clone().grayscale().toColorspace("b-w").jpeg(),
      [`${name}.png`]: source.clone().png(),
      [`${name}-palette.png`]: source.clone().png({ palette: true, colors: 16 }),
      [`${name}-gray.png`]: source.clone().grayscale().toColorspace("b-w").png(),
      [`${name}-alpha.png`]: alpha().png(),
      [`${name}-16bit.png`]: source.clone().toColorspace("rgb16").png(),
      [`${name}-gray16.png`]: source.clone().toColorspace("grey16").png(),
      [`${name}-interlaced.png`]: source.clone().png({ progressive: true }),
      [`${name}-framed.png`]: source
        .clone()
        .extend({ top: 9, bottom: 7, left: 5, right: 11, background: "#fdf" })
        .png(),
      [`${name}-q50.webp`]: source.clone().webp({ quality: 50 }),
      [`${name}-lossless.webp`]: source.clone().webp({ lossless: true }),
      [`${name}-alpha.webp`]: alpha().webp({ quality: 70 }),
      [`${name}.gif`]: source.clone().gif(),
      [`${name}-transparent.gif`]: alpha().gif({ colors: 16 }),
      [`${name}-q60.avif`]: source.clone().avif({ quality: 60, effort: 2 }),
      [`${name}-lossless.avif`]: source.clone().avif({ lossless: true, effort: 2 }),
      [`${name}-alpha.avif`]: alpha().avif({ quality: 60, effort: 2 }),
    });
  }
  const turned = picture(60, 40);
  for (let orientation = 1; orientation <= 8; orientation++) {
    for (const format of ["jpeg", "png", "webp"] as const) {
      files[`turned-${orientation}.${format}`] = turned.clone().toFormat(format).withMetadata({ orientation });
    }
  }
  files["profile.jpg"] = picture(120, 90).jpeg().withIccProfile("p3");
  files["profile.png"] = picture(120, 90).png().withIccProfile("p3");
  files["print-cmyk.jpg"] = picture(80, 60).toColorspace("cmyk").jpeg();
  const encoded: Record<string, Uint8Array> = {};
  for (const [name, image] of Object.entries(files)) encoded[name] = new Uint8Array(await image.toBuffer());
  for (const interlaced of [false, true]) {
    encoded[`own-${interlaced ? "interlaced" : "plain"}.gif`] = gifFile(prng, { width: 57, height: 43, interlaced });
  }
  return encoded;
}
