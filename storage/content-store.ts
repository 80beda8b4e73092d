/** Files and documents named by their content. */
import { createHash } from "node:crypto";
import { importByteStream } from "ipfs-unixfs-importer";
import type { CID } from "multiformats/cid";
import { canonicalBytes } from "../common/canonical-json.ts";
import { type Hash, sha256Hex } from "../common/digest.ts";
import { ColophonError } from "../common/errors.ts";
import { LIMITS } from "../common/limits.ts";
import { Blocks } from "./blocks.ts";
import { parseCid } from "./cid.ts";
import { importerOptions } from "./profile.ts";
import { type ByteRange, fileSize, walkFile } from "./walk-file.ts";

/** What `add` returns: `sha256` is of the file's bytes, which the CID of a file over 1 MiB does not show. */
export type Added = { cid: string; sha256: Hash; bytes: number };

export class ContentStore {
  readonly blocks: Blocks;

  private constructor(blocks: Blocks) {
    this.blocks = blocks;
  }

  static async open(dir: string): Promise<ContentStore> {
    return new ContentStore(await Blocks.open(dir));
  }

  /**
   * Stores a file under the profile `unixfs-v1-2025`. When this resolves the file is on disk; when it rejects nothing is kept.
   * @param options.maxBytes default: the upload limit
   * @throws ColophonError FILE_TOO_LARGE, as soon as the stream passes the limit
   */
  async add(source: Uint8Array | AsyncIterable<Uint8Array>, options: { maxBytes?: number } = {}): Promise<Added> {
    const maxBytes = options.maxBytes ?? LIMITS.uploadBytes;
    const hash = createHash("sha256");
    let bytes = 0;
    async function* counted() {
      for await (const chunk of source instanceof Uint8Array ? [source] : source) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw tooLarge(maxBytes);
        hash.update(chunk);
        yield chunk;
      }
    }
    const writer = this.blocks.write();
    try {
      const sink = {
        put: async (cid: CID, block: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>) => {
          await writer.put(cid, block instanceof Uint8Array ? block : await concat(block));
          return cid;
        },
      };
      const { cid } = await importByteStream(counted(), sink, importerOptions());
      await writer.commit(cid);
      return { cid: cid.toString(), sha256: `0x${hash.digest("hex")}`, bytes };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  /** Stores the canonical JSON of a value as one block. @throws ColophonError DOCUMENT_TOO_LARGE, BAD_DOCUMENT */
  async addDocument(value: unknown): Promise<{ cid: string; digest: Hash }> {
    const bytes = documentBytes(value);
    const { cid } = await this.add(bytes);
    return { cid, digest: sha256Hex(bytes) };
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
    for await (const { data } of walkFile(parseCid(cid), (block) => this.blocks.get(block), range)) {
      if (data.length > 0) yield data;
    }
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

  /** Nothing is held open between calls; kept so that callers need not know. */
  async close(): Promise<void> {}
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
