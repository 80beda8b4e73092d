/** Writing a pack by position. Imports nothing else of the project, so that the thread that runs it starts at once. */
import { writev } from "node:fs";
import { promisify } from "node:util";

const write = promisify(writev);

/** Bytes of a CAR header with one root of 36 bytes (CIDv1, one-byte codec, SHA-256): always the same. */
export const HEADER_BYTES = 59;
/** CIDv1, raw, SHA-256 of 32 bytes: what stands before the digest of a leaf. */
export const RAW_CID_PREFIX = Uint8Array.of(1, 0x55, 0x12, 0x20);
export const BLOCK_PREFIX_BYTES = RAW_CID_PREFIX.length;

/** Blocks are written together when there are this many bytes of them, or after this time, ms. */
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_MS = 2;

type Batch = {
  start: number;
  parts: Uint8Array[];
  written: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
  timer: NodeJS.Timeout;
};

/** Gives each block its place, one behind the other, and writes it there, each block once; the header comes last, when the root is known. */
export class PackFile {
  readonly #fd: number;
  /** Where the bytes of each block begin, by CID. */
  readonly #offsets = new Map<string, number>();
  readonly #writes = new Set<Promise<void>>();
  /** What is written together next. */
  #batch: Batch | null = null;
  #end = HEADER_BYTES;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /**
   * Writes may overlap: while one is under way the next block can be hashed.
   * @param block must stay as it is until the promise resolves
   * @param more others will follow soon: they are written together, which spares the system's threads most of their waking
   * @returns where the bytes of the block begin
   */
  async put(cid: Uint8Array, block: Uint8Array, more = false): Promise<number> {
    const key = Buffer.from(cid).toString("latin1");
    const known = this.#offsets.get(key);
    if (known !== undefined) return known; // equal chunks of a file are one block
    const head = Buffer.concat([varint(cid.length + block.length), cid]);
    const batch = (this.#batch ??= this.#begin());
    const offset = this.#end + head.length;
    this.#offsets.set(key, offset);
    this.#end = offset + block.length;
    batch.parts.push(head, block);
    if (!more || this.#end - batch.start >= BATCH_BYTES) this.#send();
    await batch.written;
    return offset;
  }

  #begin(): Batch {
    const { promise: written, resolve, reject } = Promise.withResolvers<void>();
    return { start: this.#end, parts: [], written, resolve, reject, timer: setTimeout(() => this.#send(), BATCH_MS) };
  }

  #send(): void {
    const batch = this.#batch;
    if (!batch) return;
    this.#batch = null;
    clearTimeout(batch.timer);
    this.#write(batch.parts, batch.start).then(batch.resolve, batch.reject);
  }

  async finish(header: Uint8Array): Promise<void> {
    if (header.length !== HEADER_BYTES) throw new Error(`a pack's header has ${header.length} bytes`);
    await this.#write([header], 0);
  }

  /** Resolves when nothing is being written any more: only then may the descriptor be closed. */
  async close(): Promise<void> {
    this.#send();
    await Promise.allSettled(this.#writes);
  }

  async #write(parts: Uint8Array[], at: number): Promise<void> {
    const written = writeAll(this.#fd, parts, at);
    this.#writes.add(written);
    await written.finally(() => this.#writes.delete(written));
  }
}

/** Writes parts one after the other. */
async function writeAll(fd: number, parts: Uint8Array[], at: number): Promise<void> {
  let rest = parts;
  let position = at;
  while (rest.length > 0) {
    const { bytesWritten } = await write(fd, rest, position);
    position += bytesWritten;
    rest = behind(rest, bytesWritten);
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
