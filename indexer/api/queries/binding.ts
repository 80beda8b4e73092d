/** Soft bindings (C2PA, algorithm `io.iscc.v0`) as what the look-alike index is asked for. */
import { base32 } from "multiformats/bases/base32";
import type { Hash } from "../../../common/digest.ts";
import { ColophonError } from "../../../common/errors.ts";
import { bodyOfIsccCode } from "../../../fingerprint/index.ts";

/** Name of the algorithm in C2PA's list of soft binding algorithms. */
export const ISCC_ALGORITHM = "io.iscc.v0";

/** Main types of ISO 24138: what a code is of. */
const CONTENT = 2;
const ISCC = 5;
const CONTENT_BYTES = 8;

/**
 * An ISCC-CODE or a content unit of one.
 * @param value base64 of the code's text (`ISCC:...`) or of its bytes
 * @throws ColophonError BAD_BINDING
 */
export function isccOfBinding(value: string): { body: Hash; header: number } {
  const bytes = bytesOf(value);
  const [first = 0, second = 0] = bytes;
  try {
    if (first >> 4 === ISCC) return bodyOfIsccCode(`ISCC:${base32.encode(bytes).slice(1).toUpperCase()}`);
  } catch (cause) {
    throw bad(cause);
  }
  if (first >> 4 !== CONTENT || second >> 4 !== 0 || bytes.length < 2 + CONTENT_BYTES) throw bad();
  // As a code of which nothing but the content is known: a content unit, then data and instance of zeros.
  const body = new Uint8Array(32);
  body.set(bytes.subarray(2, 2 + CONTENT_BYTES));
  return { body: `0x${Buffer.from(body).toString("hex")}`, header: (((ISCC << 4) | (first & 15)) << 8) | 1 };
}

function bytesOf(value: string): Uint8Array {
  if (!/^[A-Za-z0-9+/_-]{1,400}={0,2}$/.test(value)) throw bad();
  const decoded = Buffer.from(value, "base64");
  const text = decoded.toString("latin1");
  if (!text.startsWith("ISCC:")) return decoded;
  try {
    return base32.decode(`b${text.slice(5).toLowerCase()}`);
  } catch (cause) {
    throw bad(cause);
  }
}

function bad(cause?: unknown): ColophonError {
  return new ColophonError(
    "BAD_BINDING",
    `The value is no ${ISCC_ALGORITHM} binding: base64 of an ISCC-CODE or of a content unit.`,
    {
      cause,
    },
  );
}
