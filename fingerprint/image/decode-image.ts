/** From a picture file's bytes to upright pixels. */
import { LIMITS } from "../../common/limits.ts";
import { ColophonError } from "../../common/errors.ts";
import { detectMediaType } from "../detect-media-type.ts";
import { brokenMedia, unsupportedMedia } from "../media-errors.ts";
import type { Pixels } from "./decoders.ts";
import { IMAGE_DECODERS } from "./image-decoders.ts";
import { type ImageMediaType, readImageHeader } from "./image-header.ts";
import { orient } from "./orient.ts";
import { essentialPng } from "./png-header.ts";

/**
 * Decodes a PNG, JPEG, WebP, AVIF or the first frame of a GIF, with EXIF orientation applied. Headers are checked first: a decompression bomb is refused
 * before a decoder sees it. Color profiles are ignored, in Node and browser alike.
 * @returns RGBA pixels with straight alpha
 * @throws ColophonError EMPTY_FILE, FILE_TOO_LARGE, UNSUPPORTED_MEDIA, BROKEN_MEDIA, IMAGE_TOO_LARGE, DECOMPRESSION_BOMB
 */
export async function decodeImage(bytes: Uint8Array): Promise<Pixels> {
  checkFileSize(bytes);
  const mediaType = detectMediaType(bytes);
  if (!isImageType(mediaType)) throw unsupportedMedia("The file is not a PNG, JPEG, WebP, AVIF or GIF picture.");
  return decodeImageOfType(bytes, mediaType);
}

/** `decodeImage` for a file whose size and type have been checked. */
export async function decodeImageOfType(bytes: Uint8Array, mediaType: ImageMediaType): Promise<Pixels> {
  const header = readImageHeader(bytes, mediaType);
  const decode = IMAGE_DECODERS[mediaType];
  // A copy of exactly these bytes: decoders take the whole buffer behind a view.
  const input = mediaType === "image/png" ? essentialPng(bytes) : new Uint8Array(bytes);
  let pixels: Pixels;
  try {
    pixels = await decode(input);
  } catch (cause) {
    if (cause instanceof ColophonError) throw cause;
    throw brokenMedia("its pixels cannot be decoded", cause);
  }
  if (pixels.width !== header.width || pixels.height !== header.height) {
    throw brokenMedia("its header states another size than its pixels have");
  }
  return orient(pixels, header.orientation);
}

/** True for the media types that hold a picture. */
export function isImageType(mediaType: string): mediaType is ImageMediaType {
  return mediaType in IMAGE_DECODERS;
}

/** @throws ColophonError EMPTY_FILE, FILE_TOO_LARGE */
export function checkFileSize(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new ColophonError("EMPTY_FILE", "The file is empty.");
  if (bytes.length > LIMITS.uploadBytes) {
    throw new ColophonError(
      "FILE_TOO_LARGE",
      `The file has ${bytes.length} bytes; at most ${LIMITS.uploadBytes} are accepted.`,
      { status: 413, data: { bytes: bytes.length, maxBytes: LIMITS.uploadBytes } },
    );
  }
}
