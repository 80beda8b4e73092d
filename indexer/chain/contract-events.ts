/** Every event that the index reads, by contract. */
import { type AbiEvent, parseAbi } from "viem";
import {
  authorityAbi,
  jobMarketAbi,
  licenseTokenAbi,
  operatorRegistryAbi,
  royaltyLedgerAbi,
  withSigAbi,
  workRegistryAbi,
} from "../../common/abi/index.ts";
import type { Deployment } from "../../common/config.ts";

/** ERC-721's own event, which the interfaces of the registry and the license token leave to the standard. */
export const transferAbi = parseAbi([
  "event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)",
]);

/** Events of the token standards that say nothing the index keeps. */
const IGNORED = new Set([
  "Transfer",
  "Approval",
  "ApprovalForAll",
  "MetadataUpdate",
  "BatchMetadataUpdate",
  "Locked",
  "Unlocked",
]);

export type ContractName = keyof Deployment["contracts"];

export const CONTRACT_ABIS = {
  Authority: eventsOf(authorityAbi),
  WithSig: eventsOf(withSigAbi),
  WorkRegistry: [...eventsOf(workRegistryAbi), ...transferAbi],
  LicenseToken: [...eventsOf(licenseTokenAbi), ...transferAbi],
  RoyaltyLedger: eventsOf(royaltyLedgerAbi),
  OperatorRegistry: eventsOf(operatorRegistryAbi),
  JobMarket: eventsOf(jobMarketAbi),
} as const satisfies Record<ContractName, readonly AbiEvent[]>;

function eventsOf(abi: readonly { readonly type: string; readonly name?: string }[]): AbiEvent[] {
  return abi.filter((item) => item.type === "event" && !IGNORED.has(item.name ?? "")) as unknown as AbiEvent[];
}
