/** RFC 4648 base32 without padding: the alphabet in which ISCCs are written. */
import { ColophonError } from "../../common/errors.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Upper-case base32 text of bytes, no padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let buffer = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >>> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(buffer << (5 - bits)) & 31];
  return text;
}

/**
 * Bytes of base32 text in either case, no padding.
 * @throws ColophonError BAD_ISCC for a character outside the alphabet, a length no byte string has, or stray last bits
 */
export function decodeBase32(text: string): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let buffer = 0;
  let at = 0;
  for (const char of text.toUpperCase()) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) throw new ColophonError("BAD_ISCC", `"${char}" is not a base32 character.`);
    buffer = (buffer << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = buffer >>> bits;
      buffer &= (1 << bits) - 1;
    }
  }
  // Left-over bits belong to no byte: zero and fewer than one character's worth, or the text was not written by us.
  if (bits >= 5 || buffer !== 0) throw new ColophonError("BAD_ISCC", "The base32 text ends inside a byte.");
  return out;
}
