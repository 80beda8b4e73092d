/** WebP container (RFC 9649): RIFF chunk walk. */
import { brokenMedia, unsupportedMedia } from "../media-errors.ts";
import { exifOrientation } from "./exif-orientation.ts";
import type { ImageHeader } from "./image-header.ts";

/** True when the bytes start like a WebP. */
export function isWebp(bytes: Uint8Array): boolean {
  return fourCC(bytes, 0) === "RIFF" && fourCC(bytes, 8) === "WEBP";
}

/**
 * Reads canvas and frame size and checks that every chunk lies inside the file.
 * @throws ColophonError BROKEN_MEDIA; UNSUPPORTED_MEDIA for an animation
 */
export function readWebpHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 20) throw brokenMedia("the WebP header is incomplete");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const riffEnd = 8 + view.getUint32(4, true);
  if (riffEnd > bytes.length)
    throw brokenMedia(`the WebP is ${riffEnd - bytes.length} bytes short of the length it states`);
  let canvas: { width: number; height: number } | null = null;
  let frame: { width: number; height: number } | null = null;
  let orientation = 1;
  for (let at = 12; at + 8 <= riffEnd; ) {
    const size = view.getUint32(at + 4, true);
    const data = bytes.subarray(at + 8, at + 8 + size);
    if (at + 8 + size > riffEnd) throw brokenMedia("a WebP chunk is longer than the rest of the file");
    const type = fourCC(bytes, at);
    if (type === "VP8X") canvas = readCanvas(data);
    else if (type === "VP8 ") frame ??= readLossy(data);
    else if (type === "VP8L") frame ??= readLossless(data);
    else if (type === "ANIM" || type === "ANMF")
      throw unsupportedMedia("An animated WebP is not taken; save one picture of it.");
    else if (type === "EXIF") orientation = exifOrientation(data);
    at += 8 + size + (size & 1);
  }
  if (!frame) throw brokenMedia("the WebP holds no picture");
  if (canvas && (canvas.width !== frame.width || canvas.height !== frame.height)) {
    throw brokenMedia("the WebP's canvas and picture differ in size");
  }
  return { ...frame, orientation };
}

const ANIMATION_FLAG = 0x02;

function readCanvas(data: Uint8Array): { width: number; height: number } {
  if (data.length < 10) throw brokenMedia("the WebP canvas header is too short");
  if (data[0]! & ANIMATION_FLAG) throw unsupportedMedia("An animated WebP is not taken; save one picture of it.");
  const side = (at: number): number => 1 + (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16));
  return { width: side(4), height: side(7) };
}

/** VP8 key frame header (RFC 6386, section 9.1). */
function readLossy(data: Uint8Array): { width: number; height: number } {
  const isKeyFrame = data.length >= 10 && (data[0]! & 1) === 0;
  if (!isKeyFrame || data[3] !== 0x9d || data[4] !== 0x01 || data[5] !== 0x2a) {
    throw brokenMedia("the WebP's picture has no start code");
  }
  const firstPartition = (data[0]! | (data[1]! << 8) | (data[2]! << 16)) >>> 5;
  if (firstPartition > data.length - 10) throw brokenMedia("the WebP's first partition is cut short");
  return { width: (data[6]! | (data[7]! << 8)) & 0x3fff, height: (data[8]! | (data[9]! << 8)) & 0x3fff };
}

/** VP8L image header (RFC 9649, section 3.4). */
function readLossless(data: Uint8Array): { width: number; height: number } {
  if (data.length < 5 || data[0] !== 0x2f) throw brokenMedia("the WebP's picture has no start code");
  const bits = (data[1]! | (data[2]! << 8) | (data[3]! << 16) | (data[4]! << 24)) >>> 0;
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

function fourCC(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
