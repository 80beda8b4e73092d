/** What a picture's own headers say, read before anything is decoded. */
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { brokenMedia } from "../media-errors.ts";
import { readAvifHeader } from "./avif-header.ts";
import { readGifHeader } from "./gif.ts";
import { readJpegHeader } from "./jpeg-header.ts";
import { readPngHeader } from "./png-header.ts";
import { readWebpHeader } from "./webp-header.ts";

export type ImageMediaType = "image/png" | "image/jpeg" | "image/webp" | "image/gif" | "image/avif";

/** Stored size in pixels, before orientation; EXIF orientation 1 to 8 (1 where none is given). */
export type ImageHeader = { width: number; height: number; orientation: number };

const READERS: Record<ImageMediaType, (bytes: Uint8Array) => ImageHeader> = {
  "image/png": readPngHeader,
  "image/jpeg": readJpegHeader,
  "image/webp": readWebpHeader,
  "image/gif": readGifHeader,
  "image/avif": readAvifHeader,
};

/**
 * Walks the whole container (every PNG checksum, every JPEG segment to the end marker, every WebP chunk) without decoding
 * a pixel. Time is linear in the bytes of the file, whatever size it claims to unpack to.
 * @throws ColophonError BROKEN_MEDIA, UNSUPPORTED_MEDIA (CMYK, animation, 12 bits, ...), IMAGE_TOO_LARGE, DECOMPRESSION_BOMB
 */
export function readImageHeader(bytes: Uint8Array, mediaType: ImageMediaType): ImageHeader {
  const header = READERS[mediaType](bytes);
  const { width, height } = header;
  if (width === 0 || height === 0) throw brokenMedia("the picture has no pixels");
  if (width > LIMITS.imageSide || height > LIMITS.imageSide || width * height > LIMITS.imagePixels) {
    throw new ColophonError(
      "IMAGE_TOO_LARGE",
      `The picture unpacks to ${width} x ${height} pixels; at most ${LIMITS.imagePixels} in all and ${LIMITS.imageSide} a side are accepted.`,
      { data: { width, height, maxPixels: LIMITS.imagePixels, maxSide: LIMITS.imageSide } },
    );
  }
  return header;
}
