import { expect } from "chai";
import fc from "fast-check";
import { justifyRows, widthShares } from "../../frontend/ui/justify-rows.ts";

const ratios = fc.array(fc.double({ min: 0.5, max: 2.6, noNaN: true }), { minLength: 1, maxLength: 60 });

function rowSums(items: number[], ends: number[]): number[] {
  return ends.map((end, row) => items.slice((ends[row - 1] ?? -1) + 1, end + 1).reduce((sum, ratio) => sum + ratio, 0));
}

describe("justified rows", () => {
  it("puts every item into exactly one row, in order", () => {
    fc.assert(
      fc.property(ratios, (items) => {
        const { ends } = justifyRows(items, 5.5);
        return ends.at(-1) === items.length - 1 && ends.every((end, row) => end > (ends[row - 1] ?? -1));
      }),
    );
  });

  it("balances rows: none is further from the mean than the widest picture", () => {
    fc.assert(
      fc.property(ratios, (items) => {
        const sums = rowSums(items, justifyRows(items, 5.5).ends);
        const mean = sums.reduce((sum, row) => sum + row, 0) / sums.length;
        return sums.every((row) => Math.abs(row - mean) <= 2.6 + 1e-9);
      }),
    );
  });

  it("leaves room at the end of a short single row instead of blowing its pictures up", () => {
    expect(justifyRows([1, 1], 5.5).spare).to.equal(3.5);
    expect(justifyRows([1, 1, 1, 1, 1.4], 5.5).spare).to.equal(0);
  });

  it("tells how wide each picture will be: the shares of a row fill it", () => {
    fc.assert(
      fc.property(ratios, (items) => {
        const plan = justifyRows(items, 2.1);
        const shares = widthShares(items, plan);
        return plan.ends.every((end, row) => {
          const first = (plan.ends[row - 1] ?? -1) + 1;
          const sum = shares.slice(first, end + 1).reduce((total, share) => total + share, 0);
          return row === plan.ends.length - 1 && plan.spare > 0 ? sum < 1 : Math.abs(sum - 1) < 1e-9;
        });
      }),
    );
  });

  it("makes two rows of what is nearer to two", () => {
    expect(justifyRows([2, 2, 2, 2, 2], 5.5).ends).to.have.length(2);
  });
});
