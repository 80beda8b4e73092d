/** What a file is, from its bytes alone: names and headers of senders are never trusted. */
import type { MediaType } from "../common/work-kind.ts";
import { isFlac } from "./audio/flac.ts";
import { isMidi } from "./audio/midi.ts";
import { isMp3 } from "./audio/mp3.ts";
import { isWav } from "./audio/wav.ts";
import { isAvif } from "./image/avif-header.ts";
import { isGif } from "./image/gif.ts";
import { isJpeg } from "./image/jpeg-header.ts";
import { isPng } from "./image/png-header.ts";
import { isWebp } from "./image/webp-header.ts";
import { unsupportedMedia } from "./media-errors.ts";
import { isModel } from "./model-format.ts";
import { isoMediaType, isOggAudio, isWebm } from "./video/iso-media.ts";

const SIGNATURES: readonly [MediaType, (bytes: Uint8Array) => boolean][] = [
  ["image/png", isPng],
  ["image/jpeg", isJpeg],
  ["image/webp", isWebp],
  ["image/gif", isGif],
  ["image/avif", isAvif],
  ["audio/midi", isMidi],
  ["audio/wav", isWav],
  ["audio/flac", isFlac],
  ["audio/ogg", isOggAudio],
  ["audio/mp4", (bytes) => isoMediaType(bytes) === "audio/mp4"],
  ["video/mp4", (bytes) => isoMediaType(bytes) === "video/mp4"],
  ["video/webm", isWebm],
  ["audio/mpeg", isMp3],
  ["application/vnd.colophon.model", isModel],
];

/** Text that is a program or markup for another viewer: its words are not the work. */
const MARKUP = /^\s*(?:<\?xml|<!doctype|<html|<svg|%PDF-|%!PS|\{\\rtf)/iu;

/**
 * Media type by signature; a file without a known one is text when it holds no control characters but white space. Text
 * in another encoding than UTF-8 still counts as text here: `decodeText` refuses it with a better word.
 * @throws ColophonError UNSUPPORTED_MEDIA
 */
export function detectMediaType(bytes: Uint8Array): MediaType {
  for (const [mediaType, matches] of SIGNATURES) if (matches(bytes)) return mediaType;
  if (isTruncatedSignature(bytes)) throw unsupportedMedia("The file ends before its kind can be told.");
  if (hasUtf16Mark(bytes) || looksLikeText(bytes)) {
    const start = String.fromCharCode(...bytes.subarray(0, 64)).replace(/^\u00ef\u00bb\u00bf/u, "");
    if (MARKUP.test(start))
      throw unsupportedMedia("Markup and page descriptions are not taken; save the plain text or a picture.");
    return "text/plain";
  }
  throw unsupportedMedia(
    "The file is none of PNG, JPEG, WebP, AVIF, GIF, MIDI, WAV, FLAC, MP3, Ogg, MP4, WebM, plain text and Colophon model.",
  );
}

/** UTF-16 byte order marks: text, though not in the encoding that is taken. */
function hasUtf16Mark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** No C0 control characters but tab, newlines and form feed, and no DEL. */
function looksLikeText(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 0x20 ? byte < 0x09 || byte > 0x0d : byte === 0x7f) return false;
  return bytes.length > 0;
}

/** "RIFF" and "MThd" are printable: a file of little more than them is a cut-off recording, not a text. */
function isTruncatedSignature(bytes: Uint8Array): boolean {
  return bytes.length < 12 && String.fromCharCode(...bytes.subarray(0, 4)) === "RIFF";
}
