/** Every block under a root, of files and folders alike. Browser-safe. */
import * as dagPb from "@ipld/dag-pb";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { DAG_PB } from "./cid.ts";
import type { ReadBlock, Upcoming } from "./walk-file.ts";

/** Deepest tree that is followed, and most blocks of one tree. */
const DEPTH = 64;
export const TREE_BLOCKS = 1_000_000;

/** CIDs that a block names, in order. @throws ColophonError BAD_BLOCK */
export function linksOf(cid: CID, block: Uint8Array): CID[] {
  if (cid.code !== DAG_PB) return [];
  try {
    return dagPb.decode(block).Links.map(({ Hash }) => Hash);
  } catch (cause) {
    throw new ColophonError("BAD_BLOCK", `${cid.toString()} is not a node of a tree.`, { cause });
  }
}

/**
 * Blocks under a root in depth-first order, each once (or, with `dups`, once per occurrence).
 * @throws ColophonError DAG_TOO_LARGE for trees that are deeper than 64 levels or have more than a million blocks
 */
export async function* walkDag(
  root: CID,
  readBlock: ReadBlock,
  options: { dups?: boolean; upcoming?: (blocks: readonly Upcoming[]) => void } = {},
): AsyncGenerator<{ cid: CID; block: Uint8Array }> {
  const seen = options.dups ? null : new Set<string>();
  const stack: { cid: CID; depth: number }[] = [{ cid: root, depth: 0 }];
  let count = 0;
  for (let spot = stack.pop(); spot; spot = stack.pop()) {
    const { cid, depth } = spot;
    if (seen?.has(cid.toString())) continue;
    seen?.add(cid.toString());
    count += 1;
    if (count > TREE_BLOCKS || depth > DEPTH) {
      throw new ColophonError("DAG_TOO_LARGE", "The tree is deeper or larger than what is followed.", { status: 422 });
    }
    const block = await readBlock(cid);
    yield { cid, block };
    const links = linksOf(cid, block);
    options.upcoming?.(links.filter((link) => !seen?.has(link.toString())).map((link) => ({ cid: link })));
    for (const link of links.toReversed()) stack.push({ cid: link, depth: depth + 1 });
  }
}
