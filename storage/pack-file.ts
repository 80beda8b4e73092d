/** Writing a pack by position. Imports nothing else of the project, so that the thread that runs it starts at once. */
import { writevSync } from "node:fs";

/** Bytes of a CAR header with one root of 36 bytes (CIDv1, one-byte codec, SHA-256): always the same. */
export const HEADER_BYTES = 59;
/** CIDv1, raw, SHA-256 of 32 bytes: what stands before the digest of a leaf. */
export const RAW_CID_PREFIX = Uint8Array.of(1, 0x55, 0x12, 0x20);
export const BLOCK_PREFIX_BYTES = RAW_CID_PREFIX.length;

/**
 * Gives each block its place, one behind the other, and writes it there, each block once; the header comes last, when the root is known.
 * Synchronous: it runs in a thread of its own, and with two cores a third thread for writing would only take the hashing ones' time.
 */
export class PackFile {
  readonly #fd: number;
  /** Where the bytes of each block begin, by CID. */
  readonly #offsets = new Map<string, number>();
  #end = HEADER_BYTES;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @returns where the bytes of the block begin */
  put(cid: Uint8Array, block: Uint8Array): number {
    const key = Buffer.from(cid).toString("latin1");
    const known = this.#offsets.get(key);
    if (known !== undefined) return known; // equal chunks of a file are one block
    const head = Buffer.concat([varint(cid.length + block.length), cid]);
    writeAll(this.#fd, [head, block], this.#end);
    const offset = this.#end + head.length;
    this.#offsets.set(key, offset);
    this.#end = offset + block.length;
    return offset;
  }

  finish(header: Uint8Array): void {
    if (header.length !== HEADER_BYTES) throw new Error(`a pack's header has ${header.length} bytes`);
    writeAll(this.#fd, [header], 0);
  }
}

/** Writes parts one after the other. */
function writeAll(fd: number, parts: Uint8Array[], at: number): void {
  let rest = parts;
  let position = at;
  while (rest.length > 0) {
    const bytes = writevSync(fd, rest, position);
    position += bytes;
    rest = behind(rest, bytes);
  }
}

/** What is left of the parts when so many bytes of them are written. */
function behind(parts: Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  const rest: Uint8Array[] = [];
  for (const part of parts) {
    if (skip < part.length) rest.push(part.subarray(skip));
    skip = Math.max(0, skip - part.length);
  }
  return rest;
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
