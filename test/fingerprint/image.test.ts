import { expect } from "chai";
import sharp from "sharp";
import { Prng } from "../../common/prng.ts";
import { applyKernel, bicubicKernel } from "../../fingerprint/image/resampling.ts";
import type { Pixels } from "../../fingerprint/image/decoders.ts";
import { grayThumbnails, layOnWhite, trimBox } from "../../fingerprint/image/gray-thumbnail.ts";
import { orient } from "../../fingerprint/image/orient.ts";
import { readAvifHeader } from "../../fingerprint/image/avif-header.ts";
import { decodeImage } from "../../fingerprint/node.ts";
import { gifFile } from "../../scripts/media/gif-file.ts";
import { encoded, picture } from "./pictures.ts";

/** RGBA pixels from one character per pixel. */
function pixels(rows: readonly string[], colors: Record<string, readonly number[]>): Pixels {
  const data = new Uint8ClampedArray(rows.join("").length * 4);
  Array.from(rows.join("")).forEach((char, i) => data.set(colors[char]!, i * 4));
  return { width: rows[0]!.length, height: rows.length, data };
}

const COLORS = { ".": [250, 250, 250, 255], ",": [240, 250, 255, 255], "#": [10, 20, 30, 255] } as const;

describe("picture decoders", () => {
  for (const format of ["png", "jpeg", "webp"] as const) {
    it(`gives the pixels that libvips reads from a ${format}`, async () => {
      const bytes = await encoded(picture(format, 161, 93).toFormat(format, { quality: 60 }));
      const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      const ours = await decodeImage(bytes);
      expect(ours).to.include({ width: info.width, height: info.height });
      expect(ours.data).to.deep.equal(new Uint8ClampedArray(data));
    });
  }

  it("gives the first frame of a GIF, plain, interlaced, palettes and transparency, as libvips reads it", async () => {
    const source = picture("frames", 90, 60);
    const files = {
      plain: await encoded(source.clone().gif()),
      "few colors": await encoded(source.clone().gif({ colors: 4 })),
      transparent: await encoded(source.clone().ensureAlpha(0.3).gif({ colors: 16 })),
      "own, two frames": gifFile(new Prng("gif"), { width: 57, height: 43, interlaced: false }),
      "own, interlaced": gifFile(new Prng("gif"), { width: 57, height: 43, interlaced: true }),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const expected = await sharp(bytes).ensureAlpha().raw().toBuffer();
      const ours = await decodeImage(bytes);
      // What is transparent has no color: libvips keeps one there, we do not.
      const visible = (data: ArrayLike<number>) => Array.from(data, (level, i) => (data[i | 3] === 0 ? 0 : level));
      expect(visible(ours.data), name).to.deep.equal(visible(expected));
    }
  });

  it("gives AVIF pixels near those that libvips reads, in every flavor", async () => {
    const source = picture("avif", 96, 64);
    const files = {
      lossy: await encoded(source.clone().avif({ quality: 80, effort: 2 })),
      lossless: await encoded(source.clone().avif({ lossless: true, effort: 2 })),
      alpha: await encoded(source.clone().ensureAlpha(0.5).avif({ lossless: true, effort: 2 })),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const expected = await sharp(bytes).ensureAlpha().raw().toBuffer();
      const ours = await decodeImage(bytes);
      expect(ours, name).to.include({ width: 96, height: 64 });
      // Color conversion of libheif and libavif may round apart, by a level or two.
      const worst = ours.data.reduce((max, level, i) => Math.max(max, Math.abs(level - expected[i]!)), 0);
      expect(worst, name).to.be.at.most(3);
    }
  });

  it("reads how to turn an AVIF from its irot and imir properties", async () => {
    const bytes = await encoded(picture("avif", 48, 32).avif({ effort: 2 }));
    const at = Buffer.from(bytes).indexOf("pixi");
    const turned = (type: string, value: number) => {
      const out = bytes.slice();
      out.set(new TextEncoder().encode(type), at);
      out[at + 4] = value;
      return readAvifHeader(out).orientation;
    };
    expect([0, 1, 2, 3].map((quarters) => turned("irot", quarters))).to.deep.equal([1, 8, 3, 6]);
    expect([0, 1].map((axis) => turned("imir", axis))).to.deep.equal([4, 2]);
  });

  it("reads palette, gray, alpha, 16-bit and interlaced PNGs", async () => {
    const source = picture("variants", 64, 48);
    const variants = {
      palette: source.clone().png({ palette: true, colors: 16 }),
      gray: source.clone().grayscale().toColorspace("b-w").png(),
      alpha: source.clone().ensureAlpha(0.4).png(),
      deep: source.clone().toColorspace("rgb16").png(),
      interlaced: source.clone().png({ progressive: true }),
    };
    for (const [name, variant] of Object.entries(variants)) {
      const bytes = await encoded(variant);
      const expected = await sharp(bytes).toColorspace("srgb").ensureAlpha().raw({ depth: "uchar" }).toBuffer();
      expect((await decodeImage(bytes)).data, name).to.deep.equal(new Uint8ClampedArray(expected));
    }
  });

  it("applies each EXIF orientation of each format as libvips does", async () => {
    for (const format of ["jpeg", "png", "webp"] as const) {
      for (let orientation = 1; orientation <= 8; orientation++) {
        const bytes = await encoded(picture("turned", 33, 20).toFormat(format).withMetadata({ orientation }));
        const { data, info } = await sharp(bytes)
          .autoOrient()
          .ensureAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        const ours = await decodeImage(bytes);
        expect(ours, `${format} ${orientation}`).to.include({ width: info.width, height: info.height });
        expect(ours.data, `${format} ${orientation}`).to.deep.equal(new Uint8ClampedArray(data));
      }
    }
  });
});

describe("picture normalisation", () => {
  it("turns pixels the way EXIF orders", () => {
    const image = pixels([".#", ",,"], COLORS);
    const rows = (turned: Pixels) => {
      const chars = Array.from({ length: 4 }, (_, i) =>
        Object.keys(COLORS).find((char) => COLORS[char as keyof typeof COLORS][0] === turned.data[4 * i]),
      );
      return [`${chars[0]}${chars[1]}`, `${chars[2]}${chars[3]}`];
    };
    expect(rows(orient(image, 6))).to.deep.equal([",.", ",#"]);
    expect(rows(orient(image, 8))).to.deep.equal(["#,", ".,"]);
    expect(rows(orient(image, 3))).to.deep.equal([",,", "#."]);
  });

  it("lays transparent pixels on white", () => {
    const data = Uint8ClampedArray.of(0, 100, 255, 0, 0, 100, 255, 128, 7, 8, 9, 255);
    layOnWhite(data);
    expect([...data]).to.deep.equal([255, 255, 255, 255, 127, 177, 255, 255, 7, 8, 9, 255]);
  });

  it("trims a border of exactly the corner's color, or near it when told so", () => {
    const image = pixels(["......", ".,,,,.", ".,##,.", ".,,,,.", "......", "......"], COLORS);
    expect(trimBox(image, 0)).to.deep.equal({ left: 1, top: 1, right: 5, bottom: 4 });
    expect(trimBox(image, 24)).to.deep.equal({ left: 2, top: 2, right: 4, bottom: 3 });
    expect(trimBox(pixels(["...", "..."], COLORS), 0)).to.deep.equal({ left: 0, top: 0, right: 3, bottom: 2 });
  });

  it("keeps a picture of 32 x 32 as it is, and a flat one flat", () => {
    const prng = new Prng("same");
    const data = new Uint8ClampedArray(32 * 32 * 4);
    for (let i = 0; i < data.length; i += 4) {
      const level = prng.below(256);
      data.set([level, level, level, 255], i);
    }
    const levels = data.filter((_, i) => i % 4 === 0);
    expect([...grayThumbnails({ width: 32, height: 32, data }).standard]).to.deep.equal([...levels]);
    const flat = pixels(
      Array.from({ length: 77 }, () => "#".repeat(50)),
      { "#": [99, 99, 99, 255] },
    );
    expect([...grayThumbnails(flat).standard].every((level) => level === 99)).to.equal(true);
  });

  it("gives the gray levels that Pillow gives", () => {
    // From Pillow 12.3: row 11 of a 97 x 61 picture with R = 3x + 5y, G = 7x + 2y, B = x * y (mod 256), convert("L"),
    // resize((32, 32), BICUBIC).
    const [width, height] = [97, 61];
    const data = new Uint8ClampedArray(width * height * 4);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i += 4)
        data.set([(3 * x + 5 * y) & 255, (7 * x + 2 * y) & 255, (x * y) & 255, 255], i);
    }
    expect(grayThumbnails({ width, height, data }).standard.slice(11 * 32, 12 * 32)).to.deep.equal(
      Uint8Array.from(PILLOW_ROW),
    );
  });

  it("weighs every output pixel with weights that sum to one", () => {
    for (const inputs of [1, 5, 31, 32, 33, 100, 481, 4000]) {
      const { first, count, weights, taps } = bicubicKernel(inputs, 32);
      for (let i = 0; i < 32; i++) {
        const own = weights.subarray(i * taps, i * taps + count[i]!);
        expect(own.reduce((sum, weight) => sum + weight, 0)).to.be.closeTo(2 ** 22, taps);
        expect(first[i]! + count[i]!).to.be.at.most(inputs);
      }
    }
  });

  it("clamps overshoot instead of wrapping", () => {
    const line = Uint8Array.from({ length: 64 }, (_, x) => (x < 32 ? 0 : 255));
    const out = new Uint8Array(32);
    applyKernel(bicubicKernel(64, 32), line, out, 0, 1);
    expect(out.slice(0, 15)).to.deep.equal(new Uint8Array(15));
    expect(out.slice(17)).to.deep.equal(new Uint8Array(15).fill(255));
  });

  it("offers other trims only where they differ from the standard's", async () => {
    const plain = await decodeImage(await encoded(picture("plain").png()));
    expect(grayThumbnails(plain).alternates).to.have.length(0);
    const framed = picture("framed").extend({ top: 9, bottom: 9, left: 9, right: 9, background: "#fff" });
    expect(grayThumbnails(await decodeImage(await encoded(framed.png()))).alternates).to.have.length(1);
  });
});

const PILLOW_ROW = [
  65, 87, 110, 132, 130, 148, 171, 193, 192, 210, 116, 95, 101, 119, 145, 160, 127, 102, 127, 142, 148, 168, 82, 45, 63,
  77, 97, 110, 124, 140, 157, 170,
];
