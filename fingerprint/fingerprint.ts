/** A file's fingerprint: what it is, its hashes, its ISCC, and whether look-alikes can be searched for. */
import { bytesToHex } from "@noble/hashes/utils.js";
import { type Hash, sha256Hex } from "../common/digest.ts";
import type { Iscc } from "../common/documents.ts";
import { MEDIA_TYPES, type MediaType, type WorkKind } from "../common/work-kind.ts";
import { detectMediaType } from "./detect-media-type.ts";
import { checkFileSize } from "./image/decode-image.ts";
import { encodeUnit, MAIN_TYPE } from "./iscc/codec.ts";
import { dataHash } from "./iscc/data-unit.ts";
import { instanceUnitOfDigest } from "./iscc/instance-unit.ts";
import { bodyOfIsccCode, composeIsccCode } from "./iscc/iscc-code.ts";
import { metaUnit } from "./iscc/meta-unit.ts";
import { blake3 } from "./kernels/blake3.ts";
import { type Content, readContent } from "./read-content.ts";

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
  /** The content unit at its full 256 bits, for pictures, texts, sound and video. */
  content256: string | null;
  /** False when no look-alike can be told from the code; `reason` then says why in a sentence. */
  searchable: boolean;
  reason: string | null;
  /**
   * Further 64-bit content words (16 hex digits each) to search with, not to register: a picture under other border
   * trims than the standard's. See `FingerprintEntry`.
   */
  alternates: string[];
  /** Experimental melody code (`melodyCodeV0`), 64 hex digits, for MIDI files; no part of the ISCC. */
  melody: string | null;
  /** Upright size in pixels, for pictures. */
  image: { width: number; height: number } | null;
};

/** A file's hashes, however they were computed: 32 bytes each. */
export type FileHashes = { bytes: number; sha256: Hash; blake3: Uint8Array; data: Uint8Array };

/**
 * Fingerprints a file: the same result in Node and in the browser, but for video, Ogg and M4A, whose content unit needs
 * ffmpeg (`reason` says so where there is none).
 * @param bytes the whole file
 * @throws ColophonError EMPTY_FILE, FILE_TOO_LARGE, UNSUPPORTED_MEDIA, BROKEN_MEDIA, IMAGE_TOO_LARGE, DECOMPRESSION_BOMB, AUDIO_TOO_LONG,
 *   TEXT_TOO_LONG, BAD_TEXT_ENCODING, EMPTY_TITLE, MEDIA_TIMEOUT; DECODER_MISSING when `index.ts` alone was imported
 */
export async function fingerprint(bytes: Uint8Array, options: FingerprintOptions = {}): Promise<Fingerprint> {
  checkFileSize(bytes);
  const mediaType = detectMediaType(bytes);
  const content = await readContent(bytes, mediaType);
  const hashes = { bytes: bytes.length, sha256: sha256Hex(bytes), blake3: blake3(bytes), data: dataHash(bytes) };
  return composeFingerprint(mediaType, hashes, content, options);
}

/** Puts a fingerprint together from its parts. @throws ColophonError EMPTY_TITLE */
export function composeFingerprint(
  mediaType: MediaType,
  hashes: FileHashes,
  { unit, ...content }: Content,
  options: FingerprintOptions,
): Fingerprint {
  const units = {
    ...(options.title === undefined
      ? {}
      : { meta: metaUnit({ name: options.title, description: options.description }) }),
    ...(unit ? { content: unit } : {}),
    data: encodeUnit(MAIN_TYPE.data, 0, 64, hashes.data),
    instance: instanceUnitOfDigest(hashes.blake3),
  };
  const code = composeIsccCode(Object.values(units));
  return {
    mediaType,
    kind: MEDIA_TYPES[mediaType].kind,
    bytes: hashes.bytes,
    sha256: hashes.sha256,
    blake3: bytesToHex(hashes.blake3),
    iscc: { code, ...units, ...bodyOfIsccCode(code) },
    searchable: content.reason === null,
    ...content,
  };
}
