/** Merkle trees of cumulative shares, as `IBondedRoots` defines their leaves; written from the definition. */
import { ethers } from "../network.ts";

export type Share = { account: string; currency: string; total: bigint };

/** A tree over shares, with proofs by index. */
export class ShareTree {
  readonly #levels: string[][];

  constructor(shares: Share[]) {
    let level = shares.map(leafOf);
    this.#levels = [level];
    while (level.length > 1) {
      const next: string[] = [];
      // An odd one out moves up alone.
      for (let i = 0; i < level.length; i += 2) next.push(pair(level[i]!, level[i + 1]));
      level = next;
      this.#levels.push(level);
    }
  }

  get root(): string {
    return this.#levels.at(-1)![0]!;
  }

  proof(index: number): string[] {
    const siblings: string[] = [];
    let at = index;
    for (const level of this.#levels.slice(0, -1)) {
      const sibling = level[at ^ 1];
      if (sibling !== undefined) siblings.push(sibling);
      at >>= 1;
    }
    return siblings;
  }
}

function leafOf({ account, currency, total }: Share): string {
  const inner = ethers.AbiCoder.defaultAbiCoder().encode(["address", "address", "uint256"], [account, currency, total]);
  return ethers.keccak256(ethers.keccak256(inner));
}

function pair(left: string, right: string | undefined): string {
  if (right === undefined) return left;
  return ethers.keccak256(ethers.concat(left < right ? [left, right] : [right, left]));
}
