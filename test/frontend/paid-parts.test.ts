import { expect } from "chai";
import fc from "fast-check";
import { paidParts } from "../../frontend/work/paid-parts.ts";

const OWNER = `0x${"11".repeat(20)}`;

describe("who is paid of each sale", () => {
  it("adds up to the whole for every family", () => {
    const edge = fc.record({
      share: fc.integer({ min: 0, max: 60_000 }),
      parentStack: fc.integer({ min: 0, max: 60_000 }),
    });
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 8 }), (edges) => {
        const parents = edges.map((one, index) => ({
          ...one,
          parent: null,
          parentId: String(index + 1),
          licenseId: String(index + 1),
        }));
        const stack = edges.reduce((sum, one) => sum + one.share + one.parentStack, 0);
        const parts = paidParts({ owner: OWNER, stack, parents });
        return (
          parts.reduce((sum, part) => sum + part.ppm, 0) === 1_000_000 &&
          parts.every((part) => part.upstream || part.workId === null || part.ppm > 0)
        );
      }),
    );
  });

  it("leaves everything to the owner of a work that stands alone", () => {
    const parts = paidParts({ owner: OWNER, stack: 0, parents: [] });
    expect(parts).to.have.length(1);
    expect(parts[0]).to.include({ address: OWNER, ppm: 1_000_000, workId: null });
  });

  it("keeps what goes further upstream apart from the parents' own shares", () => {
    const parent = { parent: null, parentId: "1", licenseId: "9", share: 100_000, parentStack: 50_000 };
    const parts = paidParts({ owner: OWNER, stack: 150_000, parents: [parent] });
    expect(parts.map((part) => [part.key, part.ppm])).to.deep.equal([
      ["owner", 850_000],
      ["1", 100_000],
      ["upstream", 50_000],
    ]);
  });
});
