/** What the second stage needs to know of a file, for each medium, and its form as bytes. */
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { chromaprint } from "../audio/chromaprint.ts";
import { decodeAudio, isDecodedAudio } from "../audio/decode-audio.ts";
import { detectMediaType } from "../detect-media-type.ts";
import { decodeImageOfType, isImageType } from "../image/decode-image.ts";
import { decodeText } from "../text/decode-text.ts";
import { type AudioFeatures, audioFeatures, LONGEST_VALUES } from "./audio-features.ts";
import { CHROMA_SIDE, type ImageFeatures, imageFeatures, type ImageView, VIEW_SIDE } from "./image-features.ts";
import { SKETCH_HASHES, type TextFeatures, textFeatures } from "./text-features.ts";

export type MatchFeatures = ImageFeatures | TextFeatures | AudioFeatures;

/**
 * Features of a picture, a text, or a sound that this library decodes; null for other files.
 * @throws ColophonError what decoding the file throws
 */
export async function matchFeatures(bytes: Uint8Array): Promise<MatchFeatures | null> {
  const mediaType = detectMediaType(bytes);
  if (isImageType(mediaType)) return imageFeatures(await decodeImageOfType(bytes, mediaType));
  if (isDecodedAudio(mediaType)) return audioFeatures(await chromaprint(await decodeAudio(bytes, mediaType)));
  return mediaType === "text/plain" ? textFeatures(decodeText(bytes)) : null;
}

const VERSION = 2;
const KINDS = ["image", "text", "audio"] as const;
const MOST_VIEWS = 4;
const GRAY_BYTES = VIEW_SIDE * VIEW_SIDE;
const CHROMA_BYTES = CHROMA_SIDE * CHROMA_SIDE;
const VIEW_BYTES = 16 + GRAY_BYTES + 2 * CHROMA_BYTES;

/**
 * Features as bytes: version and kind, then little-endian numbers. A picture 4.6 KB per view (one to four), a text at
 * most 4 KB, a sound 2 KB a minute.
 */
export function encodeFeatures(features: MatchFeatures): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(headerBytes(features.kind) + bodyBytes(features));
  const view = new DataView(out.buffer);
  out[0] = VERSION;
  out[1] = KINDS.indexOf(features.kind);
  if (features.kind === "image") {
    view.setUint32(4, features.width, true);
    view.setUint32(8, features.height, true);
    for (const [i, { frame, gray, blue, red }] of features.views.entries()) {
      const at = headerBytes("image") + i * VIEW_BYTES;
      frame.forEach((edge, k) => view.setFloat32(at + 4 * k, edge, true));
      out.set(gray, at + 16);
      out.set(blue, at + 16 + GRAY_BYTES);
      out.set(red, at + 16 + GRAY_BYTES + CHROMA_BYTES);
    }
  } else if (features.kind === "text") {
    view.setUint32(4, features.passages, true);
    view.setUint32(8, features.ceiling, true);
    features.hashes.forEach((hash, i) => view.setUint32(headerBytes("text") + 4 * i, hash, true));
  } else features.values.forEach((value, i) => view.setInt32(headerBytes("audio") + 4 * i, value, true));
  return out;
}

/** @throws ColophonError BAD_FEATURES when the bytes are no features */
export function decodeFeatures(bytes: Uint8Array): MatchFeatures {
  const kind = KINDS[bytes[1] ?? 255];
  const body = kind ? bytes.length - headerBytes(kind) : -1;
  if (bytes[0] !== VERSION || !kind || body < 0) throw badFeatures();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (kind === "image") {
    const count = body / VIEW_BYTES;
    if (!Number.isInteger(count) || count < 1 || count > MOST_VIEWS) throw badFeatures();
    const views = Array.from({ length: count }, (_, i): ImageView => {
      const at = headerBytes(kind) + i * VIEW_BYTES;
      const edge = (k: number): number => view.getFloat32(at + 4 * k, true);
      const chroma = at + 16 + GRAY_BYTES;
      return {
        frame: [edge(0), edge(1), edge(2), edge(3)],
        gray: bytes.slice(at + 16, chroma),
        blue: bytes.slice(chroma, chroma + CHROMA_BYTES),
        red: bytes.slice(chroma + CHROMA_BYTES, chroma + 2 * CHROMA_BYTES),
      };
    });
    const sides = [view.getUint32(4, true), view.getUint32(8, true)] as const;
    if (sides.some((side) => side === 0 || side > LIMITS.imageSide)) throw badFeatures();
    return { kind, views, width: sides[0], height: sides[1] };
  }
  const count = body / 4;
  if (!Number.isInteger(count) || count > (kind === "text" ? SKETCH_HASHES : LONGEST_VALUES)) throw badFeatures();
  if (kind === "audio") {
    return {
      kind,
      values: Int32Array.from({ length: count }, (_, i) => view.getInt32(headerBytes(kind) + 4 * i, true)),
    };
  }
  const hashes = Uint32Array.from({ length: count }, (_, i) => view.getUint32(headerBytes(kind) + 4 * i, true));
  if (hashes.some((hash, i) => i > 0 && hash <= hashes[i - 1]!)) throw badFeatures();
  return { kind, hashes, passages: view.getUint32(4, true), ceiling: view.getUint32(8, true) };
}

function headerBytes(kind: MatchFeatures["kind"]): number {
  return kind === "audio" ? 4 : 12;
}

function bodyBytes(features: MatchFeatures): number {
  if (features.kind === "image") return features.views.length * VIEW_BYTES;
  return 4 * (features.kind === "text" ? features.hashes : features.values).length;
}

function badFeatures(): ColophonError {
  return new ColophonError("BAD_FEATURES", "The bytes are no features of a picture, text or sound.");
}
