/** The 64-bit content unit inside an ISCC body, which says what a work looks or reads like. */
import type { Hash } from "../../common/digest.ts";
import { hasCode } from "../../common/errors.ts";
import { contentWordsOf } from "../../fingerprint/index.ts";

/** Codes with fewer bits set (or clear) say only that there is little to see. */
const MIN_WEIGHT = 4;

/** Content unit of a body, or null where there is none that can be compared: anybody may write anything on chain. */
export function contentBitsOf({ body, header }: { body: Hash; header: number }): bigint | null {
  const words = wordsOf(body, header);
  if (!words) return null;
  const bits = (BigInt(words.high) << 32n) | BigInt(words.low);
  const ones = bits.toString(2).replaceAll("0", "").length;
  return ones < MIN_WEIGHT || ones > 64 - MIN_WEIGHT ? null : bits;
}

function wordsOf(body: Hash, header: number): { high: number; low: number } | null {
  try {
    return contentWordsOf(body, header);
  } catch (error) {
    if (hasCode(error, "BAD_ISCC")) return null;
    throw error;
  }
}
