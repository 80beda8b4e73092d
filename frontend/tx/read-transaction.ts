import { createPublicClient, decodeEventLog, type Hex, http, TransactionReceiptNotFoundError } from "viem";
import { ALL_ABI, contractAt, type ContractName } from "../chain/contracts.ts";
import type { PublicConfig } from "../../common/config.ts";

export type ReadTransaction = {
  status: "success" | "reverted";
  block: number;
  /** Unix seconds. */
  time: number;
  from: string;
  to: string | null;
  contract: ContractName | null;
  value: bigint;
  gas: number;
  events: { logIndex: number; name: string; contract: ContractName; args: [string, string][] }[];
};

/** Reads a transaction with its events from the chain's own node; null where the chain does not know it. */
export async function readTransaction(hash: string, config: PublicConfig): Promise<ReadTransaction | null> {
  if (!/^0x[0-9a-f]{64}$/i.test(hash)) return null;
  const client = createPublicClient({ transport: http(config.rpcUrl) });
  let receipt: Awaited<ReturnType<typeof client.getTransactionReceipt>>;
  try {
    receipt = await client.getTransactionReceipt({ hash: hash as Hex });
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return null;
    throw error;
  }
  const [transaction, block] = await Promise.all([
    client.getTransaction({ hash: hash as Hex }),
    client.getBlock({ blockHash: receipt.blockHash }),
  ]);
  const events: ReadTransaction["events"] = [];
  for (const log of receipt.logs) {
    const contract = contractAt(config.deployment.contracts, log.address);
    if (!contract) continue;
    const { eventName, args } = decodeEventLog({ abi: ALL_ABI, data: log.data, topics: log.topics, strict: false });
    if (!eventName) continue;
    const named = Object.entries((args ?? {}) as Record<string, unknown>).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    events.push({ logIndex: log.logIndex, name: eventName, contract, args: named });
  }
  return {
    status: receipt.status,
    block: Number(receipt.blockNumber),
    time: Number(block.timestamp),
    from: receipt.from,
    to: receipt.to,
    contract: contractAt(config.deployment.contracts, receipt.to),
    value: transaction.value,
    gas: Number(receipt.gasUsed),
    events,
  };
}
