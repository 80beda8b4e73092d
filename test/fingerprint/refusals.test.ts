import { expect } from "chai";
import fc from "fast-check";
import { deflateSync } from "node:zlib";
import { LIMITS } from "../../common/limits.ts";
import { crc32 } from "../../fingerprint/image/png-header.ts";
import { readImageHeader } from "../../fingerprint/image/image-header.ts";
import { concat } from "../../fingerprint/iscc/codec.ts";
import { packedSize } from "../../fingerprint/image/packed-size.ts";
import { decodeImage, detectMediaType, fingerprint } from "../../fingerprint/node.ts";
import { midiFile, modelFile, wavFile } from "./files.ts";
import { encoded, picture } from "./pictures.ts";
import { refusal } from "./refusal.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A PNG whose header states another size; checksums are right. */
function pngOfSize(png: Uint8Array, width: number, height: number): Uint8Array {
  const out = png.slice();
  const view = new DataView(out.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  view.setUint32(29, crc32(out, 12, 29));
  return out;
}

/** The same PNG with more chunks behind its header. */
function pngWith(png: Uint8Array, chunks: readonly [string, Uint8Array][]): Uint8Array {
  const made = chunks.map(([type, data]) => {
    const chunk = concat(new Uint8Array(4), ascii(type), data, new Uint8Array(4));
    const view = new DataView(chunk.buffer);
    view.setUint32(0, data.length);
    view.setUint32(chunk.length - 4, crc32(chunk, 4, chunk.length - 4));
    return chunk;
  });
  return concat(png.subarray(0, 33), ...made, png.subarray(33));
}

describe("files that are refused", () => {
  let png: Uint8Array;
  let jpeg: Uint8Array;
  let progressive: Uint8Array;
  let webp: Uint8Array;
  let lossless: Uint8Array;

  before(async () => {
    const source = picture("refused", 120, 90);
    png = await encoded(source.clone().png());
    jpeg = await encoded(source.clone().jpeg());
    progressive = await encoded(source.clone().jpeg({ progressive: true }));
    webp = await encoded(source.clone().webp());
    lossless = await encoded(source.clone().webp({ lossless: true }));
  });

  it("an empty file, and one above the limit", async () => {
    await refusal("EMPTY_FILE", () => fingerprint(new Uint8Array()));
    await refusal("EMPTY_FILE", () => decodeImage(new Uint8Array()));
    const large = await refusal("FILE_TOO_LARGE", () => fingerprint(new Uint8Array(LIMITS.uploadBytes + 1)));
    expect(large.data).to.deep.equal({ bytes: LIMITS.uploadBytes + 1, maxBytes: LIMITS.uploadBytes });
  });

  it("kinds that are not taken", async () => {
    const bitmap = ascii("BM\u0001\u0000\u0001\u0000");
    for (const bytes of [
      bitmap,
      ascii("%PDF-1.7\n..."),
      ascii("<svg xmlns='x'/>"),
      ascii("\ufeff<?xml version='1.0'?>"),
    ]) {
      await refusal("UNSUPPORTED_MEDIA", () => fingerprint(bytes));
    }
    await refusal("UNSUPPORTED_MEDIA", () => fingerprint(Uint8Array.of(0, 1, 2, 3)));
    await refusal("UNSUPPORTED_MEDIA", () => decodeImage(ascii("only words")));
  });

  it("a picture cut short at any place", async () => {
    for (const whole of [png, jpeg, progressive, webp, lossless]) {
      for (const share of [0.1, 0.3, 0.5, 0.9, 0.99]) {
        await refusal("BROKEN_MEDIA", () => fingerprint(whole.slice(0, Math.floor(whole.length * share))));
      }
      await refusal("BROKEN_MEDIA", () => fingerprint(whole.slice(0, -2)));
    }
  });

  it("a PNG with one flipped bit in any place that counts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(png.length - 9), fc.nat(7), async (at, bit) => {
        const flipped = png.slice();
        flipped[8 + at]! ^= 1 << bit;
        await refusal("BROKEN_MEDIA", () => fingerprint(flipped));
      }),
      { numRuns: 60 },
    );
  });

  it("a PNG whose checksums are right but whose pixels are not", async () => {
    await refusal("BROKEN_MEDIA", () => fingerprint(pngOfSize(png, 120, 91)));
    // The decoder is sound after a failure.
    expect((await decodeImage(png)).width).to.equal(120);
  });

  it("decompression bombs, from their headers: no decoder sees them", async () => {
    const bombs: [Uint8Array, "image/png" | "image/jpeg" | "image/webp"][] = [
      [pngOfSize(png, 60_000, 60_000), "image/png"],
      [pngOfSize(png, 8_000, 8_000), "image/png"],
      [pngOfSize(png, 16_385, 1), "image/png"],
    ];
    const wide = jpeg.slice();
    const frame = wide.findIndex((byte, i) => byte === 0xff && wide[i + 1] === 0xc0);
    new DataView(wide.buffer).setUint32(frame + 5, 0xfff0_fff0);
    bombs.push([wide, "image/jpeg"]);
    const canvas = lossless.slice();
    new DataView(canvas.buffer).setUint32(21, 0x0fff_ffff, true);
    bombs.push([canvas, "image/webp"]);
    for (const [bytes, mediaType] of bombs) {
      await refusal("IMAGE_TOO_LARGE", () => readImageHeader(bytes, mediaType));
      const error = await refusal("IMAGE_TOO_LARGE", () => fingerprint(bytes));
      expect(error.message).to.match(/\d+ x \d+ pixels/u);
    }
  });

  it("a PNG whose profile or texts unpack to more than a profile or text has, alone or together", async () => {
    const packed = (bytes: number): Uint8Array => new Uint8Array(deflateSync(new Uint8Array(bytes)));
    const huge = packed(200_000_000);
    const profile = (stream: Uint8Array): [string, Uint8Array] => ["iCCP", concat(ascii("x\0\0"), stream)];
    const text = (bytes: number): [string, Uint8Array] => ["zTXt", concat(ascii("x\0\0"), packed(bytes))];
    const international = (flag: number, bytes: number): [string, Uint8Array] => [
      "iTXt",
      concat(ascii("x\0"), Uint8Array.of(flag, 0), ascii("en\0x\0"), packed(bytes)),
    ];
    const limit = LIMITS.imageMetadataBytes;
    const half = limit / 2 + 1;
    for (const chunks of [
      [profile(huge)],
      [profile(packed(limit + 1))],
      [text(limit + 1)],
      [international(1, limit + 1)],
      [profile(packed(half)), text(half)],
      [text(half), text(half)],
    ]) {
      const error = await refusal("DECOMPRESSION_BOMB", () => fingerprint(pngWith(png, chunks)));
      expect(error.data).to.deep.equal({ maxBytes: limit });
    }
    expect(packedSize(huge, limit), "unpacking stops soon").to.be.within(limit + 1, limit + 5_000_000);
    const plain = await fingerprint(png);
    for (const chunks of [
      [profile(packed(limit))],
      [international(0, limit + 1)], // its text is not packed, says the chunk
      [profile(Uint8Array.of(1, 2, 3, 4, 5))],
      [["iCCP", ascii("no end")] as [string, Uint8Array]],
    ]) {
      expect((await fingerprint(pngWith(png, chunks))).iscc.content).to.equal(plain.iscc.content);
    }
  });

  it("a JPEG in CMYK, in 12 bits, in arithmetic coding", async () => {
    const cmyk = await encoded(picture("print", 40, 30).toColorspace("cmyk").jpeg());
    expect((await refusal("UNSUPPORTED_MEDIA", () => fingerprint(cmyk))).message).to.include("CMYK");
    const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
    const changed = (offset: number, value: number) => jpeg.with(frame + offset, value);
    await refusal("UNSUPPORTED_MEDIA", () => fingerprint(changed(4, 12)));
    await refusal("UNSUPPORTED_MEDIA", () => fingerprint(changed(1, 0xc9)));
  });

  it("an animated WebP", async () => {
    const frames = await encoded(picture("frames", 20, 40).webp());
    const animated = new Uint8Array([
      ...ascii("RIFF"),
      0,
      0,
      0,
      0,
      ...ascii("WEBPVP8X"),
      10,
      0,
      0,
      0,
      2,
      0,
      0,
      0,
      19,
      0,
      0,
      39,
      0,
      0,
      ...frames.subarray(12),
    ]);
    new DataView(animated.buffer).setUint32(4, animated.length - 8, true);
    await refusal("UNSUPPORTED_MEDIA", () => fingerprint(animated));
  });

  it("a JPEG that costs a decoder a pass per scan, hundreds of times", async () => {
    const start = progressive.findIndex((byte, i) => byte === 0xff && progressive[i + 1] === 0xda);
    const scan = progressive.subarray(start, start + 14);
    const many = new Uint8Array([
      ...progressive.subarray(0, start),
      ...Array.from({ length: 200 }, () => [...scan]).flat(),
      0xff,
      0xd9,
    ]);
    expect((await refusal("BROKEN_MEDIA", () => fingerprint(many))).message).to.include("scans");
  });

  it("text that is not UTF-8, and text above the limit", async () => {
    await refusal("BAD_TEXT_ENCODING", () => fingerprint(Uint8Array.of(0x63, 0x61, 0x66, 0xe9)));
    await refusal("BAD_TEXT_ENCODING", () => fingerprint(Uint8Array.of(0xff, 0xfe, 0x41, 0x00)));
    await refusal("TEXT_TOO_LONG", () => fingerprint(new Uint8Array(LIMITS.textChars + 1).fill(0x61)));
  });

  it("MIDI and WAV cut short, and without sound", async () => {
    expect(detectMediaType(midiFile())).to.equal("audio/midi");
    expect(detectMediaType(wavFile(50))).to.equal("audio/wav");
    await refusal("BROKEN_MEDIA", () => fingerprint(midiFile().slice(0, -1)));
    await refusal("BROKEN_MEDIA", () => fingerprint(midiFile().with(11, 2)));
    await refusal("BROKEN_MEDIA", () => fingerprint(wavFile(50).slice(0, -1)));
    await refusal("BROKEN_MEDIA", () => fingerprint(wavFile(0)));
  });

  it("a model of nothing but its magic", async () => {
    expect(detectMediaType(modelFile())).to.equal("application/vnd.colophon.model");
    await refusal("BROKEN_MEDIA", () => fingerprint(ascii("CLPHMDL1")));
  });

  it("never with anything but a clear refusal, whatever the bytes", async () => {
    const starts = [png, jpeg, webp, lossless, midiFile(), wavFile(20)];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(starts.length - 1),
        fc.nat(60),
        fc.uint8Array({ maxLength: 60 }),
        async (which, keep, tail) => {
          const bytes = new Uint8Array([...starts[which]!.subarray(0, keep), ...tail]);
          const known = ["EMPTY_FILE", "UNSUPPORTED_MEDIA", "BROKEN_MEDIA", "IMAGE_TOO_LARGE", "BAD_TEXT_ENCODING"];
          await fingerprint(bytes).catch((error: { code?: string }) => expect(known).to.include(error.code));
        },
      ),
      { numRuns: 200 },
    );
  });
});
