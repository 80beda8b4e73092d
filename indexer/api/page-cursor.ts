/** Opaque keyset cursors: the sort key of a page's last row, so that new rows never shift the next page. */
import { ColophonError } from "../../common/errors.ts";

export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/**
 * The key inside a cursor.
 * @param length parts that the list's keys have
 * @throws ColophonError `BAD_CURSOR` for anything that this list did not hand out
 */
export function decodeCursor(cursor: string, length: number): string[] {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch (cause) {
    throw badCursor(cause);
  }
  if (!Array.isArray(key) || key.length !== length || key.some((part) => !/^-?[\d.e+-]{1,90}$/.test(String(part)))) {
    throw badCursor();
  }
  return key.map(String);
}

function badCursor(cause?: unknown): ColophonError {
  return new ColophonError("BAD_CURSOR", "The cursor was not made by this list.", { cause });
}
