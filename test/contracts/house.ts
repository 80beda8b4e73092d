/** The contracts and some tokens on the in-process chain, as tests use them. */
import type { BaseContract, ContractMethod, ContractRunner, Signer } from "ethers";
import type { Abi, ContractFunctionName, Hex } from "viem";
import type {
  authorityAbi,
  jobMarketAbi,
  licenseTokenAbi,
  operatorRegistryAbi,
  royaltyLedgerAbi,
  withSigAbi,
  workRegistryAbi,
} from "../../common/abi/index.ts";
import { type TermFlag, termFlags, ZERO_DIGEST } from "../../common/terms.ts";
import {
  type ContractName,
  constructorArguments,
  DEFAULT_MINIMUM_STAKE,
  DEFAULT_OPTIONS,
  DEPLOY_ORDER,
  HOUSE_FIELDS,
  type House as Addresses,
  houseOf,
} from "../../scripts/predict-addresses.ts";
import { ethers } from "./network.ts";

type Named<Names extends string> = Omit<BaseContract, "connect"> &
  Record<Names, ContractMethod> & { connect(runner: ContractRunner): Named<Names> };
/** An ethers contract whose function names are checked by the compiler. */
export type HouseContract<A extends Abi> = Named<ContractFunctionName<A>>;
export type TokenContract = Named<
  "mint" | "approve" | "balanceOf" | "allowance" | "arm" | "succeeded" | "answer" | "setBlocked"
>;
export type PuppetContract = Named<"setTakesCoin" | "arm" | "act" | "succeeded" | "answer">;

export const COIN = ethers.ZeroAddress;
export const DAY = 86_400;
export const MINIMUM_STAKE = DEFAULT_MINIMUM_STAKE;

export type House = Awaited<ReturnType<typeof deployHouse>>;

/** Deploys the set from the compiled sources with the accounts that tests speak of by name. */
export async function deployHouse() {
  const [deployer, alice, bob, carol, dave, operator, requester, arbitrator] = await signers();
  const { at } = await deploySet(deployer);
  return {
    authority: await contractAt<HouseContract<typeof authorityAbi>>("Authority", at.Authority),
    withSig: await contractAt<HouseContract<typeof withSigAbi>>("WithSig", at.WithSig),
    works: await contractAt<HouseContract<typeof workRegistryAbi>>("WorkRegistry", at.WorkRegistry),
    licenses: await contractAt<HouseContract<typeof licenseTokenAbi>>("LicenseToken", at.LicenseToken),
    ledger: await contractAt<HouseContract<typeof royaltyLedgerAbi>>("RoyaltyLedger", at.RoyaltyLedger),
    operators: await contractAt<HouseContract<typeof operatorRegistryAbi>>("OperatorRegistry", at.OperatorRegistry),
    market: await contractAt<HouseContract<typeof jobMarketAbi>>("JobMarket", at.JobMarket),
    addresses: at,
    deployer,
    alice,
    bob,
    carol,
    dave,
    operator,
    requester,
    arbitrator,
  };
}

/**
 * Deploys the set, or a part of it.
 * @param standIns addresses of the struct that something else takes: a test's account or contract; these are not deployed
 * @param artifacts other contracts to deploy in some places: test variants
 */
export async function deploySet(
  deployer: Account,
  standIns: Partial<Addresses> = {},
  artifacts: Partial<Record<ContractName, string>> = {},
): Promise<{ at: Record<ContractName, Hex>; house: Addresses }> {
  const stoodIn = (name: ContractName) =>
    name in HOUSE_FIELDS && HOUSE_FIELDS[name as keyof typeof HOUSE_FIELDS] in standIns;
  const names = DEPLOY_ORDER.filter((name) => !stoodIn(name));
  const nonce = await ethers.provider.getTransactionCount(deployer.address);
  const addressOf = (index: number) => ethers.getCreateAddress({ from: deployer.address, nonce: nonce + index }) as Hex;
  // What is not deployed gets an address at which nothing will ever be.
  const spare = (name: ContractName) => addressOf(1_000_000 + DEPLOY_ORDER.indexOf(name));
  const at = Object.fromEntries(
    DEPLOY_ORDER.map((name) => [name, names.includes(name) ? addressOf(names.indexOf(name)) : spare(name)]),
  ) as Record<ContractName, Hex>;
  const house = { ...houseOf(at), ...standIns };
  const args = constructorArguments(house, { admin: deployer.address as Hex, ...DEFAULT_OPTIONS });
  for (const name of names) await ethers.deployContract(artifacts[name] ?? name, args[name], deployer);
  return { at, house };
}

/** Deploys a token of `contracts/testing`, mints to the holders, and approves the spenders for them. */
export async function deployToken(name: string, holders: Signer[], spenders: string[]): Promise<TokenContract> {
  const token = (await ethers.deployContract(name)) as unknown as TokenContract;
  for (const holder of holders) {
    await token.mint(await holder.getAddress(), 10n ** 24n);
    for (const spender of spenders) await token.connect(holder).approve(spender, ethers.MaxUint256);
  }
  return token;
}

export async function deployPuppet(): Promise<PuppetContract> {
  return (await ethers.deployContract("Puppet")) as unknown as PuppetContract;
}

/** A new work; another `seed`, other bytes. */
export function newWork(seed: string, fields: { kind?: number } = {}) {
  return {
    contentHash: ethers.id(`content ${seed}`),
    fingerprint: ethers.id(`fingerprint ${seed}`),
    metadataDigest: ethers.id(`metadata ${seed}`),
    provenanceHash: ethers.ZeroHash,
    fingerprintHeader: 0x5105,
    kind: fields.kind ?? 1,
  };
}

/** Terms that allow derivatives for `share` ppm. */
export function remixTerms(share: number, ...more: TermFlag[]) {
  return terms(share, "commercial", "derivatives", "transferable", ...more);
}

export function terms(derivativeShare: number, ...flags: TermFlag[]) {
  return { flags: termFlags(...flags), derivativeShare, duration: 0, legalText: ZERO_DIGEST, ...ANYWHERE };
}

/** Terms' later fields: not exclusive, an absolute share, everywhere, by every means. */
export const ANYWHERE = { exclusivity: 0, shareMode: 0, territories: 0, channels: 0 };

/** Id of terms, as the chain makes it. */
export function termsIdOf(given: ReturnType<typeof terms>): string {
  return ethers.keccak256(
    ethers.AbiCoder.defaultAbiCoder().encode(
      ["uint16", "uint24", "uint32", "bytes32", "uint8", "uint8", "uint32", "uint16"],
      [
        given.flags,
        given.derivativeShare,
        given.duration,
        given.legalText,
        given.exclusivity,
        given.shareMode,
        given.territories,
        given.channels,
      ],
    ),
  );
}

/** An offer without limits. */
export function offerOf(price: bigint, currency: string = COIN) {
  return { currency, price, supply: 0, expiresAt: 0, shareOverride: 0 };
}

/** Registers a root work and returns its id. */
export async function registerRoot(house: House, owner: Signer, seed: string, kind = 1): Promise<bigint> {
  await house.works.connect(owner).register(newWork(seed, { kind }));
  return await house.works.totalWorks();
}

/** A free license to `parent` under remix terms with `share`, held by `holder`. */
export async function freeLicense(house: House, parent: bigint, share: number, holder: Signer): Promise<bigint> {
  const owner = await ethers.getSigner(await house.works.ownerOf(parent));
  await house.licenses.connect(owner).setOffer(parent, remixTerms(share), offerOf(0n));
  await house.licenses.connect(holder).buy(await house.licenses.totalOffers(), await holder.getAddress(), 0n);
  return await house.licenses.totalLicenses();
}

/** Registers a derivative of several works and returns its id. */
export async function registerChild(
  house: House,
  owner: Signer,
  seed: string,
  parents: { id: bigint; share: number }[],
): Promise<bigint> {
  const licenseIds: bigint[] = [];
  for (const parent of parents) licenseIds.push(await freeLicense(house, parent.id, parent.share, owner));
  await house.works.connect(owner).registerDerivative(newWork(seed), licenseIds);
  return await house.works.totalWorks();
}

/** A deployed contract, with the function names that its ABI has. */
export async function contractAt<C>(name: string, address: string): Promise<C> {
  return (await ethers.getContractAt(name, address)) as unknown as C;
}

type Account = Awaited<ReturnType<typeof ethers.getSigners>>[number];

async function signers(): Promise<[Account, Account, Account, Account, Account, Account, Account, Account]> {
  const all = await ethers.getSigners();
  return all.slice(0, 8) as [Account, Account, Account, Account, Account, Account, Account, Account];
}
