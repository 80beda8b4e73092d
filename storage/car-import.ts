import { createHash } from "node:crypto";
import { CarBlockIterator } from "@ipld/car/iterator";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { LIMITS } from "../common/limits.ts";
import type { BlockWriter } from "./block-writer.ts";
import { checkCid } from "./cid.ts";
import { BLOCK_BYTES } from "./profile.ts";
import { linksOf } from "./walk-dag.ts";

/**
 * Puts the blocks of a CAR into a new work: one root, every block of its tree, and no other. Each is checked against its CID.
 * @returns the root and the number of blocks
 * @throws ColophonError BAD_CAR, BLOCK_MISMATCH, BLOCK_TOO_LARGE, DAG_TOO_LARGE
 */
export async function importCar(
  source: AsyncIterable<Uint8Array>,
  writer: BlockWriter,
): Promise<{ root: CID; blocks: number }> {
  const car = await open(source);
  const roots = await car.getRoots();
  if (roots.length !== 1) throw bad(`It has ${roots.length} roots, not one.`);
  const root = checkCid(roots[0] as CID);
  const links = new Map<string, CID[]>();
  for await (const { cid: given, bytes } of sections(car)) {
    const cid = checkCid(given);
    if (bytes.length > BLOCK_BYTES) {
      throw new ColophonError("BLOCK_TOO_LARGE", `A block has at most ${BLOCK_BYTES} bytes.`, { status: 413 });
    }
    if (!createHash("sha256").update(bytes).digest().equals(cid.multihash.digest)) {
      throw new ColophonError("BLOCK_MISMATCH", "The CAR has bytes that do not match their CID.", {
        data: { cid: cid.toString() },
      });
    }
    if (links.has(cid.toString())) continue;
    if (links.size === LIMITS.carBlocks) {
      throw new ColophonError("DAG_TOO_LARGE", `A CAR has at most ${LIMITS.carBlocks} blocks.`, { status: 422 });
    }
    links.set(cid.toString(), linksOf(cid, bytes).map(checkCid));
    await writer.put(cid, bytes);
  }
  checkTree(root, links);
  return { root, blocks: links.size };
}

async function open(source: AsyncIterable<Uint8Array>): Promise<CarBlockIterator> {
  try {
    return await CarBlockIterator.fromIterable(source);
  } catch (cause) {
    if (cause instanceof ColophonError) throw cause;
    throw bad("Its header cannot be read.", cause);
  }
}

async function* sections(car: CarBlockIterator): AsyncGenerator<{ cid: CID; bytes: Uint8Array }> {
  try {
    yield* car as AsyncIterable<{ cid: CID; bytes: Uint8Array }>;
  } catch (cause) {
    if (cause instanceof ColophonError) throw cause;
    throw bad("It is cut short or damaged.", cause);
  }
}

/** A work holds all of its tree, so that it can be read alone, and nothing else, so that nothing rides along. */
function checkTree(root: CID, links: ReadonlyMap<string, CID[]>): void {
  const reached = new Set<string>();
  const stack = [root.toString()];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const under = links.get(at);
    if (!under) throw bad(`The block ${at} is missing.`);
    for (const link of under) stack.push(link.toString());
  }
  if (reached.size !== links.size) throw bad("It has blocks that do not belong to its root.");
}

function bad(why: string, cause?: unknown): ColophonError {
  return new ColophonError("BAD_CAR", `This CAR cannot be stored. ${why}`, { cause });
}
