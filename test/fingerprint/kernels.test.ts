import { readFile } from "node:fs/promises";
import { blake3 as nobleBlake3 } from "@noble/hashes/blake3.js";
import { expect } from "chai";
import fc from "fast-check";
import { Prng } from "../../common/prng.ts";
import { applyKernel, bicubicKernel } from "../../fingerprint/image/resampling.ts";
import type { Box } from "../../fingerprint/image/box.ts";
import type { Pixels } from "../../fingerprint/image/decoders.ts";
import { reduceBox } from "../../fingerprint/image/reduce-box.ts";
import { Blake3, blake3 } from "../../fingerprint/kernels/blake3.ts";
import { compileKernel, kernelFile, KERNELS } from "../../fingerprint/kernels/build.ts";

const prng = new Prng("kernels");

describe("wasm kernels", () => {
  for (const name of KERNELS) {
    it(`${name}: the committed module is what its source compiles to, byte for byte`, async () => {
      expect(await compileKernel(name)).to.equal(await readFile(kernelFile(name), "utf8"));
    });
  }
});

describe("BLAKE3 kernel", () => {
  const bytes = Uint8Array.from({ length: 270_000 }, () => prng.below(256));

  it("equals another implementation at every turn of the tree", () => {
    const sizes = [0, 1, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 2048, 2049, 3072, 3073, 4096, 4097, 5120, 5121];
    const large = [
      8192, 8193, 16_384, 16_385, 20_480, 20_481, 65_535, 65_536, 65_537, 131_072, 131_073, 262_144, 262_145,
    ];
    for (const size of [...sizes, ...large]) {
      const part = bytes.subarray(0, size);
      expect(blake3(part), String(size)).to.deep.equal(new Uint8Array(nobleBlake3(part)));
    }
  });

  it("equals it for any length, in any pieces, several at once", () => {
    const size = fc.nat(bytes.length);
    fc.assert(
      fc.property(size, fc.array(fc.nat(90_000), { minLength: 1, maxLength: 6 }), (length, steps) => {
        const hashers = [new Blake3(), new Blake3()];
        for (let at = 0, i = 0; at < length; i++) {
          const end = Math.min(at + steps[i % steps.length]! + 1, length);
          for (const hasher of hashers) hasher.update(bytes.subarray(at, end));
          at = end;
        }
        const expected = new Uint8Array(nobleBlake3(bytes.subarray(0, length)));
        for (const hasher of hashers) expect(hasher.digest()).to.deep.equal(expected);
      }),
      { numRuns: 40 },
    );
  });

  it("takes no bytes after its digest", () => {
    const hasher = new Blake3().update(bytes.subarray(0, 10));
    hasher.digest();
    expect(() => hasher.update(bytes)).to.throw("digest");
    expect(() => hasher.digest()).to.throw("digest");
  });
});

describe("bicubic kernel", () => {
  /** The definition, a row and a column at a time. */
  function reduced({ width, data }: Pixels, { left, top, right, bottom }: Box): Uint8Array {
    const [across, down] = [bicubicKernel(right - left, 32), bicubicKernel(bottom - top, 32)];
    const height = bottom - top;
    const columns = new Uint8Array(32 * height);
    for (let y = 0; y < height; y++) {
      const line = Uint8Array.from({ length: right - left }, (_, x) => {
        const [red, green, blue] = data.subarray(((top + y) * width + left + x) * 4);
        return (19595 * red! + 38470 * green! + 7471 * blue! + 32768) >> 16;
      });
      applyKernel(across, line, columns, y, height);
    }
    const out = new Uint8Array(1024);
    for (let x = 0; x < 32; x++) applyKernel(down, columns.subarray(x * height, (x + 1) * height), out, x, 32);
    return out;
  }

  function noisyPixels(width: number, height: number): Pixels {
    const data = new Uint8ClampedArray(width * height * 4);
    for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : prng.below(2) * 255 - prng.below(40);
    return { width, height, data };
  }

  it("equals its definition for pictures and parts of any shape", () => {
    const side = fc.integer({ min: 1, max: 300 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(side, side, share, share, share, share, (width, height, a, b, c, d) => {
        const [left, right] = [a, b].toSorted((p, q) => p - q).map((x, i) => Math.floor(x * (width - 1)) + i);
        const [top, bottom] = [c, d].toSorted((p, q) => p - q).map((y, i) => Math.floor(y * (height - 1)) + i);
        const box = { left: left!, top: top!, right: right!, bottom: bottom! };
        const picture = noisyPixels(width, height);
        expect(reduceBox(picture, box)).to.deep.equal(reduced(picture, box));
      }),
      { numRuns: 60 },
    );
  });

  it("equals it at the longest sides, and refuses longer ones", () => {
    for (const [width, height] of [
      [16_384, 3],
      [3, 16_384],
    ] as const) {
      const picture = noisyPixels(width, height);
      const box = { left: 0, top: 0, right: width, bottom: height };
      expect(reduceBox(picture, box)).to.deep.equal(reduced(picture, box));
    }
    const line = noisyPixels(16_385, 1);
    expect(() => reduceBox(line, { left: 0, top: 0, right: 16_385, bottom: 1 })).to.throw(RangeError);
  });
});
