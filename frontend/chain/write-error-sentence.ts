import type { ColophonError } from "../../common/errors.ts";
import { lookup } from "../i18n/lookup.ts";
import type { Messages } from "../messages/en-rooms.ts";

/** Sentence for why a write did not happen. */
export function writeErrorSentence(error: ColophonError, m: Messages): string {
  return (
    lookup(m.refusals.contract, error.code) ??
    lookup(m.refusals.api, error.code) ??
    (error.code === "NETWORK" ? m.errors.network : null) ??
    (/^[A-Z][a-zA-Z]+$/.test(error.code) ? m.refusals.named(error.code) : m.errors.unknown(error.message))
  );
}
