import { createHash } from "node:crypto";
import type { BufferImporter, BufferImporterResult } from "ipfs-unixfs-importer";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import type { BlockWriter } from "./block-writer.ts";
import { RAW, SHA2_256 } from "./cid.ts";

/** CID of a raw block. */
export function rawCid(block: Uint8Array): CID {
  return CID.createV1(RAW, Digest.create(SHA2_256, createHash("sha256").update(block).digest()));
}

/**
 * How the importer's chunks become raw leaves in a work. Leaves of a larger file are begun as soon as their bytes are there, so that the
 * thread that hashes and writes them runs beside this one; a file of one chunk is hashed here.
 *
 * The importer must ask for one leaf at a time (`blockWriteConcurrency: 1`): which leaves are under way is decided here, as a window that
 * slides. The importer's own concurrency goes by batches, and at the end of each one thread would wait for the other.
 * @param window leaves under way at a time; what they need is in memory
 */
export function importLeaves(writer: Pick<BlockWriter, "put" | "leaf">, window: number): BufferImporter {
  return async function* leaves(file) {
    let first: Uint8Array | null = null;
    let several = false;
    const begun: (() => Promise<BufferImporterResult>)[] = [];
    for await (const chunk of file.content) {
      if (first === null && !several) {
        first = chunk;
        continue;
      }
      if (first !== null) begun.push(begin(writer, first));
      first = null;
      several = true;
      begun.push(begin(writer, chunk));
      while (begun.length >= window) yield begun.shift() as () => Promise<BufferImporterResult>;
    }
    yield* begun;
    if (first === null) return;
    const block = first;
    yield async () => {
      const cid = rawCid(block);
      await writer.put(cid, block);
      return result(cid, block.length);
    };
  };
}

function begin(writer: Pick<BlockWriter, "leaf">, chunk: Uint8Array): () => Promise<BufferImporterResult> {
  const leaf = writer.leaf(chunk);
  leaf.catch(() => undefined); // told when the importer asks
  return async () => result(await leaf, chunk.length);
}

/** The importer needs a leaf's bytes only for files with a mode or a time, which are not made here. */
function result(cid: CID, size: number): BufferImporterResult {
  return { cid, size: BigInt(size), block: new Uint8Array() };
}
