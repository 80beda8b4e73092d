/** The set with marketplace and auction house, and what market tests sell. */
import type { BaseContract, ContractMethod, ContractRunner, Signer } from "ethers";
import {
  COIN,
  DAY,
  deploySet,
  deployToken,
  type HouseContract,
  newWork,
  offerOf,
  registerChild,
  remixTerms,
  type TokenContract,
} from "../house.ts";
import { ethers, time } from "../network.ts";
import type {
  authorityAbi,
  licenseTokenAbi,
  royaltyLedgerAbi,
  withSigAbi,
  workRegistryAbi,
} from "../../../common/abi/index.ts";

type Named<Names extends string> = Omit<BaseContract, "connect"> &
  Record<Names, ContractMethod> & { connect(runner: ContractRunner): Named<Names> };

type SettlementFunction =
  | "setProtocolFee"
  | "withdraw"
  | "withdrawTo"
  | "withdrawFor"
  | "creditOf"
  | "protocolFee"
  | "royaltyOf";
export type MarketplaceContract = Named<
  | SettlementFunction
  | "buy"
  | "acceptOffer"
  | "fillMany"
  | "fillFor"
  | "redeem"
  | "cancelOrder"
  | "cancelOrders"
  | "cancelAll"
  | "counterOf"
  | "nonceUsed"
  | "hashOf"
>;
export type AuctionHouseContract = Named<
  | SettlementFunction
  | "createEnglish"
  | "createDutch"
  | "bid"
  | "buyDutch"
  | "settle"
  | "cancel"
  | "unwind"
  | "reclaim"
  | "collect"
  | "collectItem"
  | "custodyOf"
  | "auctionOf"
  | "totalAuctions"
  | "priceOf"
  | "pause"
  | "unpause"
>;
export type CollectionContract = Named<
  | "mint"
  | "approve"
  | "setApprovalForAll"
  | "ownerOf"
  | "transferFrom"
  | "balanceOf"
  | "setRoyalty"
  | "setAnswer"
  | "setStuck"
  | "setSilent"
  | "arm"
  | "succeeded"
  | "answer"
>;

export const PRICE = 1_000_000n;
/** Stack of the sold work: 7 %. */
export const STACK = 70_000n;
export const FOREVER = 2 ** 40 - 1;

/** Where a test's accounts and contracts are; the rest of the set is there too. */
export type MarketHouse = Awaited<ReturnType<typeof marketHouse>>;

/**
 * The set; a root work (1) of alice, a derivative (2) of bob with a stack of 7 %, both approved for the market and the auctions by all;
 * a plain token all accounts hold, approved for both and for the ledger by all.
 */
export async function marketHouse() {
  const accounts = (await ethers.getSigners()).slice(0, 9) as [
    Account,
    Account,
    Account,
    Account,
    Account,
    Account,
    Account,
    Account,
    Account,
  ];
  const [deployer, alice, bob, carol, dave, erin, referrer, rewards, relayer] = accounts;
  const { at, house: addresses } = await deploySet(deployer, { rewards: rewards.address as `0x${string}` });

  const house = {
    authority: await contractAt<HouseContract<typeof authorityAbi>>("Authority", at.Authority),
    withSig: await contractAt<HouseContract<typeof withSigAbi>>("WithSig", at.WithSig),
    works: await contractAt<HouseContract<typeof workRegistryAbi>>("WorkRegistry", at.WorkRegistry),
    licenses: await contractAt<HouseContract<typeof licenseTokenAbi>>("LicenseToken", at.LicenseToken),
    ledger: await contractAt<HouseContract<typeof royaltyLedgerAbi>>("RoyaltyLedger", at.RoyaltyLedger),
    market: await contractAt<MarketplaceContract>("Marketplace", addresses.marketplace),
    auctions: await contractAt<AuctionHouseContract>("AuctionHouse", addresses.auctions),
    addresses,
    deployer,
    alice,
    bob,
    carol,
    dave,
    erin,
    referrer,
    rewards,
    relayer,
  };
  const traders = [alice, bob, carol, dave, erin];
  const token = await deployToken("PlainToken", traders, [addresses.marketplace, addresses.auctions, at.RoyaltyLedger]);
  await house.works.connect(alice).register(newWork("root"));
  // The shared fixtures want a whole House; these need its registry and licenses only.
  await registerChild(house as never, bob, "child", [{ id: 1n, share: Number(STACK) }]);
  for (const trader of traders) {
    for (const operator of [addresses.marketplace, addresses.auctions]) {
      await house.works.connect(trader).setApprovalForAll(operator, true);
      await house.licenses.connect(trader).setApprovalForAll(operator, true);
    }
  }
  return { ...house, token, currency: await token.getAddress(), child: 2n, traders };
}

/** A collection of `contracts/testing` with tokens 1 to 8 of `owner`, approved for market and auctions. */
export async function deployCollection(
  house: MarketHouse,
  owner: Signer,
  name = "PlainCollection",
): Promise<{ collection: CollectionContract; asset: string }> {
  const collection = (await ethers.deployContract(name)) as unknown as CollectionContract;
  for (let id = 1n; id <= 8n; ++id) await collection.mint(await owner.getAddress(), id);
  for (const trader of house.traders) {
    await collection.connect(trader).setApprovalForAll(house.addresses.marketplace, true);
    await collection.connect(trader).setApprovalForAll(house.addresses.auctions, true);
  }
  return { collection, asset: await collection.getAddress() };
}

/** A license to work 1 held by `holder`. */
export async function issueLicense(
  house: MarketHouse,
  holder: Signer,
  terms: ReturnType<typeof remixTerms> = remixTerms(1000),
): Promise<bigint> {
  await house.licenses.connect(house.alice).setOffer(1n, terms, offerOf(0n));
  await house.licenses.connect(holder).buy(await house.licenses.totalOffers(), await holder.getAddress(), 0n);
  return await house.licenses.totalLicenses();
}

/** Sets the protocol's fee of a contract the way the authority allows: announced, then done 3 days later. */
export async function setProtocolFee(
  house: MarketHouse,
  target: MarketplaceContract | AuctionHouseContract,
  ppm: bigint,
) {
  const data = target.interface.encodeFunctionData("setProtocolFee", [ppm]);
  const role = 1n;
  const selectors = [data.slice(0, 10)];
  const grant = house.authority.interface.encodeFunctionData("setTargetFunctionRole", [
    await target.getAddress(),
    selectors,
    role,
  ]);
  await scheduled(house, await house.authority.getAddress(), grant);
  await scheduled(house, await target.getAddress(), data);
}

/** A call by the deployer after the delay of its role. */
export async function scheduled(house: MarketHouse, target: string, data: string) {
  const authority = house.authority.connect(house.deployer);
  await authority.schedule(target, data, 0);
  await time.increase(8 * 86_400);
  await authority.execute(target, data);
}

export async function balances(token: TokenContract, ...accounts: { address: string }[]): Promise<bigint[]> {
  return await Promise.all(accounts.map(async ({ address }) => (await token.balanceOf(address)) as bigint));
}

export { COIN, DAY };

type Account = Awaited<ReturnType<typeof ethers.getSigners>>[number];

async function contractAt<C>(name: string, address: string): Promise<C> {
  return (await ethers.getContractAt(name, address)) as unknown as C;
}
