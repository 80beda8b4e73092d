/** Where rows of pictures break so that each row, at full width, comes out about equally high. */

export type RowPlan = {
  /** Indexes of the last item of each row. */
  ends: number[];
  /** Room to leave at the end of the last row, in the same unit as the ratios (width over height). */
  spare: number;
};

/**
 * Breaks items into rows of about `target` total ratio. Rows are balanced: with 13 ratios for 2 rows each gets about half.
 * A single row that falls short of the target keeps its height and leaves room at its end.
 * @param ratios width over height of each item
 * @param target total ratio of a row of the wished height
 * @complexity O(n)
 */
export function justifyRows(ratios: readonly number[], target: number): RowPlan {
  const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
  const rows = Math.max(1, Math.round(total / target));
  const share = total / rows;
  const ends: number[] = [];
  let sum = 0;
  ratios.forEach((ratio, index) => {
    sum += ratio;
    const goal = share * (ends.length + 1);
    const next = ratios[index + 1];
    if (next === undefined || ends.length === rows - 1) return;
    // Break where the boundary lies nearer to the goal than it would after one more item.
    if (Math.abs(sum - goal) <= Math.abs(sum + next - goal)) ends.push(index);
  });
  ends.push(ratios.length - 1);
  const before = ends.at(-2) ?? -1;
  const last = ratios.slice(before + 1).reduce((rest, ratio) => rest + ratio, 0);
  const goal = rows === 1 ? target : share;
  return { ends, spare: last < goal * 0.88 ? goal - last : 0 };
}

/** Share of its row's width that each item takes. */
export function widthShares(ratios: readonly number[], plan: RowPlan): number[] {
  const shares: number[] = [];
  plan.ends.forEach((end, row) => {
    const items = ratios.slice((plan.ends[row - 1] ?? -1) + 1, end + 1);
    const spare = row === plan.ends.length - 1 ? plan.spare : 0;
    const width = items.reduce((sum, ratio) => sum + ratio, spare);
    shares.push(...items.map((ratio) => ratio / width));
  });
  return shares;
}
