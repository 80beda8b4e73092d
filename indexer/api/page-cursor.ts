/** Opaque keyset cursors: the sort key of a page's last row, so that new rows never shift the next page. */
import { ColophonError } from "../../common/errors.ts";

const PARTS = { id: /^\d{1,18}$/, number: /^\d{1,78}(\.\d{1,30})?(e[+-]?\d{1,3})?$/ } as const;

export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/**
 * The key inside a cursor.
 * @param parts what the list's keys are made of
 * @throws ColophonError `BAD_CURSOR` for anything that this list did not hand out
 */
export function decodeCursor(cursor: string, parts: readonly (keyof typeof PARTS)[]): string[] {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch (cause) {
    throw badCursor(cause);
  }
  if (!Array.isArray(key) || key.length !== parts.length) throw badCursor();
  if (parts.some((part, i) => !PARTS[part].test(String(key[i])))) throw badCursor();
  return key.map(String);
}

function badCursor(cause?: unknown): ColophonError {
  return new ColophonError("BAD_CURSOR", "The cursor was not made by this list.", { cause });
}
