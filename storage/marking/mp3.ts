/** Marks in MP3 files: an ID3v2.4 tag with TXXX frames and the license in WCOP (id3.org, ID3v2.4.0 frames). */
import { ColophonError } from "../../common/errors.ts";
import { type Marks, plainMarks } from "./marks.ts";
import { join } from "./png.ts";

const encoder = new TextEncoder();
const UTF8 = 3;

/** The file with our frames in front of those that its own tag has. @throws ColophonError BROKEN_MEDIA, UNSUPPORTED_MEDIA (tags before 2.4) */
export function markMp3(bytes: Uint8Array, marks: Marks): Uint8Array {
  const { frames, rest } = split(bytes);
  const plain = plainMarks(marks);
  const ours = new Set([...plain.map(([name]) => name), "License", "AISystemUsed", "ISCC"]);
  const kept = frames.filter(
    (frame) => !(frame.id === "TXXX" && ours.has(described(frame.bytes))) && frame.id !== "WCOP",
  );
  const own = plain.map(([name, value]) =>
    frameOf("TXXX", join([Uint8Array.of(UTF8), encoder.encode(name), Uint8Array.of(0), encoder.encode(value)])),
  );
  if (marks.license) own.push(frameOf("WCOP", encoder.encode(marks.license)));
  const body = join([...own, ...kept.map((frame) => frame.bytes)]);
  return join([Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0, ...synchsafe(body.length)), body, rest]);
}

/** Values of the TXXX frames of an ID3v2.4 tag, by description. @throws as `markMp3` */
export function mp3Texts(bytes: Uint8Array): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { id, bytes: frame } of split(bytes).frames) {
    if (id !== "TXXX" || frame[10] !== UTF8) continue;
    const name = described(frame);
    texts.set(name, new TextDecoder().decode(frame.subarray(12 + encoder.encode(name).length)));
  }
  return texts;
}

type Frame = { id: string; bytes: Uint8Array };

function split(bytes: Uint8Array): { frames: Frame[]; rest: Uint8Array } {
  if (text(bytes, 0, 3) !== "ID3") return { frames: [], rest: bytes };
  if (bytes[3] !== 4 || (bytes[5] ?? 0) !== 0) {
    throw new ColophonError("UNSUPPORTED_MEDIA", "Only plain ID3 tags of version 2.4 can be added to.");
  }
  const end = 10 + number(bytes, 6);
  if (end > bytes.length) throw broken();
  const frames: Frame[] = [];
  let at = 10;
  while (at + 10 <= end && bytes[at] !== 0) {
    const next = at + 10 + number(bytes, at + 4);
    if (next > end) throw broken();
    frames.push({ id: text(bytes, at, 4), bytes: bytes.subarray(at, next) });
    at = next;
  }
  return { frames, rest: bytes.subarray(end) };
}

function frameOf(id: string, data: Uint8Array): Uint8Array {
  return join([encoder.encode(id), Uint8Array.of(...synchsafe(data.length), 0, 0), data]);
}

/** Description of a TXXX frame in UTF-8. */
function described(frame: Uint8Array): string {
  const end = frame.indexOf(0, 11);
  return frame[10] === UTF8 && end > 0 ? new TextDecoder().decode(frame.subarray(11, end)) : "";
}

/** Four bytes of seven bits. */
function synchsafe(value: number): number[] {
  return [(value >> 21) & 0x7f, (value >> 14) & 0x7f, (value >> 7) & 0x7f, value & 0x7f];
}

function number(bytes: Uint8Array, at: number): number {
  return [0, 1, 2, 3].reduce((sum, i) => sum * 128 + ((bytes[at + i] ?? 0) & 0x7f), 0);
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

function broken(): ColophonError {
  return new ColophonError("BROKEN_MEDIA", "The ID3 tag is damaged.");
}
