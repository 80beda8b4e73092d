/** ISCC content unit for video (ISO 24138): which of two regions is brighter, summed over the different frames. */
import { ColophonError } from "../../common/errors.ts";
import { WTA_LENGTH, wtaHash } from "../algorithms/wta-hash.ts";
import { encodeUnit, MAIN_TYPE, SUB_TYPE } from "./codec.ts";

/**
 * 256-bit hash of a video.
 *
 * 1. Frames with the same signature count once: a still scene weighs as much as a moment of it.
 * 2. The signatures are summed position by position.
 * 3. Winner-takes-all hash of the sums.
 *
 * The order of frames does not matter.
 * @param frames MPEG-7 frame signatures (ISO/IEC 15938-3), 380 values of 0, 1 or 2 each, at five frames a second
 * @returns 32 bytes
 * @throws ColophonError BAD_FRAME_SIGNATURE for none at all, or one that is not 380 small integers
 */
export function videoHash(frames: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  if (frames.length === 0) throw badFrames("A video unit takes at least one frame signature.");
  const sums = new Float64Array(WTA_LENGTH);
  const seen = new Set<string>();
  for (const frame of frames) {
    if (frame.length !== WTA_LENGTH)
      throw badFrames(`A frame signature has ${WTA_LENGTH} values, not ${frame.length}.`);
    const key = Array.prototype.join.call(frame, ",");
    if (seen.has(key)) continue;
    seen.add(key);
    for (let i = 0; i < WTA_LENGTH; i++) sums[i]! += frame[i]!;
  }
  return wtaHash(sums);
}

/** Content unit of a video. @param bits 32 to 256, a multiple of 32 */
export function videoUnit(frames: readonly ArrayLike<number>[], bits = 64): string {
  return encodeUnit(MAIN_TYPE.content, SUB_TYPE.video, bits, videoHash(frames));
}

function badFrames(message: string): ColophonError {
  return new ColophonError("BAD_FRAME_SIGNATURE", message);
}
