/** The set with a judge in the dispute module's place, and the contracts around the license token. */
import type { BaseContract, ContractMethod, ContractRunner, Signer } from "ethers";
import type { TermFlag } from "../../../common/terms.ts";
import { deploySet, newWork, offerOf, terms } from "../house.ts";
import { ethers } from "../network.ts";

/** An ethers contract with these functions. */
export type Contract<Names extends string> = Omit<BaseContract, "connect"> &
  Record<Names, ContractMethod> & { connect(runner: ContractRunner): Contract<Names> };

export type Account = Awaited<ReturnType<typeof ethers.getSigners>>[number];
export type LicensingHouse = Awaited<ReturnType<typeof licensingHouse>>;
export type Terms = ReturnType<typeof terms>;

type WorksNames = "register" | "registerDerivative" | "totalWorks" | "ownerOf" | "transferFrom" | "edgesOf" | "stackOf";
type LicensesNames =
  | "setOffer"
  | "closeOffer"
  | "buy"
  | "buyWithin"
  | "buyMany"
  | "publish"
  | "publishDerivative"
  | "issueSigned"
  | "useFor"
  | "revoke"
  | "setBlocked"
  | "registerTerms"
  | "termsOf"
  | "termsIdOf"
  | "termsIdAt"
  | "offerOf"
  | "licenseOf"
  | "limitsOf"
  | "isActive"
  | "locked"
  | "ownerOf"
  | "balanceOf"
  | "approve"
  | "getApproved"
  | "setApprovalForAll"
  | "isApprovedForAll"
  | "transferFrom"
  | "tokenURI"
  | "supportsInterface"
  | "totalOffers"
  | "totalLicenses"
  | "licenseOrders";
type OrdersNames =
  | "fill"
  | "cancelNonce"
  | "raiseCounter"
  | "nonceUsed"
  | "counterOf"
  | "soldOf"
  | "digestOf"
  | "LICENSE_ORDER_TYPEHASH"
  | "TERMS_TYPEHASH";
type LedgerNames = "claimable" | "claim" | "pay" | "accountOf";
type RouterNames = "collect" | "buyMany" | "payMany" | "sendMany";
type RightsNames =
  | "isLicenseActive"
  | "getLicenseTokenId"
  | "getParentLicenseId"
  | "getLicenseHolder"
  | "getLicenseURI"
  | "getLicenseRevoker"
  | "limitsOf"
  | "supportsInterface";

/** The set as it is. */
export async function licensingHouse() {
  return await deployLicensing("LicenseToken");
}

/** Deploys the set; the license token may be a variant of itself. */
async function deployLicensing(licenseToken: string) {
  const [deployer, alice, bob, carol, dave, judge] = (await ethers.getSigners()) as [
    Account,
    Account,
    Account,
    Account,
    Account,
    Account,
  ];
  const { at, house } = await deploySet(
    deployer,
    { disputes: judge.address as `0x${string}` },
    { LicenseToken: licenseToken },
  );
  const licenses = await contractAt<Contract<LicensesNames>>(licenseToken, at.LicenseToken);
  return {
    addresses: at,
    house,
    works: await contractAt<Contract<WorksNames>>("WorkRegistry", at.WorkRegistry),
    licenses,
    orders: await contractAt<Contract<OrdersNames>>("LicenseOrders", await licenses.licenseOrders()),
    ledger: await contractAt<Contract<LedgerNames>>("RoyaltyLedger", at.RoyaltyLedger),
    authority: await contractAt<Contract<"execute">>("Authority", at.Authority),
    withSig: await contractAt<Contract<"send" | "digestOf">>("WithSig", at.WithSig),
    router: await contractAt<Contract<RouterNames>>("Router", at.Router),
    rights: await contractAt<Contract<RightsNames>>("LicenseRights", at.LicenseRights),
    deployer,
    alice,
    bob,
    carol,
    dave,
    judge,
  };
}

/** The set with the variant that third parties' behavior suites drive. */
export async function exposedHouse() {
  const house = await deployLicensing("ExposedLicenseToken");
  const exposed = await contractAt<
    Contract<"$_mint" | "$_burn" | "$_safeMint(address,uint256)" | "$_safeMint(address,uint256,bytes)">
  >("ExposedLicenseToken", house.addresses.LicenseToken);
  return { ...house, exposed };
}

export async function contractAt<C>(name: string, address: string): Promise<C> {
  return (await ethers.getContractAt(name, address)) as unknown as C;
}

/** Terms with some fields of their own. */
export function termsWith(share: number, fields: Partial<Terms>, ...flags: TermFlag[]): Terms {
  return { ...terms(share, ...flags), ...fields };
}

/** Registers a root work. */
export async function root(house: LicensingHouse, owner: Signer, seed: string): Promise<bigint> {
  await house.works.connect(owner).register(newWork(seed));
  return await house.works.totalWorks();
}

/** Offers the work under the terms for nothing and takes a license. */
export async function licenseUnder(
  house: LicensingHouse,
  workId: bigint,
  under: Terms,
  holder: Account,
): Promise<bigint> {
  const owner = await ethers.getSigner(await house.works.ownerOf(workId));
  await house.licenses.connect(owner).setOffer(workId, under, offerOf(0n));
  await house.licenses.connect(holder).buy(await house.licenses.totalOffers(), holder.address, 0n);
  return await house.licenses.totalLicenses();
}

/** Registers a derivative made with one license under each of the terms, each to a root of alice's. */
export async function derivativeUnder(house: LicensingHouse, owner: Account, seed: string, ...under: Terms[]) {
  const licenseIds: bigint[] = [];
  for (const [index, each] of under.entries()) {
    const parent = await root(house, house.alice, `${seed} parent ${index}`);
    licenseIds.push(await licenseUnder(house, parent, each, owner));
  }
  await house.works.connect(owner).registerDerivative(newWork(seed), licenseIds);
  return { workId: (await house.works.totalWorks()) as bigint, licenseIds };
}

export const TERMS_TYPE = [
  { name: "flags", type: "uint16" },
  { name: "derivativeShare", type: "uint24" },
  { name: "duration", type: "uint32" },
  { name: "legalText", type: "bytes32" },
  { name: "exclusivity", type: "uint8" },
  { name: "shareMode", type: "uint8" },
  { name: "territories", type: "uint32" },
  { name: "channels", type: "uint16" },
];

export const ORDER_TYPES = {
  LicenseOrder: [
    { name: "workId", type: "uint256" },
    { name: "seller", type: "address" },
    { name: "terms", type: "Terms" },
    { name: "currency", type: "address" },
    { name: "price", type: "uint96" },
    { name: "shareOverride", type: "uint24" },
    { name: "supply", type: "uint32" },
    { name: "holder", type: "address" },
    { name: "expiresAt", type: "uint40" },
    { name: "nonce", type: "uint256" },
    { name: "counter", type: "uint256" },
  ],
  Terms: TERMS_TYPE,
};

/** What an order's signature is bound to. */
export async function orderDomain(house: LicensingHouse) {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Colophon", version: "1", chainId, verifyingContract: await house.orders.getAddress() };
}

/** An order for one free license of a work, for anyone, good for long. */
export function orderOf(workId: bigint, seller: string, fields: Partial<ReturnType<typeof plainOrder>> = {}) {
  return { ...plainOrder(workId, seller), ...fields };
}

function plainOrder(workId: bigint, seller: string) {
  const none: string = ethers.ZeroAddress;
  return {
    workId,
    seller,
    terms: terms(10_000, "commercial", "derivatives", "transferable"),
    currency: none,
    price: 0n,
    shareOverride: 0,
    supply: 1,
    holder: none,
    expiresAt: 4_000_000_000,
    nonce: 0n,
    counter: 0n,
  };
}

export type Order = ReturnType<typeof plainOrder>;

export async function signOrder(house: LicensingHouse, signer: Account, order: Order): Promise<string> {
  return await signer.signTypedData(await orderDomain(house), ORDER_TYPES, order);
}

export const ANY_STACK = 2 ** 24 - 1;
