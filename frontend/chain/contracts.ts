/** ABIs by contract name; only wallet code and the transaction page load them. */
import type { Abi } from "viem";
import { abiOf } from "../../common/abi/index.ts";
import type { Deployment } from "../../common/config.ts";

export type ContractName = keyof Deployment["contracts"];

export const ABIS: Record<ContractName, Abi> = abiOf;

/** Every function, event and error of our contracts: errors of one surface through another. */
export const ALL_ABI: Abi = Object.values(abiOf).flat();

/** Name of the contract at an address, or null. */
export function contractAt(
  contracts: Record<ContractName, string>,
  address: string | null | undefined,
): ContractName | null {
  const wanted = address?.toLowerCase();
  const found = (Object.keys(contracts) as ContractName[]).find((name) => contracts[name].toLowerCase() === wanted);
  return found ?? null;
}
