import { expect } from "chai";
import fc from "fast-check";
import { Prng } from "../../common/prng.ts";
import { CHUNK, nextCut } from "../../fingerprint/algorithms/cdc.ts";
import { dct } from "../../fingerprint/algorithms/dct.ts";
import { MinHash, minhash256 } from "../../fingerprint/algorithms/minhash.ts";
import { PERMUTATIONS } from "../../fingerprint/algorithms/minhash-table.ts";
import { simhash } from "../../fingerprint/algorithms/simhash.ts";
import { wtaHash } from "../../fingerprint/algorithms/wta-hash.ts";
import { xxh32 } from "../../fingerprint/algorithms/xxh32.ts";
import { bitDistance } from "../../fingerprint/search/bit-distance.ts";

function randomBytes(seed: string, length: number): Uint8Array {
  const prng = new Prng(seed);
  return Uint8Array.from({ length }, () => prng.below(256));
}

function cuts(bytes: Uint8Array): number[] {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; ) ends.push((at = nextCut(bytes, at, bytes.length)));
  return ends;
}

describe("xxHash32", () => {
  // From the algorithm's specification and its sanity tests with seed 0.
  it("equals the published values", () => {
    const ascii = (text: string) => xxh32(new TextEncoder().encode(text));
    expect(ascii("")).to.equal(0x02cc5d05);
    expect(ascii("a")).to.equal(0x550d7456);
    expect(ascii("abc")).to.equal(0x32d153ff);
    expect(ascii("Nobody inspects the spammish repetition")).to.equal(0xe2293b2f);
  });

  it("hashes a range as it hashes its copy", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), fc.nat(80), (bytes, a, b) => {
        const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
        expect(xxh32(bytes, start, end)).to.equal(xxh32(bytes.slice(start, end)));
      }),
    );
  });
});

describe("content-defined chunking", () => {
  const bytes = randomBytes("chunks", 3_000_000);

  it("covers the data with chunks between the smallest and the largest size", () => {
    const ends = cuts(bytes);
    const sizes = ends.map((end, i) => end - (ends[i - 1] ?? 0));
    expect(ends.at(-1)).to.equal(bytes.length);
    expect(Math.min(...sizes.slice(0, -1))).to.be.greaterThan(CHUNK.min);
    expect(Math.max(...sizes)).to.be.at.most(CHUNK.max);
    expect(bytes.length / sizes.length).to.be.within(700, 1400);
  });

  it("keeps nearly all cuts when bytes are inserted: it falls back into step", () => {
    const at = 1_234_567;
    const changed = new Uint8Array([...bytes.subarray(0, at), ...randomBytes("new", 37), ...bytes.subarray(at)]);
    const before = new Set(cuts(bytes));
    const kept = cuts(changed).filter((end) => before.has(end < at ? end : end - 37));
    expect(kept.length / before.size).to.be.greaterThan(0.99);
  });

  it("cuts the numbers 1, 2, 3, … of four bytes each where the reference does", () => {
    const words = new Uint32Array(2400).map((_, i) => i + 1);
    const counting = new Uint8Array(words.buffer);
    expect(cuts(counting.subarray(0, 9192))).to.deep.equal([1332, 2026, 3271, 4147, 4962, 6590, 8827, 9192]);
    // Below the smallest chunk, and up to the first cut, the data are one chunk.
    for (const length of [1, 255, 256, 257, 1024, 1332]) expect(cuts(counting.subarray(0, length))).to.have.length(1);
    expect(cuts(counting.subarray(0, 1333))).to.deep.equal([1332, 1333]);
  });

  it("cuts a constant stream into equal chunks", () => {
    const sizes = new Set(
      cuts(new Uint8Array(100_000))
        .slice(0, -1)
        .map((end, i, all) => end - (all[i - 1] ?? 0)),
    );
    expect(sizes.size).to.equal(1);
  });
});

describe("MinHash", () => {
  /** The definition, in big integers. */
  function reference(features: readonly number[]): Uint8Array {
    const digest = new Uint8Array(32);
    for (let i = 0; i < 64; i++) {
      const word = (k: number) => BigInt(PERMUTATIONS[4 * i + k]!);
      const a = (word(0) << 32n) | word(1);
      const b = (word(2) << 32n) | word(3);
      let min = 0xffffffffn;
      for (const f of features) {
        const value = (BigInt.asUintN(64, a * BigInt(f) + b) % ((1n << 61n) - 1n)) & 0xffffffffn;
        if (value < min) min = value;
      }
      for (let plane = 0; plane < 4; plane++) {
        if ((min >> BigInt(plane)) & 1n) digest[plane * 8 + (i >> 3)]! |= 0x80 >> (i & 7);
      }
    }
    return digest;
  }

  it("equals its definition in big integers", () => {
    const feature = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 1, 0xffffffff, 0x80000000));
    fc.assert(
      fc.property(fc.array(feature, { maxLength: 60 }), (features) => {
        expect(minhash256(Uint32Array.from(features))).to.deep.equal(reference(features));
      }),
      { numRuns: 300 },
    );
  });

  it("depends on the set of features alone", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 30 }), (features) => {
        const twice = Uint32Array.from([...features, ...features].toReversed());
        expect(minhash256(twice)).to.deep.equal(minhash256(Uint32Array.from(features)));
      }),
    );
  });

  it("differs in about half the share of features that two sets do not have in common", () => {
    const prng = new Prng("sets");
    const set = (size: number) => Array.from({ length: size }, () => prng.uint32());
    const common = set(3000);
    // 3000 of 4000 in common: Jaccard 0.75, so a bit differs with probability 1/8: 32 of 256 expected, deviation 5.3.
    const [a, b] = [set(500), set(500)].map((own) => minhash256(Uint32Array.from([...common, ...own])));
    let distance = 0;
    for (let i = 0; i < 32; i++) distance += bitDistance(a![i]!, b![i]!);
    expect(distance).to.be.within(11, 53);
  });
});

describe("growing MinHash", () => {
  it("has the reference's minima for one feature", () => {
    const minhash = new MinHash().update(Uint32Array.of(65_536));
    const minima = minhash.minima();
    expect([minima[0], minima[63]]).to.deep.equal([1968499307, 2739100501]);
    expect(Buffer.from(minhash.digest()).toString("hex")).to.equal(
      "a18e2fb2bd663d21db9c7dcc9ae78380253cae5bf089766d87a6b51fcb3f8f8e",
    );
  });

  it("gives in any pieces what it gives at once", () => {
    const features = fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(features, { maxLength: 6 }), (pieces) => {
        const growing = new MinHash();
        for (const piece of pieces) growing.update(Uint32Array.from(piece));
        expect(growing.digest()).to.deep.equal(minhash256(Uint32Array.from(pieces.flat())));
      }),
    );
  });
});

describe("winner-takes-all hash", () => {
  const hex = (values: number[]) => Buffer.from(wtaHash(values)).toString("hex");

  it("compares the reference's pairs", () => {
    expect(hex(Array.from({ length: 380 }, (_, i) => i))).to.equal(
      "528f91431f7c4ad26932fc073a28cac93f21a3071a152fc2925bdaed1d190061",
    );
    const last = Array.from({ length: 380 }, (_, i) => (i === 379 ? 1 : 0));
    expect(hex(last)).to.equal(`${"00".repeat(18)}02${"00".repeat(13)}`);
  });

  it("sees only which of two values is larger, and takes equal ones as zero", () => {
    expect(hex(Array.from({ length: 380 }, () => 9))).to.equal("00".repeat(32));
    const values = fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 380, maxLength: 380 });
    fc.assert(
      fc.property(values, (list) => {
        expect(hex(list.map((x) => x ** 3 - 7))).to.equal(hex(list));
      }),
    );
    expect(() => wtaHash([1, 2])).to.throw(RangeError);
  });
});

describe("SimHash", () => {
  it("takes the majority of each bit, ties as one", () => {
    const hash = simhash([Uint8Array.of(0b1100), Uint8Array.of(0b1010), Uint8Array.of(0b1001)]);
    expect(hash[0]).to.equal(0b1000);
    expect(simhash([Uint8Array.of(0b1100), Uint8Array.of(0b1010)])[0]).to.equal(0b1110);
    const four = [0b01100101, 0b01011001, 0b10010101, 0b10101001].map((byte) => Uint8Array.of(byte, 255 - byte));
    expect([...simhash(four)]).to.deep.equal([0b11111101, 0b11111110]);
    expect([...simhash([Uint8Array.of(0, 255), Uint8Array.of(0, 255)])]).to.deep.equal([0, 255]);
  });
});

describe("DCT", () => {
  it("equals the cosine sum of its definition", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 32, maxLength: 32 }), (row) => {
        dct(Float64Array.from(row)).forEach((value, k) => {
          const sum = row.reduce((total, x, i) => total + x * Math.cos((Math.PI * (i + 0.5) * k) / 32), 0);
          expect(value).to.be.closeTo(sum, 1e-9);
        });
      }),
    );
  });
});

describe("bitDistance", () => {
  it("counts the digits one of the exclusive or", () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(bitDistance(a, b)).to.equal(((a ^ b) >>> 0).toString(2).replaceAll("0", "").length);
      }),
    );
  });
});
