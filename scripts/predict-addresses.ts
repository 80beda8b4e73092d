import { type Address, getContractAddress, type Hex } from "viem";
import type { Deployment } from "../common/config.ts";

export type ContractName = keyof Deployment["contracts"];

/** Field of the `Addresses` struct (contracts/libraries/Wiring.sol) by the contract whose address it holds. */
export const HOUSE_FIELDS = {
  Authority: "authority",
  WithSig: "withSig",
  WorkRegistry: "works",
  CoCreations: "coCreations",
  LicenseToken: "licenses",
  RoyaltyLedger: "ledger",
  OperatorRegistry: "operators",
  JobMarket: "jobMarket",
  JobChecks: "jobChecks",
  JobVouchers: "jobVouchers",
  Marketplace: "marketplace",
  AuctionHouse: "auctions",
  DisputeModule: "disputes",
  CommitteeArbitrator: "arbitrator",
  WorkShares: "workShares",
  DatasetPool: "datasetPool",
  EpochRewards: "rewards",
} as const;

/** Around the set: no contract of it trusts them, and others can take their place. */
const PERIPHERY = ["LicenseRights", "LicensePresets", "Router"] as const;

/** Order in which the contracts are deployed: each is at the address made from the deployer and the next nonce. */
export const DEPLOY_ORDER = [...Object.keys(HOUSE_FIELDS), ...PERIPHERY] as ContractName[];

/** The `Addresses` struct of contracts/libraries/Wiring.sol, which every constructor takes. */
export type House = Record<(typeof HOUSE_FIELDS)[keyof typeof HOUSE_FIELDS], Address>;

/** What the deployer decides. Amounts in wei. */
export type DeployOptions = {
  /** Holds every role of the Authority at first. */
  admin: Address;
  /** Stake an operator needs to register, and a job paid in a token locks. */
  minimumStake: bigint;
  /** Stake of one juror's seat, and what a juror is paid for a vote. */
  seatStake: bigint;
  jurorFee: bigint;
  /** Least that opening a dispute takes. */
  disputeBond: bigint;
  /** What posting or challenging a root of rewards takes. */
  rootBond: bigint;
  /** SHA-256 of the document of the first epoch's formula. */
  rewardFormula: Hex;
};

/** SHA-256 of docs/reward-formula-1.md. */
export const REWARD_FORMULA_DIGEST: Hex = "0x6482da2cdad96f1649455d15dcc2396bfcbf414c03baa328e8c931c19ec4811b";

const COIN = 10n ** 18n;
/** Stake an operator needs to register where the deployer says nothing else, wei. */
export const DEFAULT_MINIMUM_STAKE = COIN / 100n;
/** What a deployer who says nothing gets. */
export const DEFAULT_OPTIONS = {
  minimumStake: DEFAULT_MINIMUM_STAKE,
  seatStake: COIN / 100n,
  jurorFee: COIN / 1000n,
  disputeBond: COIN / 100n,
  rootBond: COIN / 10n,
  rewardFormula: REWARD_FORMULA_DIGEST,
} as const satisfies Omit<DeployOptions, "admin">;

/**
 * Where deployments in a row from one account, in DEPLOY_ORDER, will land. The contracts name each other in immutables, so these
 * addresses are constructor arguments; each constructor checks its own and reverts with `WiringMismatch` otherwise.
 * @param nonce the deployer's nonce of the first deployment
 */
export function predictAddresses(deployer: Address, nonce: bigint): Record<ContractName, Address> {
  const entries = DEPLOY_ORDER.map((name, index) => [
    name,
    getContractAddress({ from: deployer, nonce: nonce + BigInt(index) }),
  ]);
  return Object.fromEntries(entries) as Record<ContractName, Address>;
}

/** The struct of all addresses that every constructor takes. */
export function houseOf(at: Record<ContractName, Address>): House {
  const named = Object.entries(HOUSE_FIELDS).map(([name, field]) => [field, at[name as ContractName]]);
  return Object.fromEntries(named) as House;
}

/** Constructor arguments of every contract: the struct, and what the deployer decides. */
export function constructorArguments(house: House, options: DeployOptions): Record<ContractName, unknown[]> {
  return {
    Authority: [house, options.admin],
    WithSig: [house],
    WorkRegistry: [house],
    CoCreations: [house],
    LicenseToken: [house],
    RoyaltyLedger: [house],
    OperatorRegistry: [house, options.minimumStake],
    JobMarket: [house, options.minimumStake],
    JobChecks: [house, options.minimumStake],
    JobVouchers: [house],
    Marketplace: [house],
    AuctionHouse: [house],
    DisputeModule: [house, options.disputeBond],
    CommitteeArbitrator: [house, options.seatStake, options.jurorFee],
    WorkShares: [house],
    DatasetPool: [house, options.rootBond],
    EpochRewards: [house, options.rootBond, options.rewardFormula],
    LicenseRights: [house],
    LicensePresets: [],
    Router: [house],
  };
}
