/** Registry, ledger, co-creation, forwarder and authority, with accounts in the places of the contracts that call them. */
import type { BaseContract, ContractMethod, ContractRunner, Signer } from "ethers";
import { deployToken, newWork, type TokenContract } from "../house.ts";
import { ethers } from "../network.ts";

type Named<Names extends string> = Omit<BaseContract, "connect"> &
  Record<Names, ContractMethod> & { connect(runner: ContractRunner): Named<Names> };

export type RegistryContract = Named<
  | "register"
  | "registerMany"
  | "registerDerivative"
  | "registerFor"
  | "registerDerivativeFor"
  | "registerCommitted"
  | "commit"
  | "rootCommittedAt"
  | "committedAt"
  | "proveEarlierCommit"
  | "leafOf"
  | "priorityAt"
  | "registerExternal"
  | "externalOf"
  | "showProvenance"
  | "verifyProvenance"
  | "provenanceHashOf"
  | "clearContent"
  | "clearContentFor"
  | "reservationOf"
  | "workByContent"
  | "workOf"
  | "edgeOf"
  | "edgesOf"
  | "stackOf"
  | "ownerAndStackOf"
  | "totalWorks"
  | "setMetadata"
  | "tokenURI"
  | "royaltyInfo"
  | "royaltyReceivers"
  | "supportsInterface"
  | "ownerOf"
  | "balanceOf"
  | "approve"
  | "getApproved"
  | "setApprovalForAll"
  | "isApprovedForAll"
  | "transferFrom"
  | "safeTransferFrom(address,address,uint256)"
  | "safeTransferFrom(address,address,uint256,bytes)"
  | "pause"
  | "unpause"
  | "pausedUntil"
>;
export type LedgerContract = Named<
  | "pay"
  | "payFrom"
  | "payUpstream"
  | "payWithPermit"
  | "payWithAuthorization"
  | "pull"
  | "pullPath"
  | "pullMany"
  | "pullable"
  | "claim"
  | "claimTo"
  | "claimMany"
  | "claimSplit"
  | "claimable"
  | "accountOf"
  | "withdraw"
  | "withdrawTo"
  | "balanceOf"
  | "setSplit"
  | "splitOf"
  | "hold"
  | "release"
  | "heldUntil"
  | "heldAmount"
  | "addLien"
  | "liensOf"
  | "lienDue"
  | "touch"
  | "settleLien"
  | "isPayer"
>;
export type CoCreationsContract = Named<
  | "registerCoCreated"
  | "registerCoCreatedDerivative"
  | "changeSplit"
  | "applySplit"
  | "cancelNonce"
  | "thresholdOf"
  | "coCreationDigest"
  | "splitChangeDigest"
>;
export type WithSigContract = Named<"send" | "cancelNonce" | "nonceUsed" | "digestOf">;
export type LicensesContract = Named<
  "setOffer" | "buy" | "publish" | "totalOffers" | "totalLicenses" | "registerTerms"
>;
export type EdgeLicensesContract = Named<"issue" | "issued">;

export const ABSOLUTE = 0;
export const RELATIVE = 1;
export const MARKETPLACE_PURPOSE = 3;

export type CoreHouse = Awaited<ReturnType<typeof deployCore>>;
export type EdgeHouse = Awaited<ReturnType<typeof deployEdges>>;

/** With the real license token. */
export async function deployCore() {
  const core = await deploySet("LicenseToken");
  return { ...core, licenses: core.licenses as unknown as LicensesContract };
}

/** With licenses that anybody makes, of any share and mode. */
export async function deployEdges() {
  const core = await deploySet("EdgeLicenses");
  return { ...core, licenses: core.licenses as unknown as EdgeLicensesContract };
}

async function deploySet(licenseContract: "LicenseToken" | "EdgeLicenses") {
  const [deployer, alice, bob, carol, dave, erin, market, disputes, shares, stranger] = await ten();
  const nonce = await ethers.provider.getTransactionCount(deployer.address);
  const at = (index: number) => ethers.getCreateAddress({ from: deployer.address, nonce: nonce + index });
  const house = {
    authority: at(0),
    withSig: at(1),
    works: at(2),
    licenses: at(3),
    ledger: at(4),
    operators: ethers.ZeroAddress,
    jobMarket: ethers.ZeroAddress,
    jobChecks: ethers.ZeroAddress,
    jobVouchers: ethers.ZeroAddress,
    marketplace: market.address,
    auctions: ethers.ZeroAddress,
    disputes: disputes.address,
    arbitrator: ethers.ZeroAddress,
    workShares: shares.address,
    datasetPool: ethers.ZeroAddress,
    rewards: ethers.ZeroAddress,
    coCreations: at(5),
  };
  const authority = await ethers.deployContract("Authority", [house, deployer.address]);
  const withSig = await ethers.deployContract("WithSig", [house]);
  const works = await ethers.deployContract("WorkRegistry", [house]);
  const licenses = await ethers.deployContract(licenseContract, licenseContract === "LicenseToken" ? [house] : []);
  const ledger = await ethers.deployContract("RoyaltyLedger", [house]);
  const coCreations = await ethers.deployContract("CoCreations", [house]);
  return {
    house,
    authority,
    withSig: withSig as unknown as WithSigContract,
    works: works as unknown as RegistryContract,
    licenses,
    ledger: ledger as unknown as LedgerContract,
    coCreations: coCreations as unknown as CoCreationsContract,
    deployer,
    alice,
    bob,
    carol,
    dave,
    erin,
    market,
    disputes,
    shares,
    stranger,
  };
}

/** Registers a root work and returns its id. */
export async function root(core: { works: RegistryContract }, owner: Signer, seed: string, kind = 1): Promise<bigint> {
  await core.works.connect(owner).register(newWork(seed, { kind }));
  return await core.works.totalWorks();
}

/** Registers a derivative with edges of any mode and returns its id. */
export async function derive(
  core: EdgeHouse,
  owner: Signer,
  seed: string,
  parents: { id: bigint; share: number; mode?: number }[],
): Promise<bigint> {
  const licenseIds: bigint[] = [];
  for (const { id, share, mode } of parents) {
    await core.licenses.issue(id, share, mode ?? ABSOLUTE);
    licenseIds.push(await core.licenses.issued());
  }
  await core.works.connect(owner).registerDerivative(newWork(seed), licenseIds);
  return await core.works.totalWorks();
}

/** A token of `contracts/testing`, minted to the holders, the ledger approved by them. */
export async function tokenFor(core: { house: { ledger: string } }, name: string, ...holders: Signer[]) {
  const token: TokenContract = await deployToken(name, holders, [core.house.ledger]);
  return { token, currency: await token.getAddress() };
}

export async function gasOf(sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<number> {
  const receipt = await (await sent).wait();
  if (!receipt) throw new Error("a transaction has no receipt");
  return Number(receipt.gasUsed);
}

type Account = Awaited<ReturnType<typeof ethers.getSigners>>[number];
type Ten = [Account, Account, Account, Account, Account, Account, Account, Account, Account, Account];

async function ten(): Promise<Ten> {
  return (await ethers.getSigners()).slice(0, 10) as Ten;
}
