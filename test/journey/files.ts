/** Files for the journey's tests, made here: good ones of each kind, and each kind of bad one. */
import { open, writeFile } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { LIMITS } from "../../common/limits.ts";
import { Prng } from "../../common/prng.ts";

/** A picture of overlapping discs from a seed. */
async function picture(seed: string, format: "png" | "jpeg"): Promise<Buffer> {
  const prng = new Prng(seed);
  const [width, height] = [320, 240];
  const color = () => `rgb(${prng.below(256)},${prng.below(256)},${prng.below(256)})`;
  const discs = Array.from({ length: 24 }, () => {
    const [x, y, r] = [prng.below(width), prng.below(height), 10 + prng.below(60)];
    return `<circle cx="${x}" cy="${y}" r="${r}" fill="${color()}" fill-opacity="0.7"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${color()}"/>${discs.join("")}</svg>`;
  const image = sharp(Buffer.from(svg));
  return await (format === "png" ? image.png() : image.jpeg({ quality: 85 })).toBuffer();
}

const WORDS = "night river stone lantern window harbor paper moth orchard signal copper rain garden bell".split(" ");

/** Verses from a seed. */
function verses(seed: string): string {
  const prng = new Prng(seed);
  const line = () => Array.from({ length: 5 + prng.below(4) }, () => prng.pick(WORDS)).join(" ");
  return `${Array.from({ length: 16 }, line).join("\n")}\n`;
}

/** A PNG that says it has 30,000 x 30,000 pixels and holds almost nothing. */
function bomb(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const length = Buffer.alloc(4);
    const check = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(30_000, 0);
  header.writeUInt32BE(30_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = Buffer.from("789c030000000001", "hex");
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

/** Writes a good file of each kind; the seed makes them unlike those of other tests. */
export async function writeGoodFiles(
  folder: string,
  seed: string,
): Promise<{ png: string; jpeg: string; text: string }> {
  const files = {
    png: path.join(folder, "red_discs.png"),
    jpeg: path.join(folder, "green-discs.jpg"),
    text: path.join(folder, "verses.txt"),
  };
  await writeFile(files.png, await picture(`${seed} png`, "png"));
  await writeFile(files.jpeg, await picture(`${seed} jpeg`, "jpeg"));
  await writeFile(files.text, verses(seed));
  return files;
}

/** Writes bad files; keys are the codes that refuse them. */
export async function writeBadFiles(folder: string, seed: string): Promise<{ code: string; file: string }[]> {
  const png = await picture(`${seed} bad`, "png");
  const jpeg = await picture(`${seed} bad`, "jpeg");
  const contents: [code: string, name: string, bytes: Uint8Array][] = [
    ["EMPTY_FILE", "empty.png", new Uint8Array(0)],
    ["BROKEN_MEDIA", "truncated.png", png.subarray(0, png.length >> 1)],
    ["BROKEN_MEDIA", "truncated.jpg", jpeg.subarray(0, jpeg.length >> 1)],
    [
      "UNSUPPORTED_MEDIA",
      "program.png",
      Buffer.concat([Buffer.from("\x7fELF\x02\x01\x01\x00", "latin1"), Buffer.alloc(200)]),
    ],
    ["IMAGE_TOO_LARGE", "bomb.png", bomb()],
  ];
  const files: { code: string; file: string }[] = [];
  for (const [code, name, bytes] of contents) {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    files.push({ code, file });
  }
  const large = path.join(folder, "large.png");
  const handle = await open(large, "w");
  await handle.write(png);
  await handle.truncate(LIMITS.uploadBytes + 1);
  await handle.close();
  return [
    ...files,
    { code: "FILE_TOO_LARGE", file: large },
    { code: "FILE_NOT_FOUND", file: path.join(folder, "none.png") },
  ];
}
