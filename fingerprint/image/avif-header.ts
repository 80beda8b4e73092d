/** AVIF container (AV1 Image File Format 1.1 over ISO/IEC 23008-12): the primary picture's size and its turning. */
import { brokenMedia, unsupportedMedia } from "../media-errors.ts";
import type { ImageHeader } from "./image-header.ts";

/** True when the bytes start with a file type box that names AVIF. */
export function isAvif(bytes: Uint8Array): boolean {
  if (fourCC(bytes, 4) !== "ftyp") return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = Math.min(view.getUint32(0), bytes.length, 256);
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12 && ["avif", "avis"].includes(fourCC(bytes, at))) return true;
  return false;
}

type Box = { type: string; start: number; end: number };
type Property = { type: string; data: Uint8Array };

/** EXIF orientation of mirroring first and then turning: by `irot` quarter turns to the left, for no mirror and each axis. */
const ORIENTATIONS: Record<string, readonly number[]> = {
  none: [1, 8, 3, 6],
  // AVIF turns first and mirrors then; axis 0 swaps top and bottom, axis 1 left and right.
  "0": [4, 5, 2, 7],
  "1": [2, 7, 4, 5],
};

/**
 * Walks the boxes of the file, then those of its `meta` box, to the primary item's properties.
 * @throws ColophonError BROKEN_MEDIA; UNSUPPORTED_MEDIA for a cropped (`clap`) picture
 */
export function readAvifHeader(bytes: Uint8Array): ImageHeader {
  let meta: Box | null = null;
  let data = false;
  for (const box of boxes(bytes, 0, bytes.length)) {
    if (box.type === "meta") meta ??= box;
    if (box.type === "mdat") data = true;
  }
  if (!meta) throw brokenMedia("the AVIF does not describe its picture");
  const inside = [...boxes(bytes, meta.start + 4, meta.end)];
  if (!data && !inside.some((box) => box.type === "idat")) throw brokenMedia("the AVIF holds no picture");
  const item = primaryItem(bytes, inside);
  const properties = propertiesOf(bytes, inside, item);
  const size = properties.find((property) => property.type === "ispe")?.data;
  if (!size || size.length < 12) throw brokenMedia("the AVIF does not say how large its picture is");
  if (properties.some((property) => property.type === "clap")) {
    throw unsupportedMedia("An AVIF that shows a part of its pixels only is not taken; save that part as a picture.");
  }
  const view = new DataView(size.buffer, size.byteOffset, size.byteLength);
  const turns = (properties.find((property) => property.type === "irot")?.data[0] ?? 0) & 3;
  const mirror = properties.find((property) => property.type === "imir")?.data[0];
  const orientation = ORIENTATIONS[mirror === undefined ? "none" : String(mirror & 1)]![turns]!;
  return { width: view.getUint32(4), height: view.getUint32(8), orientation };
}

function primaryItem(bytes: Uint8Array, inside: readonly Box[]): number {
  const box = inside.find(({ type }) => type === "pitm");
  if (!box || box.end - box.start < 6) throw brokenMedia("the AVIF names no picture");
  const wide = bytes[box.start] !== 0;
  return number(bytes, box.start + 4, wide && box.end - box.start >= 8 ? 4 : 2);
}

/** Properties that `ipma` associates with an item, in its order. */
function propertiesOf(bytes: Uint8Array, inside: readonly Box[], item: number): Property[] {
  const iprp = inside.find(({ type }) => type === "iprp");
  if (!iprp) throw brokenMedia("the AVIF does not describe its picture");
  const parts = [...boxes(bytes, iprp.start, iprp.end)];
  const ipco = parts.find(({ type }) => type === "ipco");
  const ipma = parts.find(({ type }) => type === "ipma");
  if (!ipco || !ipma) throw brokenMedia("the AVIF does not describe its picture");
  const all = [...boxes(bytes, ipco.start, ipco.end)].map(({ type, start, end }) => ({
    type,
    data: bytes.subarray(start, end),
  }));
  const version = bytes[ipma.start] ?? 0;
  const longIndex = (bytes[ipma.start + 3] ?? 0) & 1;
  const idBytes = version < 1 ? 2 : 4;
  const count = number(bytes, ipma.start + 4, 4);
  let at = ipma.start + 8;
  for (let i = 0; i < count && at + idBytes + 1 <= ipma.end; i++) {
    const id = number(bytes, at, idBytes);
    const associations = bytes[at + idBytes]!;
    at += idBytes + 1;
    if (id === item) {
      const found: Property[] = [];
      for (let k = 0; k < associations; k++) {
        const index = longIndex ? number(bytes, at + 2 * k, 2) & 0x7fff : (bytes[at + k] ?? 0) & 0x7f;
        const property = all[index - 1];
        if (property) found.push(property);
      }
      return found;
    }
    at += associations * (longIndex ? 2 : 1);
  }
  throw brokenMedia("the AVIF does not describe its picture");
}

/** Boxes between two positions; `start` and `end` are those of their content. */
function* boxes(bytes: Uint8Array, from: number, to: number): Generator<Box> {
  for (let at = from; at + 8 <= to; ) {
    const short = number(bytes, at, 4);
    const header = short === 1 ? 16 : 8;
    const size =
      short === 0 ? to - at : short === 1 ? number(bytes, at + 8, 4) * 2 ** 32 + number(bytes, at + 12, 4) : short;
    if (size < header || at + size > to) throw brokenMedia("an AVIF box is longer than the rest of the file");
    yield { type: fourCC(bytes, at + 4), start: at + header, end: at + size };
    at += size;
  }
}

function number(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

function fourCC(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
