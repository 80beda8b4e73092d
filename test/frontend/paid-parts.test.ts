import { expect } from "chai";
import fc from "fast-check";
import { paidParts } from "../../frontend/work/paid-parts.ts";

const OWNER = `0x${"11".repeat(20)}`;

describe("who is paid of each sale", () => {
  it("adds up to the whole for every family", () => {
    const edge = fc.record({
      share: fc.integer({ min: 0, max: 60_000 }),
      parentStack: fc.integer({ min: 0, max: 60_000 }),
      relative: fc.boolean(),
    });
    const split = fc.option(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 16 }).map((weights) => {
        const sum = weights.reduce((a, b) => a + b, 0);
        const ppm = weights.map((weight) => Math.floor((weight * 1_000_000) / sum));
        ppm[0] = (ppm[0] ?? 0) + 1_000_000 - ppm.reduce((a, b) => a + b, 0);
        return { payees: weights.map((_, i) => `0x${String(i).padStart(40, "0")}`), ppm };
      }),
      { nil: null },
    );
    const lien = fc.record({
      share: fc.integer({ min: 1, max: 1_000_000 }),
      workId: fc.constant("7"),
      account: fc.constant(null),
      heard: fc.boolean(),
    });
    const liens = fc.array(lien, { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 8 }), split, liens, (edges, split, liens) => {
        const parents = edges.map((one, index) => ({
          ...one,
          parent: null,
          parentId: String(index + 1),
          licenseId: String(index + 1),
        }));
        const stack = edges.reduce((sum, one) => sum + one.share + (one.relative ? 0 : one.parentStack), 0);
        const parts = paidParts({ owner: OWNER, stack, parents, split, liens });
        return (
          parts.reduce((sum, part) => sum + part.ppm, 0) === 1_000_000 &&
          parts.every((part) => part.upstream || part.workId === null || part.ppm > 0)
        );
      }),
    );
  });

  it("leaves everything to the owner of a work that stands alone", () => {
    const parts = paidParts({ owner: OWNER, stack: 0, parents: [], split: null, liens: [] });
    expect(parts).to.have.length(1);
    expect(parts[0]).to.include({ address: OWNER, ppm: 1_000_000, workId: null });
  });

  it("keeps what goes further upstream apart from the parents' own shares", () => {
    const parent = { parent: null, parentId: "1", licenseId: "9", share: 100_000, parentStack: 50_000 };
    const parents = [{ ...parent, relative: false }];
    const parts = paidParts({ owner: OWNER, stack: 150_000, parents, split: null, liens: [] });
    expect(parts.map((part) => [part.key, part.ppm])).to.deep.equal([
      ["owner", 850_000],
      ["1", 100_000],
      ["upstream", 50_000],
    ]);
  });

  it("lets a relative parent pay its own parents, and shares what is left among the payees of a split", () => {
    const parent = { parent: null, parentId: "1", licenseId: "9", share: 100_000, parentStack: 50_000, relative: true };
    const split = { payees: [OWNER, `0x${"22".repeat(20)}`], ppm: [333_333, 666_667] };
    const parts = paidParts({ owner: OWNER, stack: 100_000, parents: [parent], split, liens: [] });
    expect(parts.map((part) => [part.key, part.ppm])).to.deep.equal([
      ["payee-0", 299_999],
      ["payee-1", 600_001],
      ["1", 100_000],
    ]);
  });

  it("gives a lien its part of what the owner would get, and nothing of what goes upstream", () => {
    const parent = { parent: null, parentId: "1", licenseId: "9", share: 200_000, parentStack: 0, relative: false };
    const liens = [
      { share: 250_000, heard: true, workId: "3", account: null },
      { share: 500_000, heard: true, workId: null, account: OWNER },
    ];
    const parts = paidParts({ owner: OWNER, stack: 200_000, parents: [parent], split: null, liens });
    expect(parts.map((part) => [part.key, part.ppm, part.workId, part.ruled])).to.deep.equal([
      ["owner", 200_000, null, false],
      ["lien-0", 200_000, "3", true],
      ["lien-1", 400_000, null, true],
      ["1", 200_000, "1", false],
    ]);
  });

  it("pays liens that an arbitrator heard first, and gives the others what those leave", () => {
    const liens = [
      { share: 700_000, heard: false, workId: "3", account: null },
      { share: 600_000, heard: true, workId: "4", account: null },
    ];
    const parts = paidParts({ owner: OWNER, stack: 0, parents: [], split: null, liens });
    expect(parts.map((part) => [part.key, part.ppm])).to.deep.equal([
      ["owner", 0],
      ["lien-0", 400_000],
      ["lien-1", 600_000],
    ]);
  });
});
