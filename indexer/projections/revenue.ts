/** What a work earned and what could be paid out, computed as the royalty ledger would (`IRoyaltyLedger`). */
import type { WorkRevenue } from "../../common/api/schemas.ts";
import type { AccountRow } from "./ledger.ts";
import type { EdgeRow } from "./works.ts";

const PPM = 1_000_000n;

/** The part of the market that a work's revenue depends on: everything derived from it, in one currency. */
export type RevenueGraph = {
  /** Edges among the work and all its descendants. */
  edges: readonly Pick<EdgeRow, "child" | "parent" | "edge_index" | "share" | "parent_stack" | "relative">[];
  /** The ledger's account of a work; undefined where it has none. */
  account: (workId: string) => AccountRow | undefined;
  /** What crossed an edge so far. */
  pulled: (child: string, parent: string) => bigint;
};

/**
 * Revenue of one work in one currency.
 * @param stack what the work owes upstream, ppm
 * @returns `pulls` in an order in which each can be made (deepest first: a work's parents always have smaller ids)
 */
export function revenueOf(workId: string, currency: string, stack: number, graph: RevenueGraph): WorkRevenue {
  const below = new Map<string, RevenueGraph["edges"][number][]>();
  for (const edge of graph.edges) {
    const edges = below.get(edge.parent) ?? [];
    below.set(edge.parent, [...edges, edge]);
  }
  const family = descendantsOf(workId, below);
  const upward = new Map<string, RevenueGraph["edges"][number][]>();
  for (const parent of [workId, ...family]) {
    for (const edge of below.get(parent) ?? []) upward.set(edge.child, [...(upward.get(edge.child) ?? []), edge]);
  }
  const passes = new Map<string, bigint>();
  let earnedByPulls = 0n;
  let paidByPulls = 0n;
  const pulls: WorkRevenue["pulls"] = [];
  for (const child of family.sort((a, b) => Number(BigInt(b) - BigInt(a)))) {
    const account = graph.account(child);
    const base = (account?.direct ?? 0n) + (account?.passed ?? 0n) + (passes.get(child) ?? 0n);
    for (const edge of upward.get(child) ?? []) {
      // An edge without a share to a parent that owes nothing carries no money, a relative one none without a share.
      if (edge.share === 0 && (edge.relative || edge.parent_stack === 0)) continue;
      const before = graph.pulled(child, edge.parent);
      const delta = base - before;
      if (delta <= 0n) continue;
      pulls.push({ childId: child, edgeIndex: edge.edge_index, delta: String(delta) });
      const earned = shareOf(edge.share, base) - shareOf(edge.share, before);
      passes.set(edge.parent, (passes.get(edge.parent) ?? 0n) + (edge.relative ? earned : delta));
      if (edge.parent === workId && edge.relative) paidByPulls += earned;
      else if (edge.parent === workId) earnedByPulls += earned;
    }
  }
  const account = graph.account(workId);
  const direct = account?.direct ?? 0n;
  const earned = account?.earned ?? 0n;
  const claimed = account?.claimed ?? 0n;
  const owedOf = (paid: bigint) => (paid * BigInt(stack) + PPM - 1n) / PPM;
  const gross = direct - owedOf(direct) + earned;
  const grossAfterPull = direct + paidByPulls - owedOf(direct + paidByPulls) + earned + earnedByPulls;
  const due = (entitlement: bigint) => String(entitlement > 0n ? entitlement : 0n);
  return {
    currency,
    direct: String(direct),
    earned: String(earned),
    claimed: String(claimed),
    claimable: due(gross - claimed),
    claimableAfterPull: due(grossAfterPull - claimed),
    pulls,
  };
}

/** Cumulative share of a base, rounded down as the ledger rounds. */
function shareOf(share: number, base: bigint): bigint {
  return (BigInt(share) * base) / PPM;
}

function descendantsOf(workId: string, below: Map<string, RevenueGraph["edges"][number][]>): string[] {
  const seen = new Set<string>();
  const open = [workId];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const { child } of below.get(parent) ?? []) {
      if (seen.has(child)) continue;
      seen.add(child);
      open.push(child);
    }
  }
  return [...seen];
}
