/** Signed orders as a wallet makes them: by ethers' own EIP-712, not by the contract's hashing. */
import { type Signer, type TypedDataField, TypedDataEncoder } from "ethers";
import { ethers } from "../network.ts";
import { COIN, FOREVER, type MarketHouse, PRICE } from "./market-house.ts";

export const Kind = { Listing: 0, TokenOffer: 1, CollectionOffer: 2, TraitOffer: 3 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];
type TypeName = keyof typeof Kind | "Voucher";

export type Order = {
  maker: string;
  taker: string;
  asset: string;
  item: bigint;
  currency: string;
  price: bigint;
  maxFee: number;
  referrer: string;
  referrerFee: number;
  startsAt: number;
  endsAt: number;
  counter: bigint;
  nonce: bigint;
};
export type Signature = { signature: string; index: bigint; proof: string[] };

const ITEM_NAMES = {
  Listing: "tokenId",
  TokenOffer: "tokenId",
  CollectionOffer: "anyToken",
  TraitOffer: "tokenIdRoot",
} as const;

const field = (type: string, name: string): TypedDataField => ({ type, name });

function orderFields(kind: keyof typeof Kind): TypedDataField[] {
  return [
    field("address", "maker"),
    field("address", "taker"),
    field("address", "asset"),
    field("uint256", ITEM_NAMES[kind]),
    field("address", "currency"),
    field("uint96", "price"),
    field("uint24", "maxFee"),
    field("address", "referrer"),
    field("uint24", "referrerFee"),
    field("uint40", "startsAt"),
    field("uint40", "endsAt"),
    field("uint256", "counter"),
    field("uint256", "nonce"),
  ];
}

const NEW_WORK = [
  field("bytes32", "contentHash"),
  field("bytes32", "fingerprint"),
  field("bytes32", "metadataDigest"),
  field("bytes32", "provenanceHash"),
  field("uint16", "fingerprintHeader"),
  field("uint8", "kind"),
];
const VOUCHER = [
  field("NewWork", "work"),
  field("address", "creator"),
  field("address", "buyer"),
  field("address", "currency"),
  field("uint96", "price"),
  field("uint24", "maxFee"),
  field("address", "referrer"),
  field("uint24", "referrerFee"),
  field("uint40", "deadline"),
  field("uint256", "counter"),
  field("uint256", "nonce"),
];

const NAMES = ["Listing", "TokenOffer", "CollectionOffer", "TraitOffer"] as const;

export function nameOf(kind: Kind): keyof typeof Kind {
  return NAMES[kind];
}

export function typesOf(name: TypeName): Record<string, TypedDataField[]> {
  return name === "Voucher" ? { Voucher: VOUCHER, NewWork: NEW_WORK } : { [name]: orderFields(name) };
}

/** The struct as its EIP-712 type names its fields. */
export function typedOf(name: TypeName, value: object): Record<string, unknown> {
  if (name === "Voucher") return { ...value };
  return { ...value, [ITEM_NAMES[name]]: (value as Order).item };
}

export async function domainOf(house: MarketHouse, changes: object = {}) {
  const { chainId } = await ethers.provider.getNetwork();
  const verifyingContract = await house.market.getAddress();
  return { name: "Colophon Marketplace", version: "1", chainId, verifyingContract, ...changes };
}

let nonces = 0n;

/** An order of the child work (2) for a million units of the plain token by anyone, for ever; each has a nonce of its own. */
export function newOrder(house: MarketHouse, maker: { address: string }, changes: Partial<Order> = {}): Order {
  return {
    maker: maker.address,
    taker: ethers.ZeroAddress,
    asset: house.addresses.works,
    item: house.child,
    currency: house.currency,
    price: PRICE,
    maxFee: 50_000,
    referrer: ethers.ZeroAddress,
    referrerFee: 0,
    startsAt: 0,
    endsAt: FOREVER,
    counter: 0n,
    nonce: nonces++,
    ...changes,
  };
}

export async function sign(
  house: MarketHouse,
  signer: Signer,
  name: TypeName,
  value: object,
  domain: object = {},
): Promise<Signature> {
  const types = typesOf(name);
  const signature = await signer.signTypedData(await domainOf(house, domain), types, typedOf(name, value));
  return { signature, index: 0n, proof: [] };
}

/** A signed listing or offer, ready to be filled. */
export async function signed(
  house: MarketHouse,
  signer: Signer & { address: string },
  kind: Kind,
  changes: Partial<Order> = {},
) {
  const order = newOrder(house, signer, changes);
  return { order, signature: await sign(house, signer, nameOf(kind), order) };
}

/**
 * One signature over a tree of values of one kind, as a wallet would show it (nested arrays of two). The list is filled up with its first
 * value to a power of two.
 */
export async function signTree(
  house: MarketHouse,
  signer: Signer,
  name: TypeName,
  values: readonly object[],
): Promise<Signature[]> {
  const height = Math.max(1, Math.ceil(Math.log2(values.length)));
  const leaves = Array.from({ length: 2 ** height }, (_, i) => typedOf(name, values[i] ?? (values[0] as object)));
  let tree: unknown[] = leaves;
  while (tree.length > 2) tree = Array.from({ length: tree.length / 2 }, (_, i) => [tree[2 * i], tree[2 * i + 1]]);
  const types = { [`Bulk${name}`]: [field(`${name}${"[2]".repeat(height)}`, "tree")], ...typesOf(name) };
  const signature = await signer.signTypedData(await domainOf(house), types, { tree });
  let level = leaves.map((leaf) => TypedDataEncoder.hashStruct(name, typesOf(name), leaf));
  const levels = [level];
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, i) =>
      ethers.keccak256(ethers.concat([level[2 * i] as string, level[2 * i + 1] as string])),
    );
    levels.push(level);
  }
  return values.map((_, index) => ({
    signature,
    index: BigInt(index),
    proof: levels.slice(0, height).map((nodes, i) => nodes[(index >> i) ^ 1] as string),
  }));
}

/** A Merkle tree of token ids with sorted pairs and leaves hashed twice: its root, and the proof of each id. */
export function traitTree(ids: readonly bigint[]): { root: bigint; proofOf: (id: bigint) => string[] } {
  const leafOf = (id: bigint) => ethers.keccak256(ethers.keccak256(ethers.toBeHex(id, 32)));
  const pair = (a: string, b: string) =>
    ethers.keccak256(ethers.concat(a.toLowerCase() < b.toLowerCase() ? [a, b] : [b, a]));
  const levels = [ids.map(leafOf)];
  for (let level = levels[0] as string[]; level.length > 1; levels.push(level)) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const [a, b] = [level[2 * i] as string, level[2 * i + 1]];
      return b === undefined ? a : pair(a, b);
    });
  }
  const proofOf = (id: bigint) => {
    const index = ids.indexOf(id);
    return levels.slice(0, -1).flatMap((level, i) => level[(index >> i) ^ 1] ?? []);
  };
  return { root: BigInt((levels.at(-1) as string[])[0] as string), proofOf };
}

export { COIN };
