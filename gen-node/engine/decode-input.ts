/** What a remix starts from, decoded: a picture's pixels, or characters to set on a page. */
import type { MediaType } from "../../common/work-kind.ts";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { decodeImage, detectMediaType } from "../../fingerprint/node.ts";
import type { Picture } from "../tasks/remix-picture.ts";

export type RemixInput = { kind: "picture"; picture: Picture } | { kind: "text"; text: string };

/** Characters that a file without any is set as: enough for the largest page. */
const SET_CHARACTERS = 8192;

/**
 * Decodes an input within the limits, with decoders that give the same pixels on every machine.
 * @throws ColophonError UNSUPPORTED_MEDIA, BROKEN_MEDIA, IMAGE_TOO_LARGE, DECOMPRESSION_BOMB, TEXT_TOO_LONG, BAD_TEXT_ENCODING
 */
export async function decodeInput(bytes: Uint8Array): Promise<RemixInput> {
  const mediaType = detectMediaType(bytes);
  if (isPicture(mediaType)) return { kind: "picture", picture: await decodeImage(bytes) };
  if (mediaType === "text/plain") return { kind: "text", text: decodeText(bytes) };
  return { kind: "text", text: spell(bytes) };
}

function isPicture(mediaType: MediaType): boolean {
  return mediaType.startsWith("image/");
}

function decodeText(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ColophonError("BAD_TEXT_ENCODING", "The text is not in UTF-8.", { cause });
  }
  if (text.length <= LIMITS.textChars) return text;
  throw new ColophonError("TEXT_TOO_LONG", `A text has at most ${LIMITS.textChars} characters.`);
}

/** Letters for a melody or any other file: bytes taken evenly over its length, small ones as spaces. */
export function spell(bytes: Uint8Array): string {
  const count = Math.min(SET_CHARACTERS, bytes.length);
  let text = "";
  for (let i = 0; i < count; i++) {
    const byte = bytes[Math.floor((i * bytes.length) / count)] as number;
    text += byte < 24 ? " " : String.fromCharCode(97 + (byte % 26));
  }
  return text;
}
