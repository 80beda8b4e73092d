/** Co-creations and split changes, signed by their payees. */
import type { Signer, TypedDataDomain } from "ethers";
import { newWork } from "../house.ts";
import { ethers } from "../network.ts";
import type { CoreHouse, EdgeHouse } from "./core-house.ts";

export type Payees = { payees: string[]; ppm: number[] };
export type Person = Signer & { address: string };

const SPLIT_FIELDS = [
  { name: "payees", type: "address[]" },
  { name: "ppm", type: "uint24[]" },
  { name: "threshold", type: "uint8" },
  { name: "validUntil", type: "uint40" },
  { name: "nonce", type: "uint256" },
];
export const CO_CREATION_TYPES = {
  CoCreation: [{ name: "contentHash", type: "bytes32" }, { name: "owner", type: "address" }, ...SPLIT_FIELDS],
};
export const SPLIT_CHANGE_TYPES = { SplitChange: [{ name: "workId", type: "uint256" }, ...SPLIT_FIELDS] };

/** Seconds since 1970: later than any test's clock. */
export const FAR = 2n ** 39n;

/** Sorts people with their parts as the contract wants them: ascending addresses. */
export function splitOf(parts: [person: Person, ppm: number][]): Payees & { people: Person[] } {
  const sorted = parts.toSorted(([one], [two]) => (BigInt(one.address) < BigInt(two.address) ? -1 : 1));
  return {
    people: sorted.map(([person]) => person),
    payees: sorted.map(([person]) => person.address),
    ppm: sorted.map(([, ppm]) => ppm),
  };
}

/** People for splits: no key of theirs is known to anybody else, and they need no coin to sign. */
export function strangers(count: number): Person[] {
  return Array.from({ length: count }, (_, i) => new ethers.Wallet(ethers.id(`payee ${i}`)));
}

export async function domainOf(core: CoreHouse | EdgeHouse): Promise<TypedDataDomain> {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Colophon", version: "1", chainId, verifyingContract: core.house.coCreations };
}

export function coCreationOf(owner: Person, split: Payees, seed: string, fields: Record<string, unknown> = {}) {
  return {
    contentHash: newWork(seed).contentHash,
    owner: owner.address,
    payees: split.payees,
    ppm: split.ppm,
    threshold: split.payees.length,
    validUntil: FAR,
    nonce: 1n,
    ...fields,
  };
}

export function splitChangeOf(workId: bigint, split: Payees, fields: Record<string, unknown> = {}) {
  return {
    workId,
    payees: split.payees,
    ppm: split.ppm,
    threshold: split.payees.length,
    validUntil: FAR,
    nonce: 2n,
    ...fields,
  };
}

export async function signAll(
  core: CoreHouse | EdgeHouse,
  people: Person[],
  types: Record<string, { name: string; type: string }[]>,
  message: Record<string, unknown>,
): Promise<string[]> {
  const domain = await domainOf(core);
  return await Promise.all(people.map((person) => person.signTypedData(domain, types, message)));
}

/** Registers a co-created work, signed by all, and returns its id. */
export async function coCreate(
  core: CoreHouse | EdgeHouse,
  owner: Person,
  split: Payees & { people: Person[] },
  seed: string,
  fields: Record<string, unknown> = {},
): Promise<bigint> {
  const coCreation = coCreationOf(owner, split, seed, fields);
  const signatures = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
  await core.coCreations.connect(owner).registerCoCreated(newWork(seed), coCreation, signatures);
  return await core.works.totalWorks();
}
