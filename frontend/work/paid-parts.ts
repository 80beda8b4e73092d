import type { WorkDetail } from "../../common/api/schemas.ts";

export type PaidPart = {
  key: string;
  /** Share of each sale, ppm. */
  ppm: number;
  /** Whom it is paid to, where known. */
  address: string | null;
  /** Parent whose owner is paid; null for the owner of the work itself. */
  workId: string | null;
  title: string;
  /** True for what goes on to makers above a parent. */
  upstream: boolean;
};

/**
 * Splits one sale of a work by the rule of its edges: every parent gets its share, what parents owe upstream passes on to
 * their own parents, the owner (or the payees of a co-created work) keeps the rest. The parts add up to 1_000_000 ppm.
 */
export function paidParts(work: Pick<WorkDetail, "owner" | "stack" | "parents" | "split">): PaidPart[] {
  const parts: PaidPart[] = ownParts(work);
  let upstream = 0;
  for (const edge of work.parents) {
    // A relative parent pays its own parents from what it gets.
    if (!edge.relative) upstream += edge.parentStack;
    if (edge.share === 0) continue;
    parts.push({
      key: edge.parentId,
      ppm: edge.share,
      address: edge.parent?.owner ?? null,
      workId: edge.parentId,
      title: edge.parent?.title ?? "",
      upstream: false,
    });
  }
  if (upstream > 0) {
    parts.push({ key: "upstream", ppm: upstream, address: null, workId: null, title: "", upstream: true });
  }
  return parts;
}

/** What stays with the work: the owner's, or by the split its payees'. The last payee takes what rounding leaves. */
function ownParts({ owner, stack, split }: Pick<WorkDetail, "owner" | "stack" | "split">): PaidPart[] {
  const rest = 1_000_000 - stack;
  const part = (key: string, ppm: number, address: string): PaidPart => ({
    key,
    ppm,
    address,
    workId: null,
    title: "",
    upstream: false,
  });
  if (!split) return [part("owner", rest, owner)];
  const parts = split.payees.map((payee, i) =>
    part(`payee-${i}`, Math.floor((rest * (split.ppm[i] ?? 0)) / 1_000_000), payee),
  );
  const last = parts.at(-1);
  if (last) last.ppm += rest - parts.reduce((sum, { ppm }) => sum + ppm, 0);
  return parts;
}
