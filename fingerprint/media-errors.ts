import { ColophonError } from "../common/errors.ts";

/** The error for a file that starts like its kind but is cut short or damaged. */
export function brokenMedia(what: string, cause?: unknown): ColophonError {
  return new ColophonError("BROKEN_MEDIA", `The file is damaged or cut short: ${what}.`, { cause });
}

/** The error for a well-formed file of a kind or variant that is not taken. */
export function unsupportedMedia(what: string): ColophonError {
  return new ColophonError("UNSUPPORTED_MEDIA", what);
}
