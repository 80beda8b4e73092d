/** PNG container (ISO/IEC 15948, third edition): chunk walk and what a decoder has to see of it. */
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { concat } from "../iscc/codec.ts";
import { brokenMedia } from "../media-errors.ts";
import { exifOrientation } from "./exif-orientation.ts";
import type { ImageHeader } from "./image-header.ts";
import { packedSize } from "./packed-size.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Sample depths that each color type allows. */
const DEPTHS: Record<number, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

type Chunk = { type: string; start: number; end: number; data: Uint8Array };

/** True when the bytes start with the PNG signature. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/**
 * Checks order, length and checksum of every chunk up to IEND, and that color profile and compressed texts unpack to no more than
 * such things have. No decoder here looks at them, but others that the file is given to will.
 * @throws ColophonError BROKEN_MEDIA, DECOMPRESSION_BOMB
 */
export function readPngHeader(bytes: Uint8Array): ImageHeader {
  const seen = new Set<string>();
  let header: ImageHeader | null = null;
  let unpacked = 0;
  for (const { type, data } of chunks(bytes)) {
    const packed = packedPart(type, data);
    if (packed) unpacked += packedSize(packed, LIMITS.imageMetadataBytes - unpacked);
    if (unpacked > LIMITS.imageMetadataBytes) throw bomb();
    if (type === "IHDR") {
      if (header) throw brokenMedia("the PNG has two headers");
      header = readIhdr(data);
    } else if (!header) {
      throw brokenMedia("the PNG does not start with its header");
    } else if (type === "eXIf") {
      header.orientation = exifOrientation(data);
    }
    seen.add(type);
  }
  if (!header || !seen.has("IDAT")) throw brokenMedia("the PNG holds no picture");
  return header;
}

/**
 * The same picture with nothing but the chunks that its pixels depend on: no color profile, text or animation frame
 * reaches the decoder, where their own compressed data could unpack without bounds.
 */
export function essentialPng(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept = [bytes.subarray(0, SIGNATURE.length)];
  for (const { type, start, end } of chunks(bytes)) {
    if (["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].includes(type)) kept.push(bytes.subarray(start, end));
  }
  return concat(...kept);
}

/** The zlib stream in a chunk that may have one besides the pixels; null where there is none. */
function packedPart(type: string, data: Uint8Array): Uint8Array | null {
  if (type !== "iCCP" && type !== "zTXt" && type !== "iTXt") return null;
  const keyword = data.indexOf(0);
  if (keyword < 0) return null;
  if (type !== "iTXt") return data.subarray(keyword + 2); // behind the method
  if (data[keyword + 1] !== 1) return null;
  const language = data.indexOf(0, keyword + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  return translated < 0 ? null : data.subarray(translated + 1);
}

function bomb(): ColophonError {
  return new ColophonError(
    "DECOMPRESSION_BOMB",
    `The PNG's color profile and texts unpack to more than ${LIMITS.imageMetadataBytes} bytes; save it without them.`,
    { data: { maxBytes: LIMITS.imageMetadataBytes } },
  );
}

function readIhdr(data: Uint8Array): ImageHeader {
  if (data.length !== 13) throw brokenMedia("the PNG header has the wrong length");
  const view = new DataView(data.buffer, data.byteOffset, 13);
  const [depth, color, compression, filter, interlace] = data.subarray(8);
  if (!DEPTHS[color!]?.includes(depth!) || compression !== 0 || filter !== 0 || interlace! > 1) {
    throw brokenMedia("the PNG header holds values that PNG does not define");
  }
  return { width: view.getUint32(0), height: view.getUint32(4), orientation: 1 };
}

function* chunks(bytes: Uint8Array): Generator<Chunk> {
  if (!isPng(bytes)) throw brokenMedia("the PNG signature is incomplete");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = SIGNATURE.length;
  for (;;) {
    if (at + 12 > bytes.length) throw brokenMedia("the PNG has no end mark");
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) throw brokenMedia("a PNG chunk is longer than the rest of the file");
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crc32(bytes, at + 4, end - 4) !== view.getUint32(end - 4)) {
      throw brokenMedia(`the checksum of PNG chunk ${JSON.stringify(type)} is wrong`);
    }
    yield { type, start: at, end, data: bytes.subarray(at + 8, end - 4) };
    if (type === "IEND") return;
    at = end;
  }
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 (ISO 3309) of `bytes[start, end)`, unsigned. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1;
  for (let i = start; i < end; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
