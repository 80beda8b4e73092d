import { ColophonError } from "../../common/errors.ts";
import { lookup } from "../i18n/lookup.ts";
import type { RoomMessages } from "../messages/en-rooms.ts";
import type { FirstMessages } from "../messages/en.ts";

/** Sentence for an error of the API or of this page, in the reader's language. */
export function errorSentence(error: unknown, m: FirstMessages & Partial<RoomMessages>): string {
  if (error instanceof ColophonError) {
    if (error.code === "NETWORK") return m.errors.network;
    const known = m.refusals && (lookup(m.refusals.api, error.code) ?? lookup(m.refusals.contract, error.code));
    if (known) return known;
    return m.errors.unknown(error.message);
  }
  return m.errors.unknown(error instanceof Error ? error.message : String(error));
}
