/** WAVE container (RIFF, Microsoft and IBM 1991): chunk walk. */
import { brokenMedia } from "../media-errors.ts";

/** True when the bytes start like a WAVE file. */
export function isWav(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  return text.startsWith("RIFF") && text.endsWith("WAVE");
}

/**
 * Checks that a format and a data chunk are there, whole, in that order.
 * @throws ColophonError BROKEN_MEDIA
 */
export function checkWav(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const riffEnd = 8 + view.getUint32(4, true);
  if (riffEnd > bytes.length)
    throw brokenMedia(`the WAV is ${riffEnd - bytes.length} bytes short of the length it states`);
  let format = false;
  for (let at = 12; at + 8 <= riffEnd; ) {
    const type = view.getUint32(at);
    const size = view.getUint32(at + 4, true);
    if (at + 8 + size > riffEnd) throw brokenMedia("a WAV chunk is longer than the rest of the file");
    if (type === FORMAT) format = checkFormat(bytes.subarray(at + 8, at + 8 + size));
    if (type === DATA) {
      if (!format) throw brokenMedia("the WAV's samples come before its format");
      if (size === 0) throw brokenMedia("the WAV holds no samples");
      return;
    }
    at += 8 + size + (size & 1);
  }
  throw brokenMedia("the WAV holds no samples");
}

/** "fmt " and "data". */
const FORMAT = 0x666d7420;
const DATA = 0x64617461;

function checkFormat(chunk: Uint8Array): boolean {
  if (chunk.length < 16) throw brokenMedia("the WAV format is incomplete");
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (view.getUint16(2, true) === 0 || view.getUint32(4, true) === 0) {
    throw brokenMedia("the WAV states no channel or no sample rate");
  }
  return true;
}
