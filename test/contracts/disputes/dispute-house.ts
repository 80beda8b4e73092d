/** The whole set with real contracts, as the tests of disputes and incentives use it. */
import type { BaseContract, ContractMethod, ContractRunner, Signer } from "ethers";
import { ethers, networkHelpers, time } from "../network.ts";

type Named<Names extends string> = Omit<BaseContract, "connect"> &
  Record<Names, ContractMethod> & { connect(runner: ContractRunner): Named<Names> };

type CreditNames = "withdraw" | "withdrawTo" | "creditOf";
export type CommitteeContract = Named<
  | CreditNames
  | "stake"
  | "startLeaving"
  | "withdrawStake"
  | "createDispute"
  | "draw"
  | "commitVote"
  | "revealVote"
  | "execute"
  | "deliver"
  | "arbitrationCost"
  | "disputeStatus"
  | "currentRuling"
  | "jurorOf"
  | "caseOf"
  | "panelOf"
  | "commitmentOf"
  | "totalCases"
>;
export type DisputeContract = Named<
  | CreditNames
  | "open"
  | "openExactDuplicate"
  | "answer"
  | "startArbitration"
  | "submitEvidence"
  | "rule"
  | "poke"
  | "execute"
  | "release"
  | "mark"
  | "setArbitrator"
  | "setBondRule"
  | "bondOf"
  | "bondRule"
  | "recentRevenue"
  | "disputeOf"
  | "licensesOf"
  | "totalDisputes"
  | "disputeOfJob"
  | "isListed"
  | "claims"
  | "pause"
>;
export type SharesContract = Named<
  | "deposit"
  | "redeem"
  | "addCurrency"
  | "setSteward"
  | "setModelShare"
  | "setOffer"
  | "closeOffer"
  | "setMetadata"
  | "collect"
  | "claim"
  | "claimTo"
  | "grant"
  | "releaseGrant"
  | "claimGrant"
  | "agreeToRevoke"
  | "claimable"
  | "grantOf"
  | "grantAccount"
  | "vestedOf"
  | "transfer"
  | "transferFrom"
  | "approve"
  | "allowance"
  | "setOperator"
  | "isOperator"
  | "balanceOf"
  | "supportsInterface"
  | "stewardOf"
  | "isHeld"
  | "incomeOf"
  | "currenciesOf"
>;
type RootNames =
  | CreditNames
  | "claimedOf"
  | "givenOf"
  | "challenge"
  | "startArbitration"
  | "poke"
  | "claim"
  | "roundOf"
  | "totalRounds";
export type PoolContract = Named<
  | RootNames
  | "deposit"
  | "setSteward"
  | "join"
  | "admit"
  | "leavePool"
  | "postRoot"
  | "postPayees"
  | "collect"
  | "collectFor"
  | "poolOf"
  | "memberOf"
  | "collectedOf"
  | "openOffersOf"
  | "setOffer"
  | "allowedOf"
>;
export type RewardsContract = Named<
  | RootNames
  | "post"
  | "fund"
  | "collect"
  | "sync"
  | "release"
  | "announceFormula"
  | "formulaOf"
  | "currentEpoch"
  | "lastEpoch"
  | "fundedOf"
  | "tranchesOf"
  | "submitEvidence"
>;
type WorksContract = Named<
  | "register"
  | "registerDerivative"
  | "registerCommitted"
  | "commit"
  | "leafOf"
  | "totalWorks"
  | "ownerOf"
  | "approve"
  | "transferFrom"
  | "workOf"
  | "workByContent"
  | "priorityAt"
>;
type LedgerContract = Named<
  | "pay"
  | "payUpstream"
  | "claim"
  | "claimable"
  | "pull"
  | "heldUntil"
  | "heldAmount"
  | "liensOf"
  | "lienDue"
  | "settleLien"
  | "balanceOf"
  | "withdraw"
  | "touch"
>;
type LicensesContract = Named<
  | "setOffer"
  | "buy"
  | "totalOffers"
  | "totalLicenses"
  | "isActive"
  | "offerOf"
  | "ownerOf"
  | "limitsOf"
  | "transferFrom"
>;
type OperatorsContract = Named<
  | "register"
  | "becomeVerifier"
  | "operatorOf"
  | "freeStake"
  | "startUnbonding"
  | "withdrawStake"
  | "releaseForDispute"
  | "lockForDispute"
>;
type MarketContract = Named<"post" | "accept" | "submit" | "settle" | "totalJobs" | "jobOf" | "modelShareOf">;
type AuthorityContract = Named<"schedule" | "execute" | "setTargetFunctionRole" | "hashOperation">;
export type WithSigContract = Named<"send" | "digestOf">;

export const COIN = ethers.ZeroAddress;
export const DAY = 86_400;
export const WEEK = 7 * DAY;
export const PPM = 1_000_000n;
export const MINIMUM_STAKE = 10n ** 16n;
export const SEAT_STAKE = 10n ** 17n;
export const JUROR_FEE = 10n ** 15n;
export const MINIMUM_BOND = 10n ** 16n;
export const ROOT_BOND = 10n ** 17n;
export const FORMULA = ethers.id("formula 1");

/** Names of claims, effects and statuses as the contract numbers them. */
export const CLAIM = { exactDuplicate: 1, nearDuplicate: 2, licenseBreach: 3, missingParent: 4, resultFraud: 5 };
export const EFFECT = { lien: 1, block: 2, revoke: 4, clear: 8, slash: 16 };
export const STATUS = { opened: 1n, answered: 2n, arbitrating: 3n, ruled: 4n, ended: 5n };

const ORDER = [
  ["authority", "Authority"],
  ["withSig", "WithSig"],
  ["works", "WorkRegistry"],
  ["coCreations", "CoCreations"],
  ["licenses", "LicenseToken"],
  ["ledger", "RoyaltyLedger"],
  ["operators", "OperatorRegistry"],
  ["jobMarket", "JobMarket"],
  ["jobChecks", "JobChecks"],
  ["jobVouchers", "JobVouchers"],
  ["disputes", "DisputeModule"],
  ["arbitrator", "CommitteeArbitrator"],
  ["workShares", "WorkShares"],
  ["datasetPool", "DatasetPool"],
  ["rewards", "EpochRewards"],
] as const;

export type DisputeHouse = Awaited<ReturnType<typeof deployDisputeHouse>>;

/** Deploys the set; accounts have names, and ten more are jurors. */
export async function deployDisputeHouse() {
  const all = await ethers.getSigners();
  const [deployer, alice, bob, carol, dave, operator, requester, stranger] = all as [A, A, A, A, A, A, A, A];
  const nonce = await ethers.provider.getTransactionCount(deployer.address);
  const house: Record<string, string> = { marketplace: COIN, auctions: COIN };
  ORDER.forEach(([field], index) => {
    house[field] = ethers.getCreateAddress({ from: deployer.address, nonce: nonce + index });
  });
  const more: Record<string, unknown[]> = {
    Authority: [deployer.address],
    OperatorRegistry: [MINIMUM_STAKE],
    JobMarket: [MINIMUM_STAKE],
    JobChecks: [MINIMUM_STAKE],
    DisputeModule: [MINIMUM_BOND],
    CommitteeArbitrator: [SEAT_STAKE, JUROR_FEE],
    DatasetPool: [ROOT_BOND],
    EpochRewards: [ROOT_BOND, FORMULA],
  };
  const at: Record<string, unknown> = {};
  for (const [field, name] of ORDER) at[field] = await ethers.deployContract(name, [house, ...(more[name] ?? [])]);
  return {
    authority: at.authority as AuthorityContract,
    withSig: at.withSig as WithSigContract,
    works: at.works as WorksContract,
    licenses: at.licenses as LicensesContract,
    ledger: at.ledger as LedgerContract,
    operators: at.operators as OperatorsContract,
    market: at.jobMarket as MarketContract,
    disputes: at.disputes as DisputeContract,
    committee: at.arbitrator as CommitteeContract,
    shares: at.workShares as SharesContract,
    pool: at.datasetPool as PoolContract,
    rewards: at.rewards as RewardsContract,
    addresses: house as Record<(typeof ORDER)[number][0], string>,
    deployer,
    alice,
    bob,
    carol,
    dave,
    operator,
    requester,
    stranger,
    jurors: all.slice(8, 18),
  };
}

/** As `deployDisputeHouse`, with ten jurors who staked twice a seat's stake each. */
export async function deployWithJurors() {
  const house = await deployDisputeHouse();
  for (const juror of house.jurors) await house.committee.connect(juror).stake({ value: 2n * SEAT_STAKE });
  return house;
}

/** A new work; fields override what is made from the seed. Its ISCC is of an image, with meta and content units. */
export function newWork(seed: string, fields: Record<string, unknown> = {}) {
  return {
    contentHash: ethers.id(`content ${seed}`),
    fingerprint: ethers.id(`fingerprint ${seed}`),
    metadataDigest: ethers.id(`metadata ${seed}`),
    provenanceHash: ethers.ZeroHash,
    fingerprintHeader: 0x5105,
    kind: 1,
    ...fields,
  };
}

export async function register(
  house: DisputeHouse,
  owner: Signer,
  seed: string,
  fields: Record<string, unknown> = {},
): Promise<bigint> {
  await house.works.connect(owner).register(newWork(seed, fields));
  return await house.works.totalWorks();
}

/** License terms; flags as in contracts/libraries/TermFlags.sol. */
export function termsOf(share: number, flags = 2 | 32) {
  return {
    flags,
    derivativeShare: share,
    duration: 0,
    legalText: ethers.ZeroHash,
    exclusivity: 0,
    shareMode: 0,
    territories: 0,
    channels: 0,
  };
}

export function offerOf(price = 0n, currency = COIN) {
  return { currency, price, supply: 0, expiresAt: 0, shareOverride: 0 };
}

/** A free license to a work, bought for the holder. */
export async function freeLicense(house: DisputeHouse, work: bigint, owner: Signer, holder: Signer, share = 100_000) {
  await house.licenses.connect(owner).setOffer(work, termsOf(share), offerOf());
  await house.licenses.connect(holder).buy(await house.licenses.totalOffers(), await holder.getAddress(), 0n);
  return (await house.licenses.totalLicenses()) as bigint;
}

/** Registers a derivative of one work. */
export async function registerChild(
  house: DisputeHouse,
  parent: bigint,
  parentOwner: Signer,
  owner: Signer,
  seed: string,
  share = 100_000,
): Promise<bigint> {
  const license = await freeLicense(house, parent, parentOwner, owner, share);
  await house.works.connect(owner).registerDerivative(newWork(seed), [license]);
  return await house.works.totalWorks();
}

export async function payCoin(house: DisputeHouse, work: bigint, amount: bigint) {
  await house.ledger.connect(house.deployer).pay(work, COIN, amount, { value: amount });
}

/** Fields of a new dispute, the rest empty. */
export function newDispute(house: DisputeHouse, fields: Record<string, unknown>) {
  return {
    claim: 0,
    effects: 0,
    jurors: 3,
    lienPpm: 0,
    workId: 0n,
    otherWork: 0n,
    jobId: 0n,
    slashAmount: 0n,
    arbitrator: house.addresses.arbitrator,
    currencies: [COIN],
    licenseIds: [],
    ...fields,
  };
}

/** Opens a dispute with its bond; returns its number. */
export async function openDispute(house: DisputeHouse, claimant: Signer, fields: Record<string, unknown>) {
  const asked = newDispute(house, fields);
  const value = await house.disputes.bondOf(asked);
  await house.disputes.connect(claimant).open(asked, { value });
  return (await house.disputes.totalDisputes()) as bigint;
}

export async function answerDispute(house: DisputeHouse, id: bigint, respondent: Signer) {
  const { bond } = await house.disputes.disputeOf(id);
  await house.disputes.connect(respondent).answer(id, { value: bond });
}

/** Lets the block come that draws, and draws. */
export async function drawPanel(house: DisputeHouse) {
  await networkHelpers.mine(3);
  await house.committee.draw();
}

/** Lets the panel of a case vote: the i-th juror for the i-th choice; `null` stays away. */
export async function vote(house: DisputeHouse, caseId: bigint, choices: (number | null)[]) {
  const panel: string[] = await house.committee.panelOf(caseId);
  const salt = ethers.id("salt");
  for (const [index, juror] of panel.entries()) {
    const choice = choices[index];
    if (choice === null || choice === undefined) continue;
    const signer = await ethers.getSigner(juror);
    await house.committee
      .connect(signer)
      .commitVote(caseId, await house.committee.commitmentOf(caseId, juror, choice, salt));
  }
  if (choices.some((choice) => choice === null)) await time.increase(4 * DAY + 1);
  for (const [index, juror] of panel.entries()) {
    const choice = choices[index];
    if (choice === null || choice === undefined) continue;
    await house.committee.connect(await ethers.getSigner(juror)).revealVote(caseId, choice, salt);
  }
  if (choices.some((choice) => choice === null)) await time.increase(3 * DAY + 1);
}

/** Brings an answered dispute to a ruling by three jurors who agree. */
export async function arbitrate(house: DisputeHouse, id: bigint, ruling: number) {
  await house.disputes.startArbitration(id);
  await drawPanel(house);
  const { caseId } = await house.disputes.disputeOf(id);
  await vote(house, caseId, [ruling, ruling, ruling]);
  await house.committee.execute(caseId);
}

type A = Awaited<ReturnType<typeof ethers.getSigners>>[number];
