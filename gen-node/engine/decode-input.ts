/** What a remix starts from, decoded: a picture's pixels or a text's characters. */
import sharp from "sharp";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import type { Picture } from "../tasks/remix-picture.ts";

export type RemixInput = { kind: "picture"; picture: Picture } | { kind: "text"; text: string };

/**
 * Decodes an input within the limits.
 * @throws ColophonError UNSUPPORTED_INPUT for anything but a picture or a text, BROKEN_MEDIA for a damaged one
 */
export async function decodeInput(bytes: Uint8Array): Promise<RemixInput> {
  if (looksLikePicture(bytes)) {
    try {
      const { data, info } = await sharp(bytes, { limitInputPixels: LIMITS.imagePixels, failOn: "error" })
        .rotate()
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { kind: "picture", picture: { width: info.width, height: info.height, data } };
    } catch (cause) {
      throw new ColophonError("BROKEN_MEDIA", "The input picture does not decode.", { cause });
    }
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return { kind: "text", text };
  } catch {
    // Not UTF-8: refused below like every other kind.
  }
  throw new ColophonError("UNSUPPORTED_INPUT", "A remix starts from a picture or a text.");
}

function looksLikePicture(bytes: Uint8Array): boolean {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  return (
    head.startsWith("\x89PNG") || head.startsWith("\xff\xd8\xff") || (head.startsWith("RIFF") && head.endsWith("WEBP"))
  );
}
