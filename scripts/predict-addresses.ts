import { type Address, getContractAddress } from "viem";
import type { Deployment } from "../common/config.ts";

/** Order in which the contracts are deployed: each is at the address made from the deployer and the next nonce. */
export const DEPLOY_ORDER = [
  "WorkRegistry",
  "LicenseToken",
  "RoyaltyLedger",
  "OperatorRegistry",
  "JobMarket",
] as const satisfies (keyof Deployment["contracts"])[];

export type ContractName = (typeof DEPLOY_ORDER)[number];

/** Stake an operator needs to register where the deployer says nothing else: 0.01 of the chain's coin, in wei. */
export const DEFAULT_MINIMUM_STAKE = 10_000_000_000_000_000n;

/**
 * Where five deployments in a row from one account will land. The contracts name each other in immutables, so these addresses are
 * constructor arguments; each constructor checks the earlier ones' prediction and reverts with `WiringMismatch` otherwise.
 * @param nonce the deployer's nonce of the first deployment
 */
export function predictAddresses(deployer: Address, nonce: bigint): Record<ContractName, Address> {
  const entries = DEPLOY_ORDER.map((name, index) => [
    name,
    getContractAddress({ from: deployer, nonce: nonce + BigInt(index) }),
  ]);
  return Object.fromEntries(entries) as Record<ContractName, Address>;
}
