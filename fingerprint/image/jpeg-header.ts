/** JPEG container (ITU-T T.81, annex B): segment walk from SOI to EOI. */
import { LIMITS } from "../../common/limits.ts";
import { brokenMedia, unsupportedMedia } from "../media-errors.ts";
import { exifOrientation, isExifPrefix } from "./exif-orientation.ts";
import type { ImageHeader } from "./image-header.ts";

/** Scans per picture. Encoders write up to about 15; each costs the decoder a pass over all pixels. */
const MAX_SCANS = 64;

/** True when the bytes start like a JPEG. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/**
 * Reads the frame header and checks that the file goes on to its end mark.
 * @throws ColophonError BROKEN_MEDIA; UNSUPPORTED_MEDIA for CMYK, other than 8 bits, lossless and arithmetic coding
 */
export function readJpegHeader(bytes: Uint8Array): ImageHeader {
  let frame: { width: number; height: number } | null = null;
  let orientation = 1;
  let scans = 0;
  let codedBytes = 0;
  let at = 2;
  for (;;) {
    if (bytes[at] !== 0xff)
      throw brokenMedia(at >= bytes.length ? "the JPEG has no end mark" : "a JPEG marker is missing");
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === undefined) throw brokenMedia("the JPEG has no end mark");
    if (marker === EOI) break;
    if (marker === TEM || (marker >= RST0 && marker <= RST7)) continue;
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (length < 2 || at + length > bytes.length)
      throw brokenMedia("a JPEG segment is longer than the rest of the file");
    const segment = bytes.subarray(at + 2, at + length);
    at += length;
    if (isFrame(marker)) {
      if (frame) throw brokenMedia("the JPEG has two frames");
      frame = readFrame(marker, segment);
    } else if (marker === APP1 && isExifPrefix(segment)) {
      orientation = exifOrientation(segment);
    } else if (marker === SOS) {
      if (!frame) throw brokenMedia("the JPEG's pixels come before its header");
      if (++scans > MAX_SCANS) throw brokenMedia(`the JPEG has more than ${MAX_SCANS} scans`);
      const end = endOfScan(bytes, at);
      codedBytes += end - at;
      at = end;
    }
  }
  if (!frame || scans === 0) throw brokenMedia("the JPEG holds no picture");
  // Each block of 8 x 8 pixels takes a bit at least. Decoders paint the missing ones gray, however many a few bytes claim.
  // Pictures that are too large anyway are refused with that word, by the caller.
  const blocks = Math.ceil(frame.width / 8) * Math.ceil(frame.height / 8);
  if (codedBytes * 8 < blocks && frame.width * frame.height <= LIMITS.imagePixels) {
    throw brokenMedia("the JPEG holds too little data for its size");
  }
  return { ...frame, orientation };
}

const TEM = 0x01;
const RST0 = 0xd0;
const RST7 = 0xd7;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;
const NOT_FRAMES = [0xc4, 0xc8, 0xcc];

/** SOF0 to SOF15; the three codes between them are Huffman tables, an extension and arithmetic conditioning. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !NOT_FRAMES.includes(marker);
}

function readFrame(marker: number, segment: Uint8Array): { width: number; height: number } {
  if (segment.length < 6) throw brokenMedia("the JPEG header is too short");
  if (marker > 0xc2)
    throw unsupportedMedia("Lossless, hierarchical and arithmetic JPEG are not taken; save it as a plain JPEG or PNG.");
  const [depth, h1, h0, w1, w0, components] = segment;
  if (depth !== 8) throw unsupportedMedia(`A JPEG of ${depth} bits per sample is not taken; save it with 8 bits.`);
  if (components === 4)
    throw unsupportedMedia("A CMYK JPEG is not taken: its colors depend on a print profile. Save it as RGB.");
  if (components !== 1 && components !== 3)
    throw unsupportedMedia(`A JPEG of ${components} color channels is not taken.`);
  if (segment.length !== 6 + 3 * components) throw brokenMedia("the JPEG header has the wrong length");
  return { width: (w1! << 8) | w0!, height: (h1! << 8) | h0! };
}

/** First marker after entropy-coded data: 0xff followed by neither a stuffed zero nor a restart mark nor fill. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; ; at++) {
    at = bytes.indexOf(0xff, at);
    const next = bytes[at + 1];
    if (at < 0 || next === undefined) throw brokenMedia("the JPEG has no end mark");
    if (next !== 0 && next !== 0xff && !(next >= RST0 && next <= RST7)) return at;
  }
}
