/** ISO base media (ISO/IEC 14496-12: MP4, M4A) and WebM: what a file is, by its first bytes. */

/** Brands of files that hold a video, sound or both. HEIF pictures use the same boxes under other brands. */
const VIDEO_BRANDS = ["isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "dash", "MSNV"];
const AUDIO_BRANDS = ["M4A ", "M4B "];

/** `video/mp4` or `audio/mp4`, by the file type box's major brand; null for anything else. */
export function isoMediaType(bytes: Uint8Array): "video/mp4" | "audio/mp4" | null {
  if (ascii(bytes, 4, 8) !== "ftyp") return null;
  const brand = ascii(bytes, 8, 12);
  if (AUDIO_BRANDS.includes(brand)) return "audio/mp4";
  return VIDEO_BRANDS.includes(brand) ? "video/mp4" : null;
}

/** True for an EBML header whose document type is WebM. */
export function isWebm(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x1a || bytes[1] !== 0x45 || bytes[2] !== 0xdf || bytes[3] !== 0xa3) return false;
  return ascii(bytes, 0, 64).includes("\u0042\u0082\u0084webm");
}

/** True for Ogg whose first page opens a Vorbis, Opus, Speex or FLAC stream. */
export function isOggAudio(bytes: Uint8Array): boolean {
  return ascii(bytes, 0, 4) === "OggS" && /vorbis|OpusHead|Speex|\u007fFLAC/u.test(ascii(bytes, 0, 64));
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
