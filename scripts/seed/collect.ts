/** A creator fetches what the works have earned. */
import { type Address, zeroAddress } from "viem";
import { royaltyLedgerAbi } from "../../common/abi/index.ts";
import type { DevRole } from "../../common/dev-wallets.ts";
import type { Hash } from "../../common/digest.ts";
import type { Market } from "./perform.ts";

/** Pulls what the creator's works have earned in remixes of them, however far down, and pays everything out. */
export async function collect(market: Market, by: DevRole, at: number): Promise<void> {
  const { log, writer } = market;
  const own = new Set<bigint>();
  for (const work of market.works.values()) {
    const sha256 = market.prepared.get(work.key)?.file.sha256 as Hash | undefined;
    const id = work.creator === by && sha256 ? log.works.get(sha256) : undefined;
    if (id !== undefined) own.add(id);
  }
  const wanted = new Set(own);
  const edges = log.edges.filter((edge) => {
    if (wanted.has(edge.parent)) wanted.add(edge.child);
    return wanted.has(edge.parent);
  });
  const to = market.deployment.contracts.RoyaltyLedger as Address;
  const what = `collect ${by}`;
  // Children have larger ids than their parents, so that money is pulled from the leaves upward.
  for (const edge of edges.sort((a, b) => Number(b.child - a.child))) {
    const args = [edge.child, edge.index, zeroAddress] as const;
    const read = { address: to, abi: royaltyLedgerAbi, functionName: "pullable", args } as const;
    if ((await writer.client.readContract(read)) === 0n) continue;
    await writer.send(by, at, { to, what, abi: royaltyLedgerAbi, functionName: "pull", args });
  }
  const due: bigint[] = [];
  for (const id of own) {
    const args = [id, zeroAddress] as const;
    const read = { address: to, abi: royaltyLedgerAbi, functionName: "claimable", args } as const;
    if ((await writer.client.readContract(read)) > 0n) due.push(id);
  }
  if (due.length === 0) return;
  const args = [due, zeroAddress] as const;
  await writer.send(by, at, { to, what, abi: royaltyLedgerAbi, functionName: "claimMany", args });
}
