/** Reading a UnixFS folder, flat or sharded. */
import { exporter } from "ipfs-unixfs-exporter";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { DAG_PB } from "./cid.ts";
import type { ReadBlock } from "./walk-file.ts";

/** One entry; `bytes` is of all blocks under it. */
export type FolderItem = { name: string; cid: CID; bytes: number };

/** A block of a folder and the entries that it names itself. */
export type FolderBlock = { cid: CID; block: Uint8Array; items: FolderItem[] };

/** Deepest shard: a hash of 64 bits, eight at a time. */
const DEPTH = 8;

/** True when the block is the root of a folder. @throws ColophonError BAD_BLOCK */
export async function isFolder(cid: CID, block: Uint8Array): Promise<boolean> {
  return cid.code === DAG_PB && (await decode(cid, block)) !== null;
}

/**
 * Blocks needed to list a folder, depth first.
 * @throws ColophonError NOT_A_FOLDER, BAD_BLOCK
 */
export async function* walkFolder(cid: CID, readBlock: ReadBlock, depth = 0): AsyncGenerator<FolderBlock> {
  const block = await readBlock(cid);
  const node = cid.code === DAG_PB ? await decode(cid, block) : null;
  if (!node || depth > DEPTH) throw new ColophonError("NOT_A_FOLDER", `${cid.toString()} is not a folder.`);
  const shards = node.links.filter(({ name }) => node.prefix > 0 && name.length === node.prefix);
  const items = node.links
    .filter((link) => !shards.includes(link))
    .map(({ name, ...rest }) => ({ name: name.slice(node.prefix), ...rest }));
  yield { cid, block, items };
  for (const shard of shards) yield* walkFolder(shard.cid, readBlock, depth + 1);
}

/** Entries of a folder, by name. @throws as `walkFolder` */
export async function listFolder(cid: CID, readBlock: ReadBlock): Promise<FolderItem[]> {
  const items: FolderItem[] = [];
  for await (const block of walkFolder(cid, readBlock)) items.push(...block.items);
  return items.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Links of a folder's block, and how many characters before each name tell its place in a shard; null for anything else. */
async function decode(cid: CID, block: Uint8Array): Promise<{ prefix: number; links: FolderItem[] } | null> {
  const one = {
    *get() {
      yield block;
    },
  };
  const entry = await exporter(cid, one).catch((cause: unknown) => {
    throw new ColophonError("BAD_BLOCK", `${cid.toString()} is not a node of a tree.`, { cause });
  });
  if (entry.type !== "directory") return null;
  const sharded = entry.unixfs.type === "hamt-sharded-directory";
  const prefix = sharded ? (Number(entry.unixfs.fanout ?? 256n) - 1).toString(16).length : 0;
  const links = entry.node.Links.map(({ Name, Hash, Tsize }) => ({ name: Name ?? "", cid: Hash, bytes: Tsize ?? 0 }));
  return { prefix, links };
}
