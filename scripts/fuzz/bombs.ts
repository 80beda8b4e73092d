/** Small files that stand for very large ones. Each must be refused within a second, and nearly all from their headers. */
import { deflateSync, gzipSync } from "node:zlib";
import sharp from "sharp";
import { withChecksums } from "./mutate.ts";

const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
const big = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

/** A PNG of zeros of any size: 16 000 x 16 000 gray pixels of one bit are 31 KB. */
function flatPng(width: number, height: number): Uint8Array {
  const data = deflateSync(new Uint8Array((1 + Math.ceil(width / 8)) * height), { level: 9 });
  return pngOf([...big(width), ...big(height), 1, 0, 0, 0, 0], [["IDAT", data]]);
}

function pngOf(header: number[], chunks: readonly [string, Uint8Array][]): Uint8Array {
  const chunk = (type: string, data: Iterable<number>): number[] => {
    const bytes = [...data];
    return [...big(bytes.length), ...ascii(type), ...bytes, 0, 0, 0, 0];
  };
  const body = [["IHDR", header] as const, ...chunks, ["IEND", []] as const].flatMap(([type, data]) =>
    chunk(type, data),
  );
  return withChecksums(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...body]));
}

/** FLAC that states hours of silence. */
function longFlac(): Uint8Array {
  const info = [
    0x10,
    0,
    0x10,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0x0a,
    0xc4,
    0x42,
    0xff,
    0xff,
    0xff,
    0xff,
    0xff,
    ...Array(16).fill(0),
  ];
  return Uint8Array.from([...ascii("fLaC"), 0x80, 0, 0, 34, ...(info as number[])]);
}

/** MP3 frames of 8 kbit/s: two hours in 7 MB. */
function longMp3(): Uint8Array {
  const frame = Uint8Array.from([0xff, 0xf3, 0x14, 0xc4, ...Array<number>(20).fill(0)]);
  const out = new Uint8Array(frame.length * 300_000);
  for (let at = 0; at < out.length; at += frame.length) out.set(frame, at);
  return out;
}

/** A WAV of one-byte samples at a rate so low that it lasts for more than half an hour. */
function slowWav(): Uint8Array {
  const bytes = new Uint8Array(44 + 4_000_000);
  const view = new DataView(bytes.buffer);
  bytes.set(ascii("RIFF"));
  view.setUint32(4, bytes.length - 8, true);
  bytes.set(ascii("WAVEfmt "), 8);
  for (const [at, value] of [
    [16, 16],
    [24, 2000],
    [28, 2000],
    [40, 4_000_000],
  ] as const)
    view.setUint32(at, value, true);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 1],
    [34, 8],
  ] as const)
    view.setUint16(at, value, true);
  bytes.set(ascii("data"), 36);
  return bytes;
}

/** A WAV whose sample rate makes a resampler's filter gigabytes long. */
function fastWav(): Uint8Array {
  const bytes = slowWav().slice(0, 44 + 400_000);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, bytes.length - 8, true);
  view.setUint32(24, 0xffff_ffff, true);
  view.setUint32(40, 400_000, true);
  return bytes;
}

/** An SVG whose entities name each other: 10^9 words. */
function entitySvg(): Uint8Array {
  const entities = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((name, i, all) => {
    const value = i === 0 ? "lol" : `&${all[i - 1]};`.repeat(10);
    return `<!ENTITY ${name} "${value}">`;
  });
  const words = `<!DOCTYPE svg [${entities.join("")}]><svg xmlns="http://www.w3.org/2000/svg"><text>&i;</text></svg>`;
  return Uint8Array.from(ascii(words));
}

/** The bombs, by name. */
export async function bombs(): Promise<Record<string, Uint8Array>> {
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: "#369" } });
  const jpeg = new Uint8Array(await picture.clone().jpeg().toBuffer());
  const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
  const sized = (width: number, height: number): Uint8Array => {
    const out = jpeg.slice();
    const view = new DataView(out.buffer);
    view.setUint16(frame + 5, height);
    view.setUint16(frame + 7, width);
    return out;
  };
  const webp = new Uint8Array(await picture.clone().webp({ lossless: true }).toBuffer());
  new DataView(webp.buffer).setUint32(21, 0x0fff_ffff, true);
  const gif = Uint8Array.from([
    ...ascii("GIF89a"),
    255,
    255,
    255,
    255,
    0,
    0,
    0,
    0x2c,
    0,
    0,
    0,
    0,
    255,
    255,
    255,
    255,
    0,
    8,
    0,
    0x3b,
  ]);
  const avif = new Uint8Array(await picture.clone().avif({ effort: 0 }).toBuffer());
  const extents = new TextDecoder("latin1").decode(avif).indexOf("ispe");
  new DataView(avif.buffer).setUint32(extents + 8, 60_000);
  new DataView(avif.buffer).setUint32(extents + 12, 60_000);
  const svg = (words: string) => Uint8Array.from(ascii(words));
  const profile = deflateSync(new Uint8Array(200_000_000), { level: 9 });
  const small = deflateSync(new Uint8Array(65 * 64), { level: 9 });
  return {
    "png-16000.png": flatPng(16_000, 16_000),
    "png-30000.png": flatPng(30_000, 30_000),
    "jpeg-65500.jpg": sized(65_500, 65_500),
    "jpeg-thin-data.jpg": sized(6_300, 6_300),
    "webp-16384.webp": webp,
    "gif-65535.gif": gif,
    "flac-hours.flac": longFlac(),
    "mp3-hours.mp3": longMp3(),
    "wav-slow.wav": slowWav(),
    "wav-fast.wav": fastWav(),
    "avif-60000.avif": avif,
    "entities.svg": entitySvg(),
    "external-entity.svg": svg('<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><text>&x;</text></svg>'),
    "wide.svg": svg('<svg xmlns="http://www.w3.org/2000/svg" width="40000" height="40000"/>'),
    "zeros.gz": gzipSync(new Uint8Array(200_000_000), { level: 9 }),
    "profile.png": pngOf(
      [...big(64), ...big(64), 8, 0, 0, 0, 0],
      [
        ["iCCP", Uint8Array.from([...ascii("x"), 0, 0, ...profile])],
        ["IDAT", small],
      ],
    ),
  };
}
