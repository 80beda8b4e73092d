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
  /** True for what a ruling took from the owner's share. */
  ruled: boolean;
};

/**
 * Splits one sale of a work by the rule of its edges: every parent gets its share, what parents owe upstream passes on to
 * their own parents, liens of rulings take their parts of what is left, the owner (or the payees of a co-created work) keeps the
 * rest. The parts add up to 1_000_000 ppm.
 */
export function paidParts(work: Pick<WorkDetail, "owner" | "stack" | "parents" | "split" | "liens">): PaidPart[] {
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
      ruled: false,
    });
  }
  if (upstream > 0) {
    const nobody = { address: null, workId: null, title: "", ruled: false };
    parts.push({ key: "upstream", ppm: upstream, upstream: true, ...nobody });
  }
  return parts;
}

/** What stays with the work: liens first, then the owner, or by the split its payees. The last payee takes what rounding leaves. */
function ownParts({ owner, stack, split, liens }: Pick<WorkDetail, "owner" | "stack" | "split" | "liens">): PaidPart[] {
  const gross = 1_000_000 - stack;
  const part = (key: string, ppm: number, address: string | null): PaidPart => ({
    key,
    ppm,
    address,
    workId: null,
    title: "",
    upstream: false,
    ruled: false,
  });
  const rates = lienRates(liens);
  const ruled = liens
    .map(({ workId, account }, i) => ({
      ...part(`lien-${i}`, Math.floor((gross * (rates[i] ?? 0)) / 1_000_000), account),
      workId,
      ruled: true,
    }))
    .filter(({ ppm }) => ppm > 0);
  const rest = gross - ruled.reduce((sum, { ppm }) => sum + ppm, 0);
  if (!split) return [part("owner", rest, owner), ...ruled];
  const parts = split.payees.map((payee, i) =>
    part(`payee-${i}`, Math.floor((rest * (split.ppm[i] ?? 0)) / 1_000_000), payee),
  );
  const last = parts.at(-1);
  if (last) last.ppm += rest - parts.reduce((sum, { ppm }) => sum + ppm, 0);
  return [...parts, ...ruled];
}

/** What each lien takes of the owner's share, ppm: first those that an arbitrator heard, then the others of what is left. */
function lienRates(liens: WorkDetail["liens"]): number[] {
  const rates: number[] = liens.map(() => 0);
  let left = 1_000_000;
  for (const turn of [true, false]) {
    for (const [index, { share, heard }] of liens.entries()) {
      if (heard !== turn) continue;
      rates[index] = Math.min(share, left);
      left -= Math.min(share, left);
    }
  }
  return rates;
}
