/** The 64-bit content unit inside an ISCC body, which says what a work looks or reads like. */
import type { Hash } from "../../common/digest.ts";

/** Bits of an ISCC-CODE header's last nibble: which optional units the body holds, in this order before data and instance. */
const META = 4;
const SEMANTIC = 2;
const CONTENT = 1;
const UNIT_HEX = 16;

/**
 * Content unit of a body (ISO 24138: units of 64 bits, left aligned), or null where there is none, or where it holds
 * too little to compare (fewer than 4 bits that differ from the rest).
 */
export function contentBitsOf({ body, header }: { body: Hash; header: number }): bigint | null {
  if ((header & CONTENT) === 0) return null;
  const before = ((header & META) === 0 ? 0 : 1) + ((header & SEMANTIC) === 0 ? 0 : 1);
  const start = 2 + before * UNIT_HEX;
  const bits = BigInt(`0x${body.slice(start, start + UNIT_HEX)}`);
  const ones = bits.toString(2).replaceAll("0", "").length;
  return ones < 4 || ones > 60 ? null : bits;
}
