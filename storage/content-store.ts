/** Files and documents named by their content. */
import { createHash } from "node:crypto";
import { importByteStream, importer } from "ipfs-unixfs-importer";
import type { CID } from "multiformats/cid";
import { canonicalBytes } from "../common/canonical-json.ts";
import { type Hash, sha256Hex } from "../common/digest.ts";
import { ColophonError } from "../common/errors.ts";
import { LIMITS } from "../common/limits.ts";
import type { BlockWriter } from "./block-writer.ts";
import { Blocks } from "./blocks.ts";
import { exportCar } from "./car-export.ts";
import { importCar } from "./car-import.ts";
import { notFound, parseCid } from "./cid.ts";
import { collectGarbage, type Collected, recoverCollection } from "./collect-garbage.ts";
import { importLeaves } from "./import-leaves.ts";
import { importerOptions } from "./profile.ts";
import { ReadAhead } from "./read-ahead.ts";
import { type ByteRange, fileSize, walkFile } from "./walk-file.ts";

/** Blocks of a file that are read before they are asked for. */
const READ_AHEAD = 2;
/** Leaves under way at a time; the memory is bounded by the slots of the thread that writes them. */
const LEAVES = 16;

/** What `add` returns: `sha256` is of the file's bytes, which the CID of a file over 1 MiB does not show. */
export type Added = { cid: string; sha256: Hash; bytes: number };

/** A file of a folder; `path` is relative, with `/` between names. */
export type FolderEntry = { path: string; content: Uint8Array | AsyncIterable<Uint8Array> };

export class ContentStore {
  readonly blocks: Blocks;
  readonly #dir: string;

  private constructor(dir: string, blocks: Blocks) {
    this.#dir = dir;
    this.blocks = blocks;
  }

  static async open(dir: string): Promise<ContentStore> {
    const blocks = await Blocks.open(dir);
    await recoverCollection(dir, blocks);
    blocks.releases.recover = () => recoverCollection(dir, blocks);
    return new ContentStore(dir, blocks);
  }

  /**
   * Stores a file under the profile `unixfs-v1-2025`. When this resolves the file is on disk; when it rejects nothing is kept.
   * @param options.maxBytes default: the upload limit
   * @throws ColophonError FILE_TOO_LARGE, as soon as the stream passes the limit
   */
  async add(source: Uint8Array | AsyncIterable<Uint8Array>, options: { maxBytes?: number } = {}): Promise<Added> {
    const hash = createHash("sha256");
    const count = new ByteCount(options.maxBytes ?? LIMITS.uploadBytes, (chunk) => hash.update(chunk));
    return this.#keep(async (writer) => {
      const { cid } = await importByteStream(count.read(source), sinkOf(writer), optionsFor(writer));
      return { root: cid, answer: { cid: cid.toString(), sha256: `0x${hash.digest("hex")}`, bytes: count.bytes } };
    });
  }

  /**
   * Stores a folder as one work, sharded where the profile says so. Empty folders are not kept.
   * @param options.maxBytes of all files together; default: the upload limit
   * @throws ColophonError FILE_TOO_LARGE, BAD_PATH (absolute, empty, or with `.` or `..` in it)
   */
  async addFolder(
    entries: Iterable<FolderEntry> | AsyncIterable<FolderEntry>,
    options: { maxBytes?: number } = {},
  ): Promise<{ cid: string; files: number; bytes: number }> {
    const count = new ByteCount(options.maxBytes ?? LIMITS.uploadBytes);
    let files = 0;
    async function* candidates() {
      for await (const { path, content } of entries) {
        checkPath(path);
        files += 1;
        yield { path: `folder/${path}`, content: count.read(content) };
      }
    }
    return this.#keep(async (writer) => {
      const settings = { ...optionsFor(writer), wrapWithDirectory: false, fileImportConcurrency: 1 };
      let root: CID | undefined;
      for await (const entry of importer(candidates(), sinkOf(writer), settings)) {
        if (entry.path === "folder") root = entry.cid;
      }
      if (!root) throw new ColophonError("BAD_PATH", "A folder has at least one file.");
      return { root, answer: { cid: root.toString(), files, bytes: count.bytes } };
    });
  }

  /** Stores the canonical JSON of a value as one block. @throws ColophonError DOCUMENT_TOO_LARGE, BAD_DOCUMENT */
  async addDocument(value: unknown): Promise<{ cid: string; digest: Hash }> {
    const bytes = documentBytes(value);
    const { cid } = await this.add(bytes);
    return { cid, digest: sha256Hex(bytes) };
  }

  /**
   * Stores the work of a CAR (version 1, one root, every block of the tree and no other). Each block is checked.
   * @throws ColophonError BAD_CAR, BLOCK_MISMATCH, FILE_TOO_LARGE, DAG_TOO_LARGE
   */
  async importCar(
    source: AsyncIterable<Uint8Array>,
    options: { maxBytes?: number; maxBlocks?: number } = {},
  ): Promise<{ cid: string; blocks: number; bytes: number }> {
    const count = new ByteCount(options.maxBytes ?? 2 * LIMITS.uploadBytes);
    const bytes = count.read(source);
    return this.#keep(async (writer) => {
      try {
        const { root, blocks } = await importCar(bytes, writer, options.maxBlocks);
        return { root, answer: { cid: root.toString(), blocks, bytes: count.bytes } };
      } finally {
        await bytes.return(undefined); // the reader of CARs does not let go of its source when it is stopped
      }
    });
  }

  /** A CAR (version 1, depth first, each block once) with everything behind a CID. @throws as `cat` */
  async *exportCar(cid: string): AsyncGenerator<Uint8Array> {
    yield* exportCar(parseCid(cid), (block) => this.blocks.get(block));
  }

  /** Writes a work; nothing is kept of one that fails. */
  async #keep<T>(write: (writer: BlockWriter) => Promise<{ root: CID; answer: T }>): Promise<T> {
    const writer = this.blocks.write();
    try {
      const { root, answer } = await write(writer);
      await writer.commit(root);
      return answer;
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  async has(cid: string): Promise<boolean> {
    return this.blocks.has(parseCid(cid));
  }

  /** @throws ColophonError CONTENT_NOT_FOUND, NOT_A_FILE, BLOCK_CORRUPT */
  async stat(cid: string): Promise<{ cid: string; bytes: number }> {
    const parsed = parseCid(cid);
    return { cid: parsed.toString(), bytes: await fileSize(parsed, (block) => this.blocks.get(block)) };
  }

  /**
   * Bytes of a file or of a part of it; every block is checked against its CID before any of it is given out.
   * @throws ColophonError CONTENT_NOT_FOUND, NOT_A_FILE, BLOCK_CORRUPT
   */
  async *cat(cid: string, part: { offset?: number; length?: number } = {}): AsyncGenerator<Uint8Array> {
    const start = part.offset ?? 0;
    const range: ByteRange = { start, end: part.length === undefined ? Number.MAX_SAFE_INTEGER : start + part.length };
    const ahead = new ReadAhead((block) => this.blocks.get(block.cid), READ_AHEAD);
    for await (const { data } of walkFile(parseCid(cid), ahead.get, range, undefined, ahead.upcoming)) {
      if (data.length > 0) yield data;
    }
  }

  /**
   * Marks a work as needed by nobody; the next collection may remove it. Adding it again takes the mark away.
   * @throws ColophonError CONTENT_NOT_FOUND for what is not a work of its own here
   */
  async release(cid: string): Promise<void> {
    const root = parseCid(cid);
    if (!(await this.blocks.blocksOf(root))) throw notFound(cid);
    await this.blocks.releases.add(root);
  }

  /** Takes the mark of `release` away. @throws ColophonError CONTENT_NOT_FOUND */
  async pin(cid: string): Promise<void> {
    const root = parseCid(cid);
    await this.blocks.releases.clear(root);
    if (!(await this.blocks.blocksOf(root))) throw notFound(cid);
  }

  /** Every stored work, with the time since when it is released (ms of the epoch), or null while it is kept. */
  async *pins(): AsyncGenerator<{ cid: string; bytes: number; addedAt: number; releasedAt: number | null }> {
    const marks = await this.blocks.releases.list();
    for await (const { root, bytes, addedAt } of this.blocks.works()) {
      yield { cid: root, bytes, addedAt, releasedAt: marks.get(root) ?? null };
    }
  }

  /**
   * Removes works that were released.
   * @param options.dryRun tells what would be removed, and removes nothing
   * @param options.graceMs removes only what has been released for longer than this (default 0)
   * @throws ColophonError STORE_BUSY while another process collects
   */
  async gc(options: { dryRun?: boolean; graceMs?: number } = {}): Promise<Collected> {
    return collectGarbage(this.#dir, this.blocks, options);
  }

  /** A whole file in memory. @throws ColophonError CONTENT_TOO_LARGE before anything but the root is read */
  async readAll(cid: string, options: { maxBytes: number }): Promise<Uint8Array> {
    const { bytes } = await this.stat(cid);
    if (bytes > options.maxBytes) {
      throw new ColophonError("CONTENT_TOO_LARGE", `The file has ${bytes} bytes, more than ${options.maxBytes}.`, {
        status: 413,
        data: { bytes, maxBytes: options.maxBytes },
      });
    }
    return concat(this.cat(cid));
  }

  /** Closes the files that are open for reading. */
  async close(): Promise<void> {
    await this.blocks.close();
  }
}

/** Opens or creates a store in a folder. */
export function openContentStore(dir: string): Promise<ContentStore> {
  return ContentStore.open(dir);
}

/** Canonical bytes of a document within the limit. @throws ColophonError DOCUMENT_TOO_LARGE, BAD_DOCUMENT */
export function documentBytes(value: unknown): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = canonicalBytes(value);
  } catch (cause) {
    throw new ColophonError("BAD_DOCUMENT", "A document is a JSON value of moderate depth.", { cause });
  }
  if (bytes.length > LIMITS.documentBytes) {
    throw new ColophonError("DOCUMENT_TOO_LARGE", `A document has at most ${LIMITS.documentBytes} bytes.`, {
      status: 413,
      data: { maxBytes: LIMITS.documentBytes },
    });
  }
  return bytes;
}

export function tooLarge(maxBytes: number): ColophonError {
  return new ColophonError("FILE_TOO_LARGE", `A file has at most ${maxBytes} bytes.`, {
    status: 413,
    data: { maxBytes },
  });
}

async function concat(parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

/** Counts the bytes of one work as they come. */
class ByteCount {
  bytes = 0;
  readonly #max: number;
  readonly #seen: (chunk: Uint8Array) => void;

  constructor(max: number, seen: (chunk: Uint8Array) => void = () => {}) {
    this.#max = max;
    this.#seen = seen;
  }

  async *read(source: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source instanceof Uint8Array ? [source] : source) {
      this.bytes += chunk.length;
      if (this.bytes > this.#max) throw tooLarge(this.#max);
      this.#seen(chunk);
      yield chunk;
    }
  }
}

function optionsFor(writer: BlockWriter) {
  return { ...importerOptions(), blockWriteConcurrency: 1, bufferImporter: importLeaves(writer, LEAVES) };
}

/** Where the importer puts the inner nodes. */
function sinkOf(writer: BlockWriter) {
  return {
    put: async (cid: CID, block: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>) => {
      await writer.put(cid, block instanceof Uint8Array ? block : await concat(block));
      return cid;
    },
  };
}

function checkPath(path: string): void {
  const names = path.split("/");
  if (names.some((name) => name === "" || name === "." || name === ".." || name.includes("\0"))) {
    throw new ColophonError("BAD_PATH", `"${path.slice(0, 200)}" cannot be a file of a folder.`);
  }
}
