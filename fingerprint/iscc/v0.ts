/**
 * ISCC by the names that carry the version of the algorithm: `…CodeV0` will always mean version 0 of ISO 24138:2024, so a
 * code made by these names can be made again. Each gives the unit and what the standard publishes beside it.
 *
 * All take `bits`, 64 to 256 in steps of 32 (64 is what an ISCC-CODE holds); a shorter unit is the front of a longer one
 * but for mixed units. All are pure functions of bytes and strings, the same in Node and browser.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { ColophonError } from "../../common/errors.ts";
import { Blake3 } from "../kernels/blake3.ts";
import { audioUnit } from "./audio-unit.ts";
import { DataHasher } from "./data-unit.ts";
import { encodeUnit, MAIN_TYPE } from "./codec.ts";
import { imageUnit } from "./image-unit.ts";
import { composeIsccCode } from "./iscc-code.ts";
import { describeMeta, type MetaInput, metaUnit } from "./meta-unit.ts";
import { mixedUnit } from "./mixed-unit.ts";
import { textCharacters, textUnit } from "./text-unit.ts";
import { videoUnit } from "./video-unit.ts";

/** Bits of a unit where nothing else is asked for. */
const DEFAULT_BITS = 64;

/** Multihash prefix of a 32-byte BLAKE3 digest: code 0x1e, length 0x20. */
const MULTIHASH_BLAKE3 = "1e20";

export type MetaCodeV0 = { iscc: string; name: string; description?: string; meta?: string; metahash: string };

/**
 * Meta code of a title and, where given, a description or metadata: see `metaUnit` for the steps.
 * @returns the normalised inputs; `meta` as a data URL; `metahash`: BLAKE3 of the metadata's bytes, else of name and
 *   description with a space between, as a multihash in hex
 * @throws ColophonError EMPTY_TITLE, BAD_DATA_URL, METADATA_TOO_LARGE, BAD_ISCC (bits)
 */
export function metaCodeV0(input: MetaInput, bits = DEFAULT_BITS): MetaCodeV0 {
  const { name, description, meta, payload } = describeMeta(input);
  const metahash = MULTIHASH_BLAKE3 + bytesToHex(new Blake3().update(payload).digest());
  return {
    iscc: metaUnit(input, checkBits(bits)),
    name,
    ...(description ? { description } : {}),
    ...(meta ? { meta } : {}),
    metahash,
  };
}

/** Content code of plain text: see `textHash`. @returns `characters`: after normalisation @throws ColophonError TEXT_TOO_LONG */
export function textCodeV0(text: string, bits = DEFAULT_BITS): { iscc: string; characters: number } {
  return { iscc: textUnit(text, checkBits(bits)), characters: textCharacters(text) };
}

/** Content code of a picture of 32 x 32 gray levels, see `grayThumbnails` and `imageHash`. */
export function imageCodeV0(gray: Uint8Array, bits = DEFAULT_BITS): { iscc: string } {
  return { iscc: imageUnit(gray, checkBits(bits)) };
}

/** Content code of a sound's Chromaprint, see `audioHash`. */
export function audioCodeV0(chromaprint: Int32Array, bits = DEFAULT_BITS): { iscc: string } {
  return { iscc: audioUnit(chromaprint, checkBits(bits)) };
}

/** Content code of a video's MPEG-7 frame signatures, see `videoHash`. @throws ColophonError BAD_FRAME_SIGNATURE */
export function videoCodeV0(frames: readonly ArrayLike<number>[], bits = DEFAULT_BITS): { iscc: string } {
  return { iscc: videoUnit(frames, checkBits(bits)) };
}

/** Content code of a file of several media, from their content units: see `mixedHash`. @returns `parts`: as given */
export function mixedCodeV0(parts: readonly string[], bits = DEFAULT_BITS): { iscc: string; parts: string[] } {
  return { iscc: mixedUnit(parts, checkBits(bits)), parts: [...parts] };
}

/** Data code of bytes or of pieces of a stream, see `DataHasher`. */
export function dataCodeV0(bytes: Uint8Array | Iterable<Uint8Array>, bits = DEFAULT_BITS): { iscc: string } {
  checkBits(bits);
  const hasher = new DataHasher();
  for (const piece of pieces(bytes)) hasher.update(piece);
  return { iscc: encodeUnit(MAIN_TYPE.data, 0, bits, hasher.digest()) };
}

/** Instance code of bytes or of pieces of a stream. @returns `datahash`: BLAKE3 as a multihash in hex; `filesize`: bytes */
export function instanceCodeV0(
  bytes: Uint8Array | Iterable<Uint8Array>,
  bits = DEFAULT_BITS,
): { iscc: string; datahash: string; filesize: number } {
  checkBits(bits);
  const hasher = new Blake3();
  let filesize = 0;
  for (const piece of pieces(bytes)) {
    hasher.update(piece);
    filesize += piece.length;
  }
  const digest = hasher.digest();
  return {
    iscc: encodeUnit(MAIN_TYPE.instance, 0, bits, digest),
    datahash: MULTIHASH_BLAKE3 + bytesToHex(digest),
    filesize,
  };
}

/** ISCC-CODE of units in any order, see `composeIsccCode`. */
export function isccCodeV0(units: readonly string[]): { iscc: string } {
  return { iscc: composeIsccCode(units) };
}

function pieces(bytes: Uint8Array | Iterable<Uint8Array>): Iterable<Uint8Array> {
  return bytes instanceof Uint8Array ? [bytes] : bytes;
}

function checkBits(bits: number): number {
  if (!Number.isInteger(bits) || bits < 64 || bits > 256 || bits % 32) {
    throw new ColophonError("BAD_ISCC", `A unit has 64 to 256 bits in steps of 32, not ${bits}.`);
  }
  return bits;
}
