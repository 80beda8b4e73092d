import { importer } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import type { CID } from "multiformats/cid";
import type { ContentStore } from "../../storage/index.ts";
import { importerOptions } from "../../storage/profile.ts";

export type Fixture = {
  /** CID of the folder, of a path in it, or of the n-th leaf of a file. */
  cid(path?: string): CID;
  blocks: Map<string, { cid: CID; block: Uint8Array }>;
};

/**
 * A folder in leaves of 256 bytes, sharded from `shardAbove` bytes on, with every block at hand.
 * @param files path in the folder -> content
 */
export async function folderOfBlocks(files: Record<string, string>, shardAbove?: number): Promise<Fixture> {
  const blocks: Fixture["blocks"] = new Map();
  const sink = {
    put: async (cid: CID, block: unknown) => {
      blocks.set(cid.toString(), { cid, block: block as Uint8Array });
      return cid;
    },
  };
  const options = {
    ...importerOptions(),
    chunker: fixedSize({ chunkSize: 256 }),
    ...(shardAbove === undefined ? {} : { shardSplitThresholdBytes: shardAbove }),
  };
  const paths = new Map<string, CID>();
  const entries = Object.entries(files).map(([path, content]) => ({
    path: `f/${path}`,
    content: Buffer.from(content),
  }));
  for await (const { path, cid } of importer(entries, sink, options)) paths.set(path ?? "", cid);
  return {
    blocks,
    cid(path = "") {
      const cid = paths.get(path === "" ? "f" : `f/${path}`);
      if (!cid) throw new Error(`no ${path} in the fixture`);
      return cid;
    },
  };
}

/** Puts blocks into a store as one work, all but those of `without`. */
export async function putBlocks(store: ContentStore, fixture: Fixture, without: readonly string[] = []): Promise<void> {
  const writer = store.blocks.write();
  for (const [key, { cid, block }] of fixture.blocks) if (!without.includes(key)) await writer.put(cid, block);
  await writer.commit(fixture.cid());
}
