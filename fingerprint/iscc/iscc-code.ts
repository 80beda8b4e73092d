/** ISCC-CODE: data and instance units with the meta and content units there are, 64 bits each, under one header. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { Hash } from "../../common/digest.ts";
import { ColophonError } from "../../common/errors.ts";
import { encodeBase32 } from "./base32.ts";
import { concat, decodeIscc, encodeHeader, encodeUnit, type IsccUnit, MAIN_TYPE, SUB_TYPE } from "./codec.ts";

/** Units of one asset as `ISCC:` texts. Meta and content may be missing. */
export type IsccUnits = { meta?: string; content?: string; data: string; instance: string };

/** Which 64-bit units come before data and instance: bits of the header's length value. */
const HAS_CONTENT = 1;
const HAS_SEMANTIC = 2;
const HAS_META = 4;

/**
 * Composes an ISCC-CODE.
 *
 * 1. Units in the order meta, (semantic,) content, data, instance, each cut to its first 64 bits: the body.
 * 2. MainType ISCC; SubType that of the content unit, SUM for data and instance alone, NONE for meta, data and instance.
 * 3. The header's length value says which optional units are there: 1 content, 2 semantic, 4 meta, added up.
 * @param units at least data and instance, in any order, each of 64 bits or more
 * @throws ColophonError BAD_ISCC when a mandatory unit is missing, doubled, too short or of another type
 */
export function composeIsccCode(units: readonly string[]): string {
  const decoded = units.map(decodeIscc).sort((a, b) => a.header.mainType - b.header.mainType);
  const types = decoded.map((unit) => unit.header.mainType);
  const optional = types.slice(0, -2);
  if (types.at(-2) !== MAIN_TYPE.data || types.at(-1) !== MAIN_TYPE.instance || new Set(types).size !== types.length) {
    throw new ColophonError(
      "BAD_ISCC",
      "An ISCC-CODE takes one data and one instance unit, and at most one of each other.",
    );
  }
  if (decoded.some((unit) => unit.body.length < 8)) {
    throw new ColophonError("BAD_ISCC", "An ISCC-CODE takes units of at least 64 bits.");
  }
  const typed = decoded.filter(
    ({ header: { mainType } }) => mainType === MAIN_TYPE.semantic || mainType === MAIN_TYPE.content,
  );
  if (new Set(typed.map((unit) => unit.header.subType)).size > 1) {
    throw new ColophonError("BAD_ISCC", "Semantic and content unit describe different media.");
  }
  const subType = typed[0]?.header.subType ?? (types.length === 2 ? SUB_TYPE.sum : SUB_TYPE.none);
  const length = optional.reduce((sum, type) => sum | PRESENCE[type]!, 0);
  const header = encodeHeader({ mainType: MAIN_TYPE.iscc, subType, version: 0, length });
  return `ISCC:${encodeBase32(concat(header, ...decoded.map((unit) => unit.body.subarray(0, 8))))}`;
}

const PRESENCE: readonly number[] = [HAS_META, HAS_SEMANTIC, HAS_CONTENT];

/**
 * What the chain stores of an ISCC-CODE.
 * @returns `body`: the code's 16 to 32 body bytes, left aligned and zero padded to 32; `header`: its two header bytes
 * @throws ColophonError BAD_ISCC when it is no ISCC-CODE of at most 32 body bytes
 */
export function bodyOfIsccCode(code: string): { body: Hash; header: number } {
  const { header, body } = decodeIscc(code);
  const layout = unitLayout(header);
  if (body.length !== layout.length * 8)
    throw new ColophonError("BAD_ISCC", "The ISCC-CODE's body does not fit its header.");
  const padded = new Uint8Array(32);
  padded.set(body);
  const bytes = encodeHeader(header);
  return { body: `0x${bytesToHex(padded)}`, header: (bytes[0]! << 8) | bytes[1]! };
}

/**
 * The ISCC-CODE and its 64-bit units behind an on-chain body and header.
 * @throws ColophonError BAD_ISCC when the header is no ISCC-CODE's or the padding is not zero
 */
export function isccOfBody(body: Hash, header: number): { code: string; units: IsccUnits } {
  const bytes = hexToBytes(body.slice(2));
  const nibbles = {
    mainType: header >>> 12,
    subType: (header >>> 8) & 15,
    version: (header >>> 4) & 15,
    length: header & 15,
  };
  const layout = unitLayout(nibbles);
  if (bytes.length !== 32 || bytes.subarray(layout.length * 8).some((byte) => byte !== 0)) {
    throw new ColophonError("BAD_ISCC", "The fingerprint's body does not fit its header.");
  }
  const units: Partial<Record<(typeof UNIT_NAMES)[number], string>> = {};
  layout.forEach((mainType, i) => {
    const subType = mainType === MAIN_TYPE.content ? nibbles.subType : 0;
    units[UNIT_NAMES[mainType]!] = encodeUnit(mainType, subType, 64, bytes.subarray(i * 8, i * 8 + 8));
  });
  const code = `ISCC:${encodeBase32(concat(encodeHeader(nibbles), bytes.subarray(0, layout.length * 8)))}`;
  return { code, units: units as IsccUnits };
}

/**
 * The content unit inside an on-chain body, as two 32-bit words (the first is the more significant).
 * @returns null when the code holds no content unit; `subType` is one of `SUB_TYPE`
 * @throws ColophonError BAD_ISCC when the header is no ISCC-CODE's
 */
export function contentWordsOf(body: Hash, header: number): { subType: number; high: number; low: number } | null {
  const nibbles = {
    mainType: header >>> 12,
    subType: (header >>> 8) & 15,
    version: (header >>> 4) & 15,
    length: header & 15,
  };
  const at = unitLayout(nibbles).indexOf(MAIN_TYPE.content);
  if (at < 0) return null;
  const start = 2 + at * 16;
  const word = (from: number): number => Number.parseInt(body.slice(from, from + 8), 16) >>> 0;
  return { subType: nibbles.subType, high: word(start), low: word(start + 8) };
}

const UNIT_NAMES = ["meta", "semantic", "content", "data", "instance"] as const;

/** MainTypes of a code's body words in order. Semantic units are not part of what we store. */
function unitLayout({ mainType, version, length, subType }: IsccUnit["header"]): number[] {
  if (mainType !== MAIN_TYPE.iscc || version !== 0 || length > 7 || length & HAS_SEMANTIC || subType > SUB_TYPE.none) {
    throw new ColophonError("BAD_ISCC", "The header is not one of an ISCC-CODE that this version knows.");
  }
  return [
    ...(length & HAS_META ? [MAIN_TYPE.meta] : []),
    ...(length & HAS_CONTENT ? [MAIN_TYPE.content] : []),
    MAIN_TYPE.data,
    MAIN_TYPE.instance,
  ];
}
