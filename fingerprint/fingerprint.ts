/** A file's fingerprint: what it is, its hashes, its ISCC, and whether look-alikes can be searched for. */
import { blake3 } from "@noble/hashes/blake3.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { type Hash, sha256Hex } from "../common/digest.ts";
import type { Iscc } from "../common/documents.ts";
import { MEDIA_TYPES, type MediaType, type WorkKind } from "../common/work-kind.ts";
import { checkMidi } from "./audio/midi.ts";
import { checkWav } from "./audio/wav.ts";
import { detectMediaType } from "./detect-media-type.ts";
import { checkFileSize, decodeImageOfType, isImageType } from "./image/decode-image.ts";
import { grayThumbnails } from "./image/gray-thumbnail.ts";
import { encodeUnit, MAIN_TYPE, SUB_TYPE } from "./iscc/codec.ts";
import { dataUnit } from "./iscc/data-unit.ts";
import { imageHash } from "./iscc/image-unit.ts";
import { instanceUnitOfDigest } from "./iscc/instance-unit.ts";
import { bodyOfIsccCode, composeIsccCode } from "./iscc/iscc-code.ts";
import { metaUnit } from "./iscc/meta-unit.ts";
import { textHash } from "./iscc/text-unit.ts";
import { checkModel } from "./model-format.ts";
import { imageTooPlain, textTooShort } from "./searchability.ts";
import { decodeText } from "./text/decode-text.ts";

export type FingerprintOptions = {
  /** Title and description of the work; without a title the code holds no meta unit. */
  title?: string;
  description?: string;
};

export type Fingerprint = {
  mediaType: MediaType;
  kind: WorkKind;
  /** File length. */
  bytes: number;
  sha256: Hash;
  /** 64 hex digits. */
  blake3: string;
  iscc: Iscc & { body: Hash };
  /** The content unit at its full 256 bits, for pictures and texts. */
  content256: string | null;
  /** False when no look-alike can be told from the code; `reason` then says why in a sentence. */
  searchable: boolean;
  reason: string | null;
  /**
   * Further 64-bit content words (16 hex digits each) to search with, not to register: a picture under other border
   * trims than the standard's. See `FingerprintEntry`.
   */
  alternates: string[];
  /** Upright size in pixels, for pictures. */
  image: { width: number; height: number } | null;
};

/** What only the content of a file gives. */
type Content = Pick<Fingerprint, "content256" | "reason" | "image" | "alternates"> & { unit?: string };

/**
 * Fingerprints a file: the same result in Node and in the browser.
 * @param bytes the whole file
 * @throws ColophonError EMPTY_FILE, FILE_TOO_LARGE, UNSUPPORTED_MEDIA, BROKEN_MEDIA, IMAGE_TOO_LARGE, TEXT_TOO_LONG,
 *   BAD_TEXT_ENCODING, EMPTY_TITLE; DECODER_MISSING when no picture decoders are installed
 */
export async function fingerprint(bytes: Uint8Array, options: FingerprintOptions = {}): Promise<Fingerprint> {
  checkFileSize(bytes);
  const mediaType = detectMediaType(bytes);
  const { unit, ...content } = await readContent(bytes, mediaType);
  const digest = blake3(bytes);
  const units = {
    ...(options.title === undefined
      ? {}
      : { meta: metaUnit({ name: options.title, description: options.description }) }),
    ...(unit ? { content: unit } : {}),
    data: dataUnit(bytes),
    instance: instanceUnitOfDigest(digest),
  };
  const code = composeIsccCode(Object.values(units));
  return {
    mediaType,
    kind: MEDIA_TYPES[mediaType].kind,
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
    blake3: bytesToHex(digest),
    iscc: { code, ...units, ...bodyOfIsccCode(code) },
    searchable: content.reason === null,
    ...content,
  };
}

async function readContent(bytes: Uint8Array, mediaType: MediaType): Promise<Content> {
  if (isImageType(mediaType)) {
    const pixels = await decodeImageOfType(bytes, mediaType);
    const { standard, alternates } = grayThumbnails(pixels);
    const image = { width: pixels.width, height: pixels.height };
    return {
      ...contentUnits(SUB_TYPE.image, imageHash(standard)),
      alternates: alternates.map((gray) => bytesToHex(imageHash(gray).subarray(0, 8))),
      reason: imageTooPlain(standard),
      image,
    };
  }
  if (mediaType === "text/plain") {
    const hash = textHash(decodeText(bytes));
    return { ...contentUnits(SUB_TYPE.text, hash.digest), alternates: [], reason: textTooShort(hash), image: null };
  }
  if (mediaType === "audio/midi") checkMidi(bytes);
  if (mediaType === "audio/wav") checkWav(bytes);
  if (mediaType === "application/vnd.colophon.model") checkModel(bytes);
  return {
    content256: null,
    alternates: [],
    reason: "Look-alikes of this kind of file cannot be searched for yet, only the same file.",
    image: null,
  };
}

function contentUnits(subType: number, digest: Uint8Array): { unit: string; content256: string } {
  return {
    unit: encodeUnit(MAIN_TYPE.content, subType, 64, digest),
    content256: encodeUnit(MAIN_TYPE.content, subType, 256, digest),
  };
}
