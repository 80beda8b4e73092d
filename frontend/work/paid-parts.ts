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
 * Splits one sale of a work by the absolute-edge rule: every parent gets its share, what the parents owe upstream passes
 * on to their own parents, the owner keeps the rest. The parts add up to 1_000_000 ppm.
 */
export function paidParts(work: Pick<WorkDetail, "owner" | "stack" | "parents">): PaidPart[] {
  const parts: PaidPart[] = [
    { key: "owner", ppm: 1_000_000 - work.stack, address: work.owner, workId: null, title: "", upstream: false },
  ];
  let upstream = 0;
  for (const edge of work.parents) {
    upstream += edge.parentStack;
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
