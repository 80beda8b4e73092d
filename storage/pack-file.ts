/** Writing a pack by position. Imports nothing else of the project, so that the thread that runs it starts at once. */
import { writevSync, writeSync } from "node:fs";

/** Bytes of a CAR header with one root of 36 bytes (CIDv1, one-byte codec, SHA-256): always the same. */
export const HEADER_BYTES = 59;
/** CIDv1, raw, SHA-256 of 32 bytes: what stands before the digest of a leaf. */
export const RAW_CID_PREFIX = Uint8Array.of(1, 0x55, 0x12, 0x20);
export const BLOCK_PREFIX_BYTES = RAW_CID_PREFIX.length;
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
