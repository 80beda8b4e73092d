/** Marks in PNG files: XMP and plain text chunks (PNG, third edition, 11.3.3), before the picture's data. */
import { ColophonError } from "../../common/errors.ts";
import { crc32 } from "./crc32.ts";
import { type Marks, plainMarks } from "./marks.ts";
import { xmpPacket } from "./xmp.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Keyword of XMP in PNG (XMP specification, part 3). */
const XMP = "XML:com.adobe.xmp";
const encoder = new TextEncoder();

type Chunk = { type: string; data: Uint8Array; whole: Uint8Array };

/** The file with its marks in the place of older ones of ours. @throws ColophonError BROKEN_MEDIA */
export function markPng(bytes: Uint8Array, marks: Marks): Uint8Array {
  const plain = plainMarks(marks);
  const ours = new Set([XMP, ...plain.map(([name]) => name), "License", "AISystemUsed", "ISCC"]);
  const kept = chunksOf(bytes).filter(({ type, data }) => !(type === "iTXt" && ours.has(keyword(data))));
  const at = kept.findIndex(({ type }) => type === "IDAT");
  if (at < 0) throw broken();
  const texts = [[XMP, xmpPacket(marks)], ...plain].map(([name = "", value = ""]) => textChunk(name, value));
  return join([SIGNATURE, ...kept.slice(0, at).map(whole), ...texts, ...kept.slice(at).map(whole)]);
}

/** Texts of a PNG file, by keyword. @throws ColophonError BROKEN_MEDIA */
export function pngTexts(bytes: Uint8Array): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { type, data } of chunksOf(bytes)) {
    if (type !== "iTXt") continue;
    const name = keyword(data);
    // Keyword, NUL, two bytes of compression, language, NUL, translated keyword, NUL.
    let start = name.length + 3;
    for (let i = 0; i < 2; i++) start = data.indexOf(0, start) + 1;
    if (data[name.length + 1] === 0) texts.set(name, new TextDecoder().decode(data.subarray(start)));
  }
  return texts;
}

/** The C2PA manifest store in a PNG file (chunk `caBX`), or null. @throws ColophonError BROKEN_MEDIA */
export function pngManifest(bytes: Uint8Array): Uint8Array | null {
  return chunksOf(bytes).find(({ type }) => type === "caBX")?.data ?? null;
}

function chunksOf(bytes: Uint8Array): Chunk[] {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw broken();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  let at = SIGNATURE.length;
  while (at < bytes.length) {
    if (at + 12 > bytes.length) throw broken();
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) throw broken();
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) });
    at = end;
    if (type === "IEND") break;
  }
  return chunks;
}

function textChunk(name: string, value: string): Uint8Array {
  const data = join([encoder.encode(name), Uint8Array.of(0, 0, 0, 0, 0), encoder.encode(value)]);
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(encoder.encode("iTXt"), 4);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

function keyword(data: Uint8Array): string {
  return String.fromCharCode(...data.subarray(0, Math.min(80, Math.max(0, data.indexOf(0)))));
}

const whole = (chunk: Chunk) => chunk.whole;

/** Joins parts. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function broken(): ColophonError {
  return new ColophonError("BROKEN_MEDIA", "The PNG file is damaged.");
}
