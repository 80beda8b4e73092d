import { expect } from "chai";
import fc from "fast-check";
import { contentPath, SEAL_EXTENT, sealPath } from "../../frontend/ui/seal-path.ts";

/** Bits drawn by a path: the sum of its strokes' lengths. */
const strokes = (path: string): number =>
  [...path.matchAll(/h(\d+)/g)].reduce((sum, match) => sum + Number(match[1]), 0);

const body = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`);

describe("a work's seal", () => {
  it("draws exactly the fingerprint's set bits", () => {
    fc.assert(
      fc.property(body, (fingerprint) => {
        const set = BigInt(fingerprint).toString(2).replaceAll("0", "").length;
        return strokes(sealPath(fingerprint)) === set;
      }),
    );
  });

  it("draws different fingerprints differently", () => {
    fc.assert(fc.property(body, body, (a, b) => a === b || sealPath(a) !== sealPath(b)));
  });

  it("shows in small the content's character only", () => {
    const content = `0x${"00".repeat(8)}${"ff".repeat(8)}${"00".repeat(16)}`;
    expect(strokes(contentPath(content))).to.equal(64);
    expect(contentPath(`0x${"ff".repeat(8)}${"00".repeat(8)}${"ff".repeat(16)}`)).to.equal("");
  });

  it("reads from the top right: the title's unit stands there", () => {
    const path = sealPath(`0x${"ff".repeat(8)}${"00".repeat(24)}`);
    const corners = [...path.matchAll(/M([\d.]+) ([\d.]+)h/g)].map((match) => [Number(match[1]), Number(match[2])]);
    expect(corners).to.have.length(8);
    for (const [x = 0, y = 0] of corners) {
      expect(x).to.be.greaterThan(SEAL_EXTENT / 2);
      expect(y).to.be.lessThan(SEAL_EXTENT / 2);
    }
  });
});
