/** Merkle trees of cumulative shares, as `IBondedRoots` defines their leaves. */
import { type Address, concatHex, encodeAbiParameters, type Hex, keccak256 } from "viem";

/** What an account was given in a currency, all time, smallest units. */
export type Share = { account: Address; currency: Address; total: bigint };

const LEAF = [{ type: "address" }, { type: "address" }, { type: "uint256" }] as const;

/** Leaves sorted by their hash; neighbors are paired, and one without a neighbor moves up alone. */
export class ShareTree {
  /** In the order of the leaves. */
  readonly shares: readonly Share[];
  readonly #levels: Hex[][];

  /** @param shares one at least, at most one per account and currency */
  constructor(shares: readonly Share[]) {
    const leaves = shares.map((share) => ({ share, leaf: leafOf(share) }));
    leaves.sort((a, b) => (a.leaf < b.leaf ? -1 : 1));
    this.shares = leaves.map(({ share }) => share);
    let level = leaves.map(({ leaf }) => leaf);
    if (level.length === 0) throw new RangeError("a tree has at least one leaf");
    this.#levels = [level];
    while (level.length > 1) {
      const below = level;
      level = below.flatMap((left, index) => (index % 2 === 0 ? [pair(left, below[index + 1])] : []));
      this.#levels.push(level);
    }
  }

  get root(): Hex {
    return (this.#levels.at(-1) as Hex[])[0] as Hex;
  }

  /** Siblings from the leaf up, for `IBondedRoots.claim`. @param index into `shares` */
  proof(index: number): Hex[] {
    return this.#levels.slice(0, -1).flatMap((level, height) => level[(index >> height) ^ 1] ?? []);
  }
}

function leafOf({ account, currency, total }: Share): Hex {
  return keccak256(keccak256(encodeAbiParameters(LEAF, [account, currency, total])));
}

function pair(left: Hex, right: Hex | undefined): Hex {
  if (right === undefined) return left;
  return keccak256(concatHex(left < right ? [left, right] : [right, left]));
}
