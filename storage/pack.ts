/** One file per work of several blocks: a CAR (version 1, one root), written with one sync, read by position. */
import type { FileHandle } from "node:fs/promises";
import { CarWriter } from "@ipld/car/writer";
import { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { HEADER_BYTES, varint } from "./pack-file.ts";

/** Where a block's bytes lie in a pack. */
export type Place = { offset: number; length: number };

const CID_BYTES = 36;
/** Bytes read at a time when a pack is indexed: of a leaf only its head is read, of small blocks many at once. */
const INDEX_WINDOW = 4096;

/** Header of a CAR with one root. */
export async function carHeader(root: CID): Promise<Uint8Array> {
  const { writer, out } = CarWriter.create([root]);
  const closed = writer.close();
  const parts: Uint8Array[] = [];
  for await (const part of out) parts.push(part);
  await closed;
  return Buffer.concat(parts);
}

/**
 * Index of a pack: the place of each block, by CID, from the lengths alone (blocks are checked when they are read).
 * @throws ColophonError PACK_CORRUPT
 */
export async function indexPack(file: FileHandle, name: string): Promise<Map<string, Place>> {
  const { size } = await file.stat();
  const places = new Map<string, Place>();
  const window = Buffer.alloc(INDEX_WINDOW);
  let windowAt = 0;
  let windowEnd = 0;
  let at = HEADER_BYTES;
  while (at < size) {
    if (at < windowAt || at + 10 + CID_BYTES > windowEnd) {
      const { bytesRead } = await file.read(window, 0, window.length, at);
      windowAt = at;
      windowEnd = at + bytesRead;
    }
    const head = window.subarray(at - windowAt, windowEnd - windowAt);
    const { value, width } = readVarint(head, name);
    const length = value - CID_BYTES;
    const offset = at + width + CID_BYTES;
    if (length < 0 || offset + length > size) throw corrupt(name);
    places.set(decodeCid(head.subarray(width, width + CID_BYTES), name), { offset, length });
    at = offset + length;
  }
  return places;
}

/** One section of a CAR. */
export function carSection(cid: CID, block: Uint8Array): Uint8Array[] {
  return [varint(cid.bytes.length + block.length), cid.bytes, block];
}

function decodeCid(bytes: Uint8Array, name: string): string {
  try {
    return CID.decode(bytes).toString();
  } catch {
    throw corrupt(name);
  }
}

function readVarint(bytes: Uint8Array, name: string): { value: number; width: number } {
  let value = 0;
  for (let width = 1; width <= Math.min(bytes.length, 5); width++) {
    const byte = bytes[width - 1] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (width - 1));
    if (byte < 0x80) return { value, width };
  }
  throw corrupt(name);
}

function corrupt(name: string): ColophonError {
  return new ColophonError("PACK_CORRUPT", `${name} is damaged.`, { status: 500 });
}
