import { walkPath } from "ipfs-unixfs-exporter";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import type { ReadBlock } from "./walk-file.ts";

/** Where a path leads, and what proves it. */
export type Resolved = {
  cid: CID;
  /** CID of the root and of each name of the path. */
  roots: CID[];
  /** Blocks that were needed to follow the path, in order, without the last element's own. */
  blocks: { cid: CID; block: Uint8Array }[];
};

/** Longest path that is followed, names. */
const NAMES = 64;

/**
 * Follows a path through folders, sharded or not.
 * @param names of the path, decoded
 * @throws ColophonError CONTENT_NOT_FOUND where there is no such name, BAD_REQUEST for a path that is too long
 */
export async function resolvePath(root: CID, names: readonly string[], readBlock: ReadBlock): Promise<Resolved> {
  if (names.length > NAMES) throw new ColophonError("BAD_REQUEST", `A path has at most ${NAMES} names.`);
  if (names.length === 0) return { cid: root, roots: [root], blocks: [] };
  // A name has no slash; a backslash before one has a meaning of its own to the library that follows the path.
  if (names.some((name) => /[/\\]/.test(name))) throw noSuchPath(root, names);
  const blocks: Resolved["blocks"] = [];
  let failed: unknown;
  const recorder = {
    async *get(cid: CID) {
      try {
        const block = await readBlock(cid);
        blocks.push({ cid, block });
        yield block;
      } catch (error) {
        failed = error;
        throw error;
      }
    },
  };
  let last: { cid: CID; roots: CID[] } | undefined;
  try {
    for await (const entry of walkPath([root.toString(), ...names].join("/"), recorder)) last = entry;
  } catch (cause) {
    if (failed !== undefined) throw failed;
    throw noSuchPath(root, names, cause);
  }
  if (!last) throw noSuchPath(root, names);
  // Shards on the way are no names: of the CIDs on the way, those of the names are told by their number.
  const roots = [root];
  for (const [at] of names.entries()) {
    if (at === names.length - 1) roots.push(last.cid);
    else roots.push((await resolvePath(root, names.slice(0, at + 1), readBlock)).cid);
  }
  return { cid: last.cid, roots, blocks };
}

function noSuchPath(root: CID, names: readonly string[], cause?: unknown): ColophonError {
  return new ColophonError("CONTENT_NOT_FOUND", "There is nothing at that path.", {
    status: 404,
    data: { cid: root.toString(), path: names.join("/").slice(0, 200) },
    cause,
  });
}
