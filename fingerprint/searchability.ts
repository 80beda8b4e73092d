/** Which works carry enough information that a small distance between their codes means something. */
import { lowFrequencies } from "./iscc/image-unit.ts";
import type { TextHash } from "./iscc/text-unit.ts";

/** Different 13-character windows below which two texts can agree by chance or by one common phrase. */
const MIN_TEXT_WINDOWS = 64;

/**
 * Coefficients of the 8 x 8 window that must stand clear of their median: a bit whose coefficient sits within noise of
 * the median flips with the encoder, or agrees by the picture's emptiness.
 */
const MIN_CLEAR_COEFFICIENTS = 40;

/** Unscaled DCT units that re-encoding noise moves a coefficient by: one gray level of noise per pixel, sqrt(1024 / 2). */
const NOISE = 24;

/**
 * Why a picture should not be searched for look-alikes, or null when it may be.
 * @param gray its 32 x 32 thumbnail
 */
export function imageTooPlain(gray: Uint8Array): string | null {
  return clearCoefficients(gray) < MIN_CLEAR_COEFFICIENTS
    ? "The picture is too plain for a reliable comparison: other plain pictures have almost the same code."
    : null;
}

/** How many of the code's 64 coefficients differ from their median by more than noise. */
export function clearCoefficients(gray: Uint8Array): number {
  const all = lowFrequencies(gray);
  const values: number[] = [];
  for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) values.push(all[y * 9 + x]!);
  const sorted = values.toSorted((a, b) => a - b);
  const median = (sorted[31]! + sorted[32]!) / 2;
  return values.filter((value) => Math.abs(value - median) > NOISE).length;
}

/** Why a text should not be searched for look-alikes, or null when it may be. */
export function textTooShort(hash: TextHash): string | null {
  return hash.windows < MIN_TEXT_WINDOWS
    ? `The text is too short for a reliable comparison: it has ${hash.windows} different passages of 13 letters, at least ${MIN_TEXT_WINDOWS} are needed.`
    : null;
}

/** Chromaprint values below which a sound says too little: with the 2.6 seconds before the first, about eight seconds. */
const MIN_SOUND_VALUES = 40;
/** Different values below which a sound is a tone or silence. */
const MIN_SOUND_DIFFERENT = 16;

/** Why a sound should not be searched for look-alikes, or null when it may be. @param chromaprint its raw fingerprint */
export function soundTooPlain(chromaprint: Int32Array): string | null {
  if (chromaprint.length < MIN_SOUND_VALUES) {
    return "The sound is too short for a reliable comparison: at least eight seconds are needed.";
  }
  return new Set(chromaprint).size < MIN_SOUND_DIFFERENT
    ? "The sound is too uniform for a reliable comparison: other tones and silences have almost the same code."
    : null;
}
