/** Standard MIDI File container (RP-001): chunk walk. */
import { brokenMedia } from "../media-errors.ts";

/** True when the bytes start with a MIDI header chunk. */
export function isMidi(bytes: Uint8Array): boolean {
  return [0x4d, 0x54, 0x68, 0x64].every((byte, i) => bytes[i] === byte);
}

/**
 * Checks that the header is sound and that as many whole tracks follow as it states.
 * @throws ColophonError BROKEN_MEDIA
 */
export function checkMidi(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 14 || view.getUint32(4) < 6) throw brokenMedia("the MIDI header is incomplete");
  const format = view.getUint16(8);
  const stated = view.getUint16(10);
  if (format > 2 || stated === 0 || (format === 0 && stated !== 1) || view.getUint16(12) === 0) {
    throw brokenMedia("the MIDI header holds values that MIDI does not define");
  }
  let tracks = 0;
  for (let at = 8 + view.getUint32(4); at < bytes.length && tracks < stated; ) {
    if (at + 8 > bytes.length) throw brokenMedia("a MIDI chunk has no length");
    const isTrack = view.getUint32(at) === TRACK;
    const end = at + 8 + view.getUint32(at + 4);
    if (end > bytes.length) throw brokenMedia("a MIDI track is longer than the rest of the file");
    if (isTrack) {
      if (view.getUint32(at + 4) < 4 || (view.getUint32(end - 4) & 0xffffff) !== END_OF_TRACK) {
        throw brokenMedia("a MIDI track has no end mark");
      }
      tracks++;
    }
    at = end;
  }
  if (tracks !== stated) throw brokenMedia(`the MIDI holds ${tracks} of ${stated} tracks`);
}

/** "MTrk". */
const TRACK = 0x4d54726b;
/** Meta event FF 2F 00. */
const END_OF_TRACK = 0xff2f00;
