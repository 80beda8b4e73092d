import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { Prng } from "../../common/prng.ts";
import { CodeColumn } from "../../fingerprint/search/code-column.ts";
import { loadCodes, saveCodes } from "../../fingerprint/search/code-file.ts";
import { refusal } from "./refusal.ts";

/** Small shards, so that a test crosses their edges; blocks of the kernel are crossed by thousands of codes. */
const SHARD = 4096;

function differingBits(a: Uint8Array, b: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < a.length; i++) for (let x = a[i]! ^ b[i]!; x; x &= x - 1) bits++;
  return bits;
}

/** Codes that crowd together: few set bits, so that small radii find many. */
function sparseCodes(seed: string, count: number, bytes: number): Uint8Array {
  const prng = new Prng(seed);
  const codes = new Uint8Array(count * bytes);
  for (let i = 0; i < count; i++) {
    for (let k = prng.below(10); k > 0; k--) codes[i * bytes + prng.below(bytes)]! |= 1 << prng.below(8);
  }
  return codes;
}

for (const bits of [64, 256] as const) {
  const bytes = bits / 8;
  describe(`a column of ${bits}-bit codes`, () => {
    it("finds what comparing one by one finds, over shards, after removals, for batches of any size", () => {
      fc.assert(
        fc.property(
          fc.nat(1e6),
          fc.integer({ min: 1, max: 9000 }),
          fc.nat(40),
          fc.nat(10),
          (seed, count, asked, radius) => {
            const codes = sparseCodes(`codes ${seed}`, count, bytes);
            const queries = sparseCodes(`queries ${seed}`, asked + 1, bytes);
            const column = new CodeColumn(bits, SHARD);
            const half = (count >> 1) * bytes;
            if (half > 0) column.append(codes.subarray(0, half));
            expect(column.append(codes.subarray(half))).to.equal(count >> 1);
            const prng = new Prng(seed);
            const removed = new Set(Array.from({ length: prng.below(20) }, () => prng.below(count)));
            for (const row of removed) expect(column.remove(row)).to.equal(true);
            expect([column.rows, column.size]).to.deep.equal([count, count - removed.size]);
            const expected = Array.from({ length: asked + 1 }, (_, q) => {
              const query = queries.subarray(q * bytes, (q + 1) * bytes);
              const hits = [];
              for (let row = 0; row < count; row++) {
                const distance = differingBits(codes.subarray(row * bytes, (row + 1) * bytes), query);
                if (distance <= radius && !removed.has(row)) hits.push({ row, distance });
              }
              return hits;
            });
            expect(column.within(queries, radius)).to.deep.equal(expected);
            const k = 1 + prng.below(30);
            const nearest = expected.map((hits) =>
              hits.toSorted((a, b) => a.distance - b.distance || a.row - b.row).slice(0, k),
            );
            expect(column.nearest(queries, k, radius)).to.deep.equal(nearest);
          },
        ),
        { numRuns: 25 },
      );
    });

    it("returns as many nearest as there are, whatever their distance", () => {
      const column = new CodeColumn(bits);
      const far = new Uint8Array(bytes).fill(255);
      column.append(far);
      expect(column.nearest(new Uint8Array(bytes), 3)).to.deep.equal([[{ row: 0, distance: bits }]]);
      column.remove(0);
      expect(column.nearest(new Uint8Array(bytes), 3)).to.deep.equal([[]]);
      expect(column.remove(0)).to.equal(false);
      expect(column.code(0)).to.deep.equal(far);
    });

    it("comes back from its file the same, tombstones and shards included, and goes on", () => {
      const folder = mkdtempSync(path.join(tmpdir(), "colophon-codes-"));
      try {
        const file = path.join(folder, "codes");
        const column = new CodeColumn(bits, SHARD);
        const codes = sparseCodes("file", 2 * SHARD + 777, bytes);
        column.append(codes);
        for (const row of [0, 63, SHARD - 1, SHARD, 2 * SHARD + 776]) column.remove(row);
        saveCodes(file, column);
        const written = readFileSync(file);
        let reads = 0;
        const loaded = CodeColumn.load(
          bits,
          written.length,
          (target, position) => {
            reads++;
            target.set(written.subarray(position, position + target.length));
          },
          SHARD,
        );
        expect(reads).to.equal(3);
        expect([loaded.rows, loaded.size]).to.deep.equal([column.rows, column.size]);
        const query = codes.subarray(5 * bytes, 6 * bytes);
        expect(loaded.within(query, bits)).to.deep.equal(column.within(query, bits));
        expect(loaded.append(query)).to.equal(column.rows);
        expect(loaded.within(query, 0)[0]!.map(({ row }) => row)).to.include(column.rows);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
}

describe("a file of codes", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "colophon-codes-"));
  const file = path.join(folder, "codes");
  after(() => rmSync(folder, { recursive: true }));

  it("is refused when it is cut, of another length of code, or something else", async () => {
    const column = new CodeColumn(64);
    column.append(sparseCodes("refused", 100, 8));
    saveCodes(file, column);
    expect(loadCodes(file, 64).rows).to.equal(100);
    await refusal("BAD_CODE_FILE", () => loadCodes(file, 256));
    truncateSync(file, 300);
    await refusal("BAD_CODE_FILE", () => loadCodes(file, 64));
    writeFileSync(file, "no codes at all, but long enough to hold a header of sixty-four bytes, and more");
    await refusal("BAD_CODE_FILE", () => loadCodes(file, 64));
  });

  it("holds no part of a code: bytes that are no whole codes are refused", () => {
    expect(() => new CodeColumn(256).append(new Uint8Array(33))).to.throw(RangeError);
    expect(() => new CodeColumn(64).within(new Uint8Array(0), 3)).to.throw(RangeError);
  });
});
