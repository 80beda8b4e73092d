/** ISCC content unit for sound (ISO 24138): majorities over a Chromaprint fingerprint and over its parts. */
import { simhash } from "../algorithms/simhash.ts";
import { encodeUnit, MAIN_TYPE, SUB_TYPE } from "./codec.ts";

/**
 * 256-bit hash of a sound.
 *
 * 1. Each Chromaprint value (32 bits, about eight a second) is four bytes, most significant first.
 * 2. Word 0: SimHash of all of them.
 * 3. Words 1 to 4: SimHash of each quarter, in the order of time.
 * 4. Words 5 to 7: SimHash of each third of the values sorted as signed integers.
 *
 * Parts differ in size by at most one, the larger ones first; an empty part is a zero word.
 * @param chromaprint raw fingerprint as signed 32-bit integers (`fpcalc -raw -signed -length 0`)
 * @returns 32 bytes, all zero for an empty fingerprint
 */
export function audioHash(chromaprint: Int32Array): Uint8Array<ArrayBuffer> {
  const digest = new Uint8Array(32);
  const parts = [chromaprint, ...divide(chromaprint, 4), ...divide(chromaprint.toSorted(), 3)];
  parts.forEach((part, i) => {
    if (part.length > 0) digest.set(simhash(Array.from(part, wordBytes)), 4 * i);
  });
  return digest;
}

/** Content unit of a sound. @param bits 32 to 256, a multiple of 32 */
export function audioUnit(chromaprint: Int32Array, bits = 64): string {
  return encodeUnit(MAIN_TYPE.content, SUB_TYPE.audio, bits, audioHash(chromaprint));
}

function divide(values: Int32Array, parts: number): Int32Array[] {
  const size = Math.floor(values.length / parts);
  const larger = values.length % parts;
  let at = 0;
  return Array.from({ length: parts }, (_, i) => values.subarray(at, (at += size + (i < larger ? 1 : 0))));
}

function wordBytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
