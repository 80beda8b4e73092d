/** Marks in JPEG files: XMP in an APP1 segment (XMP specification, part 3) and a comment for people. */
import { ColophonError } from "../../common/errors.ts";
import { type Marks, plainMarks } from "./marks.ts";
import { join } from "./png.ts";
import { xmpPacket } from "./xmp.ts";

const XMP = "http://ns.adobe.com/xap/1.0/\0";
const COMMENT = "Colophon marks\n";
const encoder = new TextEncoder();

/** The file with its marks, in the place of an older packet and comment of ours. @throws ColophonError BROKEN_MEDIA */
export function markJpeg(bytes: Uint8Array, marks: Marks): Uint8Array {
  const { segments, rest } = split(bytes);
  const kept = segments.filter((one) => !starts(one, 0xe1, XMP) && !starts(one, 0xfe, COMMENT));
  // JFIF and EXIF come first, where readers look for them.
  const at = kept.findLastIndex(({ marker }) => marker === 0xe0 || marker === 0xe1) + 1;
  const text = plainMarks(marks).map(([name, value]) => `${name}: ${value}\n`);
  const own = [segment(0xe1, XMP + xmpPacket(marks)), segment(0xfe, COMMENT + text.join(""))];
  const whole = ({ bytes: part }: Segment) => part;
  return join([Uint8Array.of(0xff, 0xd8), ...kept.slice(0, at).map(whole), ...own, ...kept.slice(at).map(whole), rest]);
}

/** The XMP packet of a JPEG file, or null. @throws ColophonError BROKEN_MEDIA */
export function jpegXmp(bytes: Uint8Array): string | null {
  const found = split(bytes).segments.find((one) => starts(one, 0xe1, XMP));
  return found ? new TextDecoder().decode(found.bytes.subarray(4 + XMP.length)) : null;
}

/**
 * The C2PA manifest store in a JPEG file (a JUMBF box over APP11 segments, ISO 19566-5 annex D), or null.
 * @throws ColophonError BROKEN_MEDIA
 */
export function jpegManifest(bytes: Uint8Array): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let box = "";
  for (const { marker, bytes: one } of split(bytes).segments) {
    // Marker, length, "JP", number of the box, number of the packet; then the box's head, which each packet repeats.
    if (marker !== 0xeb || one[4] !== 0x4a || one[5] !== 0x50 || one.length < 20) continue;
    const number = `${one[6]},${one[7]}`;
    const first = parts.length === 0;
    if (first) {
      const isManifest = [...one.subarray(16, 20)].map((byte) => String.fromCharCode(byte)).join("") === "jumb";
      if (!isManifest) continue;
      box = number;
    }
    if (number === box) parts.push(one.subarray(first ? 12 : 20));
  }
  return parts.length > 0 ? join(parts) : null;
}

type Segment = { marker: number; bytes: Uint8Array };

/** Segments before the picture's data, and the data. */
function split(bytes: Uint8Array): { segments: Segment[]; rest: Uint8Array } {
  const broken = () => new ColophonError("BROKEN_MEDIA", "The JPEG file is damaged.");
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw broken();
  const segments: Segment[] = [];
  let at = 2;
  for (;;) {
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === undefined) throw broken();
    // The first frame, table or scan: metadata is before it.
    if (marker < 0xe0 || (marker > 0xef && marker !== 0xfe)) return { segments, rest: bytes.subarray(at) };
    const length = (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
    if (length < 2 || at + 2 + length > bytes.length) throw broken();
    segments.push({ marker, bytes: bytes.subarray(at, at + 2 + length) });
    at += 2 + length;
  }
}

function segment(marker: number, text: string): Uint8Array {
  const data = encoder.encode(text);
  if (data.length > 65_533) throw new ColophonError("BAD_MARKS", "The marks are too long for a JPEG file.");
  const length = data.length + 2;
  return join([Uint8Array.of(0xff, marker, length >> 8, length & 0xff), data]);
}

function starts({ marker, bytes }: Segment, expected: number, text: string): boolean {
  if (marker !== expected) return false;
  return [...encoder.encode(text)].every((byte, i) => bytes[4 + i] === byte);
}
