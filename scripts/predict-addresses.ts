import { type Address, getContractAddress, zeroAddress } from "viem";
import type { Deployment } from "../common/config.ts";

export type ContractName = keyof Deployment["contracts"];

/** Field of the `Addresses` struct (contracts/libraries/Wiring.sol) by the contract whose address it holds. */
const HOUSE_FIELDS = {
  Authority: "authority",
  WithSig: "withSig",
  WorkRegistry: "works",
  LicenseToken: "licenses",
  RoyaltyLedger: "ledger",
  OperatorRegistry: "operators",
  JobMarket: "jobMarket",
} as const satisfies Record<ContractName, string>;

/** Order in which the contracts are deployed: each is at the address made from the deployer and the next nonce. */
export const DEPLOY_ORDER = Object.keys(HOUSE_FIELDS) as ContractName[];

/** Stake an operator needs to register where the deployer says nothing else: 0.01 of the chain's coin, in wei. */
export const DEFAULT_MINIMUM_STAKE = 10_000_000_000_000_000n;

/** The `Addresses` struct of contracts/libraries/Wiring.sol, which every constructor takes. */
export type House = Record<
  | (typeof HOUSE_FIELDS)[ContractName]
  | "jobChecks"
  | "jobVouchers"
  | "marketplace"
  | "auctions"
  | "disputes"
  | "arbitrator"
  | "workShares"
  | "datasetPool"
  | "rewards"
  | "coCreations",
  Address
>;

/** What the deployer decides. */
export type DeployOptions = {
  /** Holds every role of the Authority at first. */
  admin: Address;
  /** Who rules disputed jobs. */
  arbitrator: Address;
  /** Stake an operator needs to register, wei. */
  minimumStake: bigint;
};

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
export function houseOf(at: Record<ContractName, Address>, options: DeployOptions): House {
  const named = Object.fromEntries(DEPLOY_ORDER.map((name) => [HOUSE_FIELDS[name], at[name]]));
  return {
    jobChecks: zeroAddress,
    jobVouchers: zeroAddress,
    marketplace: zeroAddress,
    auctions: zeroAddress,
    disputes: zeroAddress,
    arbitrator: options.arbitrator,
    workShares: zeroAddress,
    datasetPool: zeroAddress,
    rewards: zeroAddress,
    coCreations: zeroAddress,
    ...named,
  } as House;
}

/** Constructor arguments of every contract: the struct, and what the deployer decides. */
export function constructorArguments(house: House, options: DeployOptions): Record<ContractName, unknown[]> {
  return {
    Authority: [house, options.admin],
    WithSig: [house],
    WorkRegistry: [house],
    LicenseToken: [house],
    RoyaltyLedger: [house],
    OperatorRegistry: [house, options.minimumStake],
    JobMarket: [house, options.minimumStake],
  };
}
