import type { CID } from "multiformats/cid";
import type { PinTarget } from "./pin-targets/pin-target.ts";
import { parseCid } from "./cid.ts";

/**
 * Reads blocks of a work back from a target and checks them: the root, and some that the target cannot guess.
 * @param blocks CIDs of all blocks of the work
 * @param random uniform in [0, 1)
 * @throws ColophonError what the target's `block` throws
 */
export async function proveCopy(
  target: PinTarget,
  { root, blocks }: { root: CID; blocks: readonly string[] },
  { samples, random, signal }: { samples: number; random: () => number; signal?: AbortSignal },
): Promise<void> {
  const chosen = new Set([root.toString()]);
  for (let i = 0; i < samples; i++) chosen.add(blocks[Math.floor(random() * blocks.length)] as string);
  for (const cid of chosen) await target.block(parseCid(cid), signal);
}
