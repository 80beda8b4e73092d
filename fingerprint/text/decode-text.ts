/** From a text file's bytes to characters. */
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";

/**
 * Strict UTF-8; a byte order mark is dropped.
 * @throws ColophonError BAD_TEXT_ENCODING, TEXT_TOO_LONG
 */
export function decodeText(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ColophonError("BAD_TEXT_ENCODING", "The text is not UTF-8; save it as UTF-8 and try again.", { cause });
  }
  checkTextLength(text);
  return text;
}

/** @throws ColophonError TEXT_TOO_LONG */
export function checkTextLength(text: string): void {
  // UTF-16 units bound the characters from above, so that most texts need no count.
  if (text.length > LIMITS.textChars) {
    let characters = 0;
    for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) characters++;
    if (characters > LIMITS.textChars) {
      throw new ColophonError(
        "TEXT_TOO_LONG",
        `The text has ${characters} characters; at most ${LIMITS.textChars} are accepted.`,
        { status: 413, data: { characters, maxCharacters: LIMITS.textChars } },
      );
    }
  }
}
