/** ABIs by contract name; only wallet code and the transaction page load them. */
import {
  authorityAbi,
  jobMarketAbi,
  licenseTokenAbi,
  operatorRegistryAbi,
  royaltyLedgerAbi,
  withSigAbi,
  workRegistryAbi,
} from "../../common/abi/index.ts";

export const ABIS = {
  Authority: authorityAbi,
  WithSig: withSigAbi,
  WorkRegistry: workRegistryAbi,
  LicenseToken: licenseTokenAbi,
  RoyaltyLedger: royaltyLedgerAbi,
  OperatorRegistry: operatorRegistryAbi,
  JobMarket: jobMarketAbi,
} as const;

export type ContractName = keyof typeof ABIS;

/** Every function, event and error of our contracts: errors of one surface through another. */
export const ALL_ABI = Object.values(ABIS).flat();

/** Name of the contract at an address, or null. */
export function contractAt(
  contracts: Record<ContractName, string>,
  address: string | null | undefined,
): ContractName | null {
  const wanted = address?.toLowerCase();
  const found = (Object.keys(ABIS) as ContractName[]).find((name) => contracts[name].toLowerCase() === wanted);
  return found ?? null;
}
