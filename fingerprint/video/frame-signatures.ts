/** Reads what ffmpeg's `signature` filter writes (MPEG-7 video signature, ISO/IEC 15938-3 Amd 4, as XML). */
import { WTA_LENGTH } from "../algorithms/wta-hash.ts";
import { brokenMedia } from "../media-errors.ts";

/**
 * One signature per frame: 380 values of 0 (darker), 1 (alike) or 2 (brighter).
 * @throws ColophonError BROKEN_MEDIA when there is no frame, or one of another length
 */
export function parseFrameSignatures(xml: string): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (const [, text] of xml.matchAll(/<FrameSignature>([\d\s]*)<\/FrameSignature>/gu)) {
    const values = Uint8Array.from(text!.trim().split(/\s+/u), Number);
    if (values.length !== WTA_LENGTH) throw brokenMedia("the video's signature is incomplete");
    frames.push(values);
  }
  if (frames.length === 0) throw brokenMedia("the video holds no picture");
  return frames;
}
