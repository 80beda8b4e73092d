import { ColophonError } from "../common/errors.ts";
import type { ByteRange } from "./walk-file.ts";

/**
 * A `Range` header over `size` bytes (RFC 9110, section 14).
 * @returns null where the whole is to be sent: no header, another unit, several ranges, or a syntax error
 * @throws ColophonError RANGE_NOT_SATISFIABLE
 */
export function parseRange(header: string | undefined, size: number): ByteRange | null {
  const match = /^bytes=\s*(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))\s*$/i.exec(header ?? "");
  if (!match) return null;
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    if (length === 0) throw unsatisfiable(size);
    return { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return null;
  if (start >= size) throw unsatisfiable(size);
  return { start, end: last === "" ? size : Math.min(Number(last) + 1, size) };
}

/**
 * An `entity-bytes` parameter (trustless gateway): `from:to`, both inclusive, negative from the end, `*` = the end.
 * A range that lies outside is empty, which a gateway answers with the root block alone.
 * @throws ColophonError BAD_REQUEST
 */
export function parseEntityBytes(text: string, size: number): ByteRange {
  const match = /^(-?\d{1,15}):(\*|-?\d{1,15})$/.exec(text);
  if (!match) throw new ColophonError("BAD_REQUEST", "entity-bytes is from:to, for example 0:* or -1024:*.");
  const fromEnd = (value: string) => (value.startsWith("-") ? size + Number(value) : Number(value));
  const start = Math.max(0, fromEnd(match[1] ?? ""));
  const end = match[2] === "*" ? size : Math.min(size, fromEnd(match[2] ?? "") + 1);
  return { start, end: Math.max(start, end) };
}

function unsatisfiable(size: number): ColophonError {
  return new ColophonError("RANGE_NOT_SATISFIABLE", `The file has ${size} bytes.`, { status: 416, data: { size } });
}
