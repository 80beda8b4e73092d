import { ColophonError } from "../../common/errors.ts";
import { markJpeg } from "./jpeg.ts";
import { type Marks, parseMarks } from "./marks.ts";
import { markMp3 } from "./mp3.ts";
import { markPng } from "./png.ts";
import { markWav } from "./wav.ts";

const FORMATS: Record<string, (bytes: Uint8Array, marks: Marks) => Uint8Array> = {
  "image/png": markPng,
  "image/jpeg": markJpeg,
  "audio/mpeg": markMp3,
  "audio/wav": markWav,
};

/**
 * Writes marks into a generated file. Equal files and marks give equal bytes, and marking a marked file again changes nothing, so outputs can still
 * be made again and compared. What the file shows or plays is untouched.
 * @throws ColophonError BAD_MARKS, BROKEN_MEDIA, UNSUPPORTED_MEDIA
 */
export function markOutput(bytes: Uint8Array, mediaType: string, marks: Marks): Uint8Array {
  const format = Object.hasOwn(FORMATS, mediaType) ? FORMATS[mediaType] : undefined;
  if (!format)
    throw new ColophonError("UNSUPPORTED_MEDIA", `Files of type ${mediaType.slice(0, 60)} cannot carry marks.`);
  return format(bytes, parseMarks(marks));
}
