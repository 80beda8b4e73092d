/** ABIs by contract name; only wallet code and the transaction page load them. */
import { abiOf } from "../../common/abi/index.ts";

export const ABIS = abiOf;

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
