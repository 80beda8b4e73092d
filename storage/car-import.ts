import { createHash } from "node:crypto";
import { CarBlockIterator } from "@ipld/car/iterator";
import type { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";
import { LIMITS } from "../common/limits.ts";
import type { BlockWriter } from "./block-writer.ts";
import { checkCid } from "./cid.ts";
import { BLOCK_BYTES } from "./profile.ts";
import { linksOf } from "./walk-dag.ts";

/** Links are mostly as many as blocks; a node may name one leaf thousands of times. */
const LINKS_PER_BLOCK = 2;

/**
 * Puts the blocks of a CAR into a new work: one root, every block of its tree, and no other. Each is checked against its CID.
 * @param mostBlocks that it may have or name
 * @returns the root and the number of blocks
 * @throws ColophonError BAD_CAR, BLOCK_MISMATCH, BLOCK_TOO_LARGE, DAG_TOO_LARGE
 */
export async function importCar(
  source: AsyncIterable<Uint8Array>,
  writer: BlockWriter,
  mostBlocks: number = LIMITS.carBlocks,
): Promise<{ root: CID; blocks: number }> {
  const car = await open(source);
  const roots = await car.getRoots();
  if (roots.length !== 1) throw bad(`It has ${roots.length} roots, not one.`);
  const root = checkCid(roots[0] as CID);
  const tree = new KnownTree(mostBlocks);
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
    if (tree.add(cid, bytes)) await writer.put(cid, bytes);
  }
  tree.check(root);
  return { root, blocks: tree.blocks };
}

/** Which blocks are there, and which name which: CIDs by number, so that memory holds as many as there may be. */
class KnownTree {
  readonly #mostBlocks: number;
  readonly #numbers = new Map<string, number>();
  readonly #links = new Map<number, Uint32Array>();
  #linkCount = 0;

  constructor(mostBlocks: number) {
    this.#mostBlocks = mostBlocks;
  }

  get blocks(): number {
    return this.#links.size;
  }

  /** @returns false for a block that was there before */
  add(cid: CID, bytes: Uint8Array): boolean {
    const block = this.#numberOf(cid);
    if (this.#links.has(block)) return false;
    const links = linksOf(cid, bytes);
    this.#linkCount += links.length;
    if (this.#linkCount > LINKS_PER_BLOCK * this.#mostBlocks) throw this.#tooLarge();
    this.#links.set(block, Uint32Array.from(new Set(links.map((link) => this.#numberOf(checkCid(link))))));
    return true;
  }

  /** A work holds all of its tree, so that it can be read alone, and nothing else, so that nothing rides along. */
  check(root: CID): void {
    const reached = new Set<number>();
    const stack = [this.#numberOf(root)];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (reached.has(at)) continue;
      reached.add(at);
      const under = this.#links.get(at);
      if (!under) throw bad(`The block ${this.#nameOf(at)} is missing.`);
      for (const link of under) if (!reached.has(link)) stack.push(link);
    }
    if (reached.size !== this.#links.size) throw bad("It has blocks that do not belong to its root.");
  }

  #numberOf(cid: CID): number {
    const name = cid.toString();
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#numbers.size === this.#mostBlocks) throw this.#tooLarge();
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    return number;
  }

  #nameOf(number: number): string {
    for (const [name, is] of this.#numbers) if (is === number) return name;
    throw new RangeError("no block has this number");
  }

  #tooLarge(): ColophonError {
    return new ColophonError("DAG_TOO_LARGE", `A CAR has and names at most ${this.#mostBlocks} blocks.`, {
      status: 422,
    });
  }
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

function bad(why: string, cause?: unknown): ColophonError {
  return new ColophonError("BAD_CAR", `This CAR cannot be stored. ${why}`, { cause });
}
