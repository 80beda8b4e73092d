/** ISCC header and body codec (ISO 24138, clause on structure and format; names as in iscc-core). */
import { ColophonError } from "../../common/errors.ts";
import { decodeBase32, encodeBase32 } from "./base32.ts";

/** MainType: what a unit is made from. */
export const MAIN_TYPE = { meta: 0, semantic: 1, content: 2, data: 3, instance: 4, iscc: 5, id: 6, flake: 7 } as const;
/** SubType of a content unit and, for the first five, of an ISCC-CODE that holds one. */
export const SUB_TYPE = { text: 0, image: 1, audio: 2, video: 3, mixed: 4, sum: 5, none: 6 } as const;

/** The four header values: numbers as the standard assigns them; `length` as encoded, not in bits. */
export type IsccHeader = { mainType: number; subType: number; version: number; length: number };

/** One decoded unit: header and body bytes. */
export type IsccUnit = { header: IsccHeader; body: Uint8Array<ArrayBuffer> };

/**
 * Header bytes: each value as a varnibble (0-7 in 4 bits, 8-71 in 8, 72-583 in 12, 584-4679 in 16), zero padded to bytes.
 * @throws ColophonError BAD_ISCC for a value outside 0..4679
 */
export function encodeHeader(header: IsccHeader): Uint8Array<ArrayBuffer> {
  const nibbles: number[] = [];
  for (const value of [header.mainType, header.subType, header.version, header.length])
    nibbles.push(...varnibble(value));
  if (nibbles.length % 2) nibbles.push(0);
  return Uint8Array.from({ length: nibbles.length / 2 }, (_, i) => (nibbles[2 * i]! << 4) | nibbles[2 * i + 1]!);
}

function varnibble(value: number): number[] {
  if (Number.isInteger(value) && value >= 0) {
    if (value < 8) return [value];
    if (value < 72) return split(0x80 | (value - 8), 2);
    if (value < 584) return split(0xc00 | (value - 72), 3);
    if (value < 4680) return split(0xe000 | (value - 584), 4);
  }
  throw new ColophonError("BAD_ISCC", `${value} does not fit an ISCC header.`);
}

function split(value: number, nibbles: number): number[] {
  return Array.from({ length: nibbles }, (_, i) => (value >>> (4 * (nibbles - 1 - i))) & 15);
}

/**
 * Reads a header off the front of bytes.
 * @returns the header and how many bytes it takes
 * @throws ColophonError BAD_ISCC when the bytes end inside the header
 */
export function decodeHeader(bytes: Uint8Array): { header: IsccHeader; size: number } {
  let at = 0;
  const nibble = (): number => {
    const byte = bytes[at >>> 1];
    if (byte === undefined) throw new ColophonError("BAD_ISCC", "The ISCC ends inside its header.");
    return at++ % 2 ? byte & 15 : byte >>> 4;
  };
  const next = (): number => {
    const first = nibble();
    if (first < 0b1000) return first;
    if (first < 0b1100) return (((first & 3) << 4) | nibble()) + 8;
    if (first < 0b1110) return (((first & 1) << 8) | (nibble() << 4) | nibble()) + 72;
    if (first === 0b1110) return ((nibble() << 8) | (nibble() << 4) | nibble()) + 584;
    throw new ColophonError("BAD_ISCC", "The ISCC header holds a value that no version defines.");
  };
  const header = { mainType: next(), subType: next(), version: next(), length: next() };
  return { header, size: (at + 1) >>> 1 };
}

/**
 * Text of one unit, `ISCC:` and base32.
 * @param bits body length, a multiple of 32; the digest is cut to it
 * @throws ColophonError BAD_ISCC when the digest is shorter than `bits` or `bits` is no multiple of 32
 */
export function encodeUnit(mainType: number, subType: number, bits: number, digest: Uint8Array): string {
  if (bits < 32 || bits % 32 || digest.length * 8 < bits) {
    throw new ColophonError("BAD_ISCC", `A unit cannot have ${bits} of ${digest.length * 8} bits.`);
  }
  const header = encodeHeader({ mainType, subType, version: 0, length: bits / 32 - 1 });
  return `ISCC:${encodeBase32(concat(header, digest.subarray(0, bits / 8)))}`;
}

/**
 * Header and body of one unit or ISCC-CODE, with or without `ISCC:`, either case, hyphens ignored.
 * @throws ColophonError BAD_ISCC when it is malformed or its body is not as long as its header says
 */
export function decodeIscc(text: string): IsccUnit {
  const bytes = decodeBase32(
    text
      .trim()
      .replace(/^iscc:/i, "")
      .replaceAll("-", ""),
  );
  const { header, size } = decodeHeader(bytes);
  const body = bytes.slice(size);
  if (header.mainType <= MAIN_TYPE.instance && body.length !== (header.length + 1) * 4) {
    throw new ColophonError(
      "BAD_ISCC",
      `The unit's header says ${(header.length + 1) * 32} bits, it has ${body.length * 8}.`,
    );
  }
  return { header, body };
}

/** The bytes of all parts, one after another. */
export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
