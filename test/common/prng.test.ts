import { expect } from "chai";
import fc from "fast-check";
import { Prng } from "../../common/prng.ts";

describe("Prng", () => {
  it("gives the same stream for the same seed, on every machine", () => {
    const prng = new Prng("colophon");
    const stream = Array.from({ length: 4 }, () => prng.uint32());
    expect(stream).to.deep.equal([3184314484, 271084830, 26730769, 3862175044]);
  });

  it("gives other streams for other seeds", () => {
    expect(new Prng("a").uint32()).not.to.equal(new Prng("b").uint32());
  });

  it("stays below the bound and reaches every value", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 12 }), (seed, n) => {
        const prng = new Prng(seed);
        const seen = new Set(Array.from({ length: 400 }, () => prng.below(n)));
        return seen.size === n && [...seen].every((x) => Number.isInteger(x) && x >= 0 && x < n);
      }),
    );
  });

  it("is uniform: 32 buckets of 64,000 draws stay within five standard deviations", () => {
    const prng = new Prng(7);
    const buckets = Array.from({ length: 32 }, () => 0);
    for (let i = 0; i < 64_000; i++) {
      const bucket = prng.below(32);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 2000)).to.be.below(5 * Math.sqrt(2000));
  });

  it("shuffles without losing or doubling", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.integer()), (seed, list) => {
        const shuffled = new Prng(seed).shuffle(list);
        expect([...shuffled].sort((a, b) => a - b)).to.deep.equal([...list].sort((a, b) => a - b));
      }),
    );
  });
});
