/** Every event that the index reads, by contract. */
import { type AbiEvent, parseAbi } from "viem";
import { abiOf } from "../../common/abi/index.ts";
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

/** Contracts whose tokens' transfers the index keeps. */
const TOKENS: readonly ContractName[] = ["WorkRegistry", "LicenseToken"];

export const CONTRACT_ABIS = Object.fromEntries(
  Object.entries(abiOf).map(([name, abi]) => [
    name,
    TOKENS.includes(name as ContractName) ? [...eventsOf(abi), ...transferAbi] : eventsOf(abi),
  ]),
) as unknown as Record<ContractName, readonly AbiEvent[]>;

function eventsOf(abi: readonly { readonly type: string; readonly name?: string }[]): AbiEvent[] {
  return abi.filter((item) => item.type === "event" && !IGNORED.has(item.name ?? "")) as unknown as AbiEvent[];
}
