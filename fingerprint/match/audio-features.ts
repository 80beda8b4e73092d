/** What is kept of a sound to recognise it, or a part of it: its raw Chromaprint, from which codes of short windows are made. */

/** Chromaprint values a second (11 025 Hz, a value every 1365 samples). */
export const VALUES_PER_SECOND = 11025 / 1365;

/** Longest part of a sound that is kept: about ten minutes. */
export const LONGEST_VALUES = 4850;

export type AudioFeatures = {
  kind: "audio";
  /** Raw fingerprint as `fpcalc -raw -signed` gives it, from the start, at most `LONGEST_VALUES`. */
  values: Int32Array;
};

/** Values of a window: about four seconds. Its code is the majority of each bit over the first half, then over the second. */
const WINDOW = 32;

/** Values between the windows of a registered sound and of a query. */
const REFERENCE_STEP = 8;
const QUERY_STEP = 16;

export function audioFeatures(chromaprint: Int32Array): AudioFeatures {
  return { kind: "audio", values: chromaprint.slice(0, LONGEST_VALUES) };
}

/** Codes to register, 8 bytes each: a window a second. */
export function audioReferenceCodes({ values }: AudioFeatures): Uint8Array {
  return windowCodes(values, REFERENCE_STEP);
}

/** Codes to search with, 8 bytes each: a window every two seconds. */
export function audioQueryCodes({ values }: AudioFeatures): Uint8Array {
  return windowCodes(values, QUERY_STEP);
}

function windowCodes(values: Int32Array, step: number): Uint8Array {
  const windows = Math.max(Math.floor((values.length - WINDOW) / step) + 1, 0);
  const codes = new Uint8Array(windows * 8);
  const view = new DataView(codes.buffer);
  for (let i = 0; i < windows; i++) {
    view.setUint32(i * 8, majority(values, i * step));
    view.setUint32(i * 8 + 4, majority(values, i * step + WINDOW / 2));
  }
  return codes;
}

function majority(values: Int32Array, from: number): number {
  let word = 0;
  for (let bit = 0; bit < 32; bit++) {
    let set = 0;
    for (let i = from; i < from + WINDOW / 2; i++) set += (values[i]! >>> bit) & 1;
    if (set * 2 > WINDOW / 2) word |= 1 << bit;
  }
  return word >>> 0;
}
