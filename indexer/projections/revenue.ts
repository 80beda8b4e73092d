/** What a work earned and what could be paid out, computed as the royalty ledger would (`IRoyaltyLedger`). */
import type { WorkRevenue } from "../../common/api/schemas.ts";
import type { HoldRow, LienMarkRow, LienRow } from "./encumbrance.ts";
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

/** What lies on a work's revenue. */
export type Encumbrance = {
  hold?: Pick<HoldRow, "until" | "released" | "gross"> | undefined;
  /** By index. */
  liens: readonly Pick<LienRow, "ppm" | "heard">[];
  /** By a lien's index and currency; undefined where it has not begun. */
  mark: (lien: number, currency: string) => Pick<LienMarkRow, "start" | "taken"> | undefined;
};

const UNENCUMBERED: Encumbrance = { liens: [], mark: () => undefined };

/** What the owner is due, all time, before holds and liens; what is owed upstream is rounded up. */
export function grossOf(direct: bigint, earned: bigint, stack: number): bigint {
  return direct - (direct * BigInt(stack) + PPM - 1n) / PPM + earned;
}

/**
 * Revenue of one work in one currency.
 * @param stack what the work owes upstream, ppm
 * @param now block time, seconds
 * @returns `pulls` in an order in which each can be made (deepest first: a work's parents always have smaller ids)
 */
export function revenueOf(
  workId: string,
  currency: string,
  stack: number,
  graph: RevenueGraph,
  now: number,
  encumbrance: Encumbrance = UNENCUMBERED,
): WorkRevenue {
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
  const gross = grossOf(direct, earned, stack);
  const grossAfterPull = grossOf(direct + paidByPulls, earned + earnedByPulls, stack);
  const due = (entitlement: bigint) => String(entitlement > 0n ? entitlement : 0n);
  const { hold, liens } = encumbrance;
  const holds = hold && !hold.released && now <= hold.until ? hold.gross[currency] : undefined;
  const free = (amount: bigint) => (holds !== undefined && BigInt(holds) < amount ? BigInt(holds) : amount);
  const net = (amount: bigint) => netOf(amount, lienParts(amount, currency, encumbrance));
  return {
    currency,
    direct: String(direct),
    earned: String(earned),
    claimed: String(claimed),
    claimable: due(net(free(gross)) - claimed),
    claimableAfterPull: due(net(free(grossAfterPull)) - claimed),
    held: holds === undefined ? null : { until: hold?.until ?? 0, amount: String(net(gross) - net(free(gross))) },
    lienDues: liens.map((_, lien) => due(lienDue(lien))),
    pulls,
  };

  function lienDue(lien: number): bigint {
    const base = liens[lien]?.heard ? gross : free(gross);
    const parts = lienParts(base, currency, encumbrance);
    return (parts[lien] ?? 0n) / PPM - (encumbrance.mark(lien, currency)?.taken ?? 0n);
  }
}

function netOf(gross: bigint, parts: readonly bigint[]): bigint {
  return parts.reduce((kept, part) => kept - part, gross * PPM) / PPM;
}

/**
 * What each lien takes of the first `gross` units, in ppm of a unit (`HoldsAndLiens` of the contracts): between two beginnings the rates
 * stay the same, first the liens that were heard take theirs, then the others, older before newer, of what is left.
 */
function lienParts(gross: bigint, currency: string, { liens, mark }: Encumbrance): bigint[] {
  const starts = liens.map((_, lien) => mark(lien, currency)?.start);
  const bounds = [...new Set(starts.filter((start) => start !== undefined && start < gross))] as bigint[];
  bounds.sort((a, b) => (a < b ? -1 : 1));
  const parts = liens.map(() => 0n);
  const order = [...liens.keys()].sort((a, b) => Number(liens[b]?.heard) - Number(liens[a]?.heard) || a - b);
  for (const [index, from] of bounds.entries()) {
    const length = (bounds[index + 1] ?? gross) - from;
    let left = PPM;
    for (const lien of order) {
      const start = starts[lien];
      if (start === undefined || start > from) continue;
      const ppm = BigInt(liens[lien]?.ppm ?? 0);
      const rate = ppm < left ? ppm : left;
      left -= rate;
      parts[lien] = (parts[lien] ?? 0n) + length * rate;
    }
  }
  return parts;
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
