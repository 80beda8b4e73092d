/** ISCC content unit for a file of several media (ISO 24138): the majority over their content units. */
import { ColophonError } from "../../common/errors.ts";
import { simhash } from "../algorithms/simhash.ts";
import { concat, decodeIscc, encodeHeader, encodeUnit, MAIN_TYPE, SUB_TYPE } from "./codec.ts";

/**
 * Hash of several content units.
 *
 * 1. Of each unit, the first byte of its header (main type and medium) and its body up to `bits` less one byte.
 * 2. SimHash of these.
 * @param units two or more content units of at least `bits` each, as `ISCC:` texts, in any order
 * @returns bits / 8 bytes
 * @throws ColophonError BAD_ISCC for fewer than two units, a unit that is no content unit or too short
 */
export function mixedHash(units: readonly string[], bits = 64): Uint8Array<ArrayBuffer> {
  if (units.length < 2) throw new ColophonError("BAD_ISCC", "A mixed unit takes two or more content units.");
  const digests = units.map((unit) => {
    const { header, body } = decodeIscc(unit);
    if (header.mainType !== MAIN_TYPE.content || body.length * 8 < bits) {
      throw new ColophonError("BAD_ISCC", `A mixed unit takes content units of at least ${bits} bits.`);
    }
    return concat(encodeHeader(header).subarray(0, 1), body.subarray(0, bits / 8 - 1));
  });
  return simhash(digests);
}

/** Content unit of a file of several media. @param bits 32 to 256, a multiple of 32 */
export function mixedUnit(units: readonly string[], bits = 64): string {
  return encodeUnit(MAIN_TYPE.content, SUB_TYPE.mixed, bits, mixedHash(units, bits));
}
