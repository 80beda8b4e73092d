/** What a file's content gives to its fingerprint, by kind. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { hasCode } from "../common/errors.ts";
import { MEDIA_TYPES, type MediaType } from "../common/work-kind.ts";
import { audioHash } from "./iscc/audio-unit.ts";
import { chromaprint } from "./audio/chromaprint.ts";
import { decodeAudio, isDecodedAudio } from "./audio/decode-audio.ts";
import { melodyCodeV0 } from "./audio/melody-code.ts";
import { checkMidi } from "./audio/midi.ts";
import type { Pcm } from "./audio/pcm.ts";
import { decodeImageOfType, isImageType } from "./image/decode-image.ts";
import { grayThumbnails } from "./image/gray-thumbnail.ts";
import type { ImageMediaType } from "./image/image-header.ts";
import { encodeUnit, MAIN_TYPE, SUB_TYPE } from "./iscc/codec.ts";
import { imageHash } from "./iscc/image-unit.ts";
import { textHash } from "./iscc/text-unit.ts";
import { videoHash } from "./iscc/video-unit.ts";
import { mediaExtractor } from "./media-extractor.ts";
import { checkModel } from "./model-format.ts";
import { imageTooPlain, soundTooPlain, textTooShort } from "./searchability.ts";
import { THRESHOLDS } from "./search/verdict.ts";
import { decodeText } from "./text/decode-text.ts";

export type Content = {
  /** The content unit of 64 bits, where the kind of file has one. */
  unit?: string;
  /** The same at its full 256 bits. */
  content256: string | null;
  /** Why look-alikes cannot be told from the code, in a sentence; null when they can. */
  reason: string | null;
  /** Further 64-bit content words to search with, 16 hex digits each. */
  alternates: string[];
  /** Upright size in pixels, for pictures. */
  image: { width: number; height: number } | null;
  /** Experimental melody code, 64 hex digits, for MIDI files. */
  melody: string | null;
};

const NOTHING: Content = { content256: null, reason: null, alternates: [], image: null, melody: null };
const NOT_COMPARED = "Look-alikes of this kind of file cannot be searched for yet, only the same file.";

/**
 * Reads a file of a known kind.
 * @throws ColophonError as `fingerprint`
 */
export async function readContent(bytes: Uint8Array, mediaType: MediaType): Promise<Content> {
  if (isImageType(mediaType)) return pictureContent(bytes, mediaType);
  if (mediaType === "text/plain") return textContent(bytes);
  if (isDecodedAudio(mediaType)) return soundContent(mediaType, await decodeAudio(bytes, mediaType));
  if (mediaType === "audio/midi") return melodyContent(bytes);
  if (mediaType.startsWith("video/") || mediaType.startsWith("audio/")) return extractedContent(bytes, mediaType);
  checkModel(bytes);
  return { ...NOTHING, reason: NOT_COMPARED };
}

async function pictureContent(bytes: Uint8Array, mediaType: ImageMediaType): Promise<Content> {
  const pixels = await decodeImageOfType(bytes, mediaType);
  const { standard, alternates } = grayThumbnails(pixels);
  return {
    ...NOTHING,
    ...units(SUB_TYPE.image, imageHash(standard)),
    alternates: alternates.map((gray) => bytesToHex(imageHash(gray).subarray(0, 8))),
    reason: imageTooPlain(standard),
    image: { width: pixels.width, height: pixels.height },
  };
}

function textContent(bytes: Uint8Array): Content {
  const hash = textHash(decodeText(bytes));
  return { ...NOTHING, ...units(SUB_TYPE.text, hash.digest), reason: textTooShort(hash) };
}

function melodyContent(bytes: Uint8Array): Content {
  checkMidi(bytes);
  return { ...NOTHING, melody: bytesToHex(melodyCodeV0(bytes).digest), reason: NOT_COMPARED };
}

async function soundContent(mediaType: MediaType, pcm: Pcm): Promise<Content> {
  const values = await chromaprint(pcm);
  const reason = soundTooPlain(values) ?? uncompared(mediaType);
  // Under 2.6 seconds there is no value at all: a unit of zeros would be that of every such sound.
  if (values.length === 0) return { ...NOTHING, reason };
  return { ...NOTHING, ...units(SUB_TYPE.audio, audioHash(values)), reason };
}

/** Kinds for which a program outside is needed. Where it is not, the file still has its data and instance units. */
async function extractedContent(bytes: Uint8Array, mediaType: MediaType): Promise<Content> {
  try {
    const extractor = mediaExtractor();
    if (mediaType.startsWith("audio/")) return await soundContent(mediaType, await extractor.pcm(bytes, mediaType));
    const digest = videoHash(await extractor.frameSignatures(bytes, mediaType));
    return { ...NOTHING, ...units(SUB_TYPE.video, digest), reason: uncompared(mediaType) };
  } catch (error) {
    if (hasCode(error, "EXTRACTOR_MISSING") || hasCode(error, "FFMPEG_MISSING")) {
      return { ...NOTHING, reason: error.message };
    }
    throw error;
  }
}

function uncompared(mediaType: MediaType): string | null {
  return THRESHOLDS[MEDIA_TYPES[mediaType].kind] ? null : NOT_COMPARED;
}

function units(subType: number, digest: Uint8Array): { unit: string; content256: string } {
  return {
    unit: encodeUnit(MAIN_TYPE.content, subType, 64, digest),
    content256: encodeUnit(MAIN_TYPE.content, subType, 256, digest),
  };
}
