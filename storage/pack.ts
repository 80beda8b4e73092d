/** One file per work of several blocks: a CAR (version 1, one root), written with one sync, read by position. */
import { writevSync, writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { CarWriter } from "@ipld/car/writer";
import { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";

/** Where a block's bytes lie in a pack. */
export type Place = { offset: number; length: number };

/** Bytes of a CAR header with one root of 36 bytes (CIDv1, one-byte codec, SHA-256): always the same. */
export const HEADER_BYTES = 59;
const CID_BYTES = 36;
/** CIDv1, raw, SHA-256 of 32 bytes: what stands before the digest of a leaf. */
export const RAW_CID_PREFIX = Uint8Array.of(1, 0x55, 0x12, 0x20);
export const BLOCK_PREFIX_BYTES = RAW_CID_PREFIX.length;
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

/** Writes blocks one after the other, each once; the header comes last, when the root is known. Synchronous: runs in a thread of its own. */
export class PackFile {
  readonly #fd: number;
  readonly #seen = new Set<string>();
  #offset = HEADER_BYTES;

  constructor(fd: number) {
    this.#fd = fd;
  }

  put(cid: Uint8Array, block: Uint8Array): void {
    const key = Buffer.from(cid).toString("latin1");
    if (this.#seen.has(key)) return; // equal chunks of a file are one block
    const parts = [varint(cid.length + block.length), cid, block];
    this.#offset = writeAll(this.#fd, parts, this.#offset);
    this.#seen.add(key);
  }

  finish(header: Uint8Array): void {
    if (header.length !== HEADER_BYTES) throw new Error(`a pack's header has ${header.length} bytes`);
    writeAll(this.#fd, [header], 0);
  }
}

/** Writes parts one after the other. @returns the position behind them */
function writeAll(fd: number, parts: Uint8Array[], at: number): number {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  let done = writevSync(fd, parts, at);
  if (done < total) {
    const rest = Buffer.concat(parts);
    while (done < total) done += writeSync(fd, rest, done, total - done, at + done);
  }
  return at + total;
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

/** Unsigned LEB128. */
export function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return Uint8Array.from(out);
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
