/** Marks in WAV files: XMP in a `_PMX` chunk (XMP specification, part 3) and a comment in `LIST INFO`. */
import { ColophonError } from "../../common/errors.ts";
import { type Marks, plainMarks } from "./marks.ts";
import { join } from "./png.ts";
import { xmpPacket } from "./xmp.ts";

const encoder = new TextEncoder();
const COMMENT = "Colophon marks; ";

/** The file with its marks at the end, in the place of older ones of ours. @throws ColophonError BROKEN_MEDIA */
export function markWav(bytes: Uint8Array, marks: Marks): Uint8Array {
  const kept = chunksOf(bytes).filter(({ id, data }) => id !== "_PMX" && !(id === "LIST" && isOurs(data)));
  const comment = encoder.encode(
    `${COMMENT}${plainMarks(marks)
      .map((pair) => pair.join(": "))
      .join("; ")}\0`,
  );
  const list = join([encoder.encode("INFO"), chunk("ICMT", comment)]);
  const body = join([
    encoder.encode("WAVE"),
    ...kept.map(({ id, data }) => chunk(id, data)),
    chunk("LIST", list),
    chunk("_PMX", encoder.encode(xmpPacket(marks))),
  ]);
  return chunk("RIFF", body);
}

/** The XMP packet of a WAV file, or null. @throws ColophonError BROKEN_MEDIA */
export function wavXmp(bytes: Uint8Array): string | null {
  const found = chunksOf(bytes).find(({ id }) => id === "_PMX");
  return found ? new TextDecoder().decode(found.data) : null;
}

function chunksOf(bytes: Uint8Array): { id: string; data: Uint8Array }[] {
  const broken = () => new ColophonError("BROKEN_MEDIA", "The WAV file is damaged.");
  const text = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (text(0) !== "RIFF" || text(8) !== "WAVE") throw broken();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: { id: string; data: Uint8Array }[] = [];
  let at = 12;
  while (at + 8 <= bytes.length) {
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > bytes.length) throw broken();
    chunks.push({ id: text(at), data: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

function chunk(id: string, data: Uint8Array): Uint8Array {
  const head = new Uint8Array(8);
  head.set(encoder.encode(id));
  new DataView(head.buffer).setUint32(4, data.length, true);
  return join([head, data, new Uint8Array(data.length % 2)]);
}

function isOurs(list: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(list.subarray(0, 12 + COMMENT.length)).endsWith(COMMENT);
}
