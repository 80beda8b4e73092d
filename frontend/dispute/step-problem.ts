import type { ColophonError } from "../../common/errors.ts";
import { writeErrorSentence } from "../chain/write-error-sentence.ts";
import type { Messages } from "../messages/en-rooms.ts";

/** Why a statement was not stored: the person declined to sign in, or what the server said. */
export function stepProblem(error: ColophonError, m: Messages): string {
  return error.code === "REFUSED" ? m.wallet.signInRefused : writeErrorSentence(error, m);
}
