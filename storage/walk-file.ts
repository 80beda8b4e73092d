/** Reading a UnixFS file block by block, in order, with no more than one block per level in memory. Browser-safe. */
import { exporter } from "ipfs-unixfs-exporter";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { RAW } from "./cid.ts";

/** Gives the bytes of a block after checking them against the CID. */
export type ReadBlock = (cid: CID) => Promise<Uint8Array>;

/** A block that will be asked for, and its size in bytes where that is known: of leaves. */
export type Upcoming = { cid: CID; size?: number };

/** Bytes [start, end) of a file. */
export type ByteRange = { start: number; end: number };

/** One block of a file in depth-first order, and the bytes of the range that it holds itself (none for inner nodes). */
export type FileBlock = { cid: CID; block: Uint8Array; data: Uint8Array };

/** Deepest tree that is followed: 1,024 links per node reach 2^60 bytes in four levels. */
const DEPTH = 8;

/** Size of a file in bytes. @throws ColophonError NOT_A_FILE */
export async function fileSize(cid: CID, readBlock: ReadBlock): Promise<number> {
  const { size } = await decode(cid, await readBlock(cid));
  return size;
}

/**
 * Blocks needed for a range of a file, each once per occurrence; the root always, even for an empty range.
 *
 * Hashes alone do not bound the work: a few honest blocks that name each other many times stand for more visits than anybody
 * lives to see. So every block must hold exactly the bytes that its parent says, and at least one: there are then no more visits
 * than bytes in the range, times the depth.
 * @param onSize told the size that the root states, before anything else is read; may throw
 * @param upcoming told, for each inner node, which blocks under it will be asked for next, in order
 * @throws ColophonError NOT_A_FILE for anything but a UnixFS file or a raw block, and for a tree whose sizes do not add up
 */
export async function* walkFile(
  cid: CID,
  readBlock: ReadBlock,
  range?: ByteRange,
  onSize?: (bytes: number) => void,
  upcoming?: (blocks: readonly Upcoming[]) => void,
): AsyncGenerator<FileBlock> {
  const whole = { start: 0, end: Number.MAX_SAFE_INTEGER };
  yield* walk(cid, readBlock, range ?? whole, { position: 0, depth: 0, onSize, upcoming });
}

/** Where a block stands in its file; `size` is what its parent says of it. */
type Spot = {
  position: number;
  depth: number;
  size?: number;
  onSize?: (bytes: number) => void;
  upcoming?: (blocks: readonly Upcoming[]) => void;
};

async function* walk(
  cid: CID,
  readBlock: ReadBlock,
  range: ByteRange,
  { position, depth, size: stated, onSize, upcoming }: Spot,
): AsyncGenerator<FileBlock> {
  if (depth > DEPTH) throw notAFile(cid);
  const block = await readBlock(cid);
  const node = await decode(cid, block);
  if (stated !== undefined && stated !== node.size) throw notAFile(cid);
  onSize?.(node.size);
  const from = Math.max(0, range.start - position);
  const to = Math.max(from, Math.min(node.inline.length, range.end - position));
  yield { cid, block, data: node.inline.subarray(from, to) };
  if (range.end <= range.start) return;
  let at = position + node.inline.length;
  const wanted: { cid: CID; position: number; size: number }[] = [];
  for (const { cid: child, size } of node.children) {
    if (size === 0) throw notAFile(cid);
    if (at < range.end && at + size > range.start) wanted.push({ cid: child, position: at, size });
    at += size;
  }
  upcoming?.(wanted.map((next) => (next.cid.code === RAW ? next : { cid: next.cid })));
  for (const next of wanted) {
    const { position: start, size } = next;
    yield* walk(next.cid, readBlock, range, { position: start, depth: depth + 1, size, upcoming });
  }
}

type Node = { size: number; inline: Uint8Array; children: { cid: CID; size: number }[] };

async function decode(cid: CID, block: Uint8Array): Promise<Node> {
  if (cid.code === RAW) return { size: block.length, inline: block, children: [] };
  const one = {
    *get() {
      yield block;
    },
  };
  const entry = await exporter(cid, one).catch((cause: unknown) => {
    throw notAFile(cid, cause);
  });
  if (entry.type !== "file") throw notAFile(cid);
  const { blockSizes, data } = entry.unixfs;
  const links = entry.node.Links;
  if (links.length !== blockSizes.length) throw notAFile(cid);
  return {
    size: Number(entry.unixfs.fileSize()),
    inline: data ?? new Uint8Array(),
    children: links.map((link, i) => ({ cid: link.Hash, size: Number(blockSizes[i]) })),
  };
}

function notAFile(cid: CID, cause?: unknown): ColophonError {
  return new ColophonError("NOT_A_FILE", `${cid.toString()} is not a file.`, { status: 400, cause });
}
