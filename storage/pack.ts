/** One file per work of several blocks: a CAR (version 1, one root), written with one sync, read by position. */
import type { FileHandle } from "node:fs/promises";
import { CarWriter } from "@ipld/car/writer";
import { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";

/** Where a block's bytes lie in a pack. */
export type Place = { offset: number; length: number };

/** Bytes of a CAR header with one root of 36 bytes (CIDv1, one-byte codec, SHA-256): always the same. */
const HEADER_BYTES = 59;
const CID_BYTES = 36;

/** Header of a CAR with one root. */
export async function carHeader(root: CID): Promise<Uint8Array> {
  const { writer, out } = CarWriter.create([root]);
  const closed = writer.close();
  const parts: Uint8Array[] = [];
  for await (const part of out) parts.push(part);
  await closed;
  return Buffer.concat(parts);
}

/** Writes blocks one after the other; the header comes last, when the root is known. */
export class PackWriter {
  readonly #file: FileHandle;
  readonly #seen = new Set<string>();
  #offset = HEADER_BYTES;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async put(cid: CID, block: Uint8Array): Promise<void> {
    if (this.#seen.has(cid.toString())) return; // equal chunks of a file are one block
    this.#seen.add(cid.toString());
    const section = Buffer.concat(carSection(cid, block));
    const at = this.#offset;
    this.#offset += section.length;
    await writeAll(this.#file, section, at);
  }

  async finish(root: CID): Promise<void> {
    const header = await carHeader(root);
    if (header.length !== HEADER_BYTES) throw new Error(`a pack's header has ${header.length} bytes`);
    await writeAll(this.#file, header, 0);
  }
}

/**
 * Index of a pack: the place of each block, by CID, from the lengths alone (blocks are checked when they are read).
 * @throws ColophonError PACK_CORRUPT
 */
export async function indexPack(file: FileHandle, name: string): Promise<Map<string, Place>> {
  const { size } = await file.stat();
  const places = new Map<string, Place>();
  const head = Buffer.alloc(10 + CID_BYTES);
  let at = HEADER_BYTES;
  while (at < size) {
    const { bytesRead } = await file.read(head, 0, head.length, at);
    const { value, width } = readVarint(head.subarray(0, bytesRead), name);
    const length = value - CID_BYTES;
    const offset = at + width + CID_BYTES;
    if (length < 0 || offset + length > size) throw corrupt(name);
    places.set(CID.decode(head.subarray(width, width + CID_BYTES)).toString(), { offset, length });
    at = offset + length;
  }
  return places;
}

/** One section of a CAR. */
export function carSection(cid: CID, block: Uint8Array): Uint8Array[] {
  return [varint(cid.bytes.length + block.length), cid.bytes, block];
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/** Unsigned LEB128. */
function varint(value: number): Uint8Array {
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
