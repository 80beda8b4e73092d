import { expect } from "chai";
import fc from "fast-check";
import { Prng } from "../../common/prng.ts";
import { excerptCodesV0, excerptOverlap } from "../../fingerprint/text/excerpt-codes.ts";

function prose(seed: string, words: number): string {
  const prng = new Prng(seed);
  return Array.from({ length: words }, () =>
    String.fromCharCode(...Array.from({ length: 3 + prng.below(6) }, () => 97 + prng.below(26))),
  ).join(" ");
}

describe("excerpt codes", () => {
  const book = prose("book", 3000);

  it("share a code for any passage of 44 letters, wherever it stands", () => {
    const codes = new Set(excerptCodesV0(book));
    const letters = book.replaceAll(" ", "");
    fc.assert(
      fc.property(fc.nat(letters.length - 44), fc.nat(500), fc.string(), (at, before, title) => {
        const quoting = `${prose(title, before % 40)} ${letters.slice(at, at + 44)} ${prose(`${title}!`, 30)}`;
        expect(excerptCodesV0(quoting).some((code) => codes.has(code))).to.equal(true);
      }),
    );
  });

  it("ignore case, spaces, accents and punctuation", () => {
    const shouted = `¡${book.toUpperCase().replaceAll(" ", ",\n  ")}!`;
    expect(excerptCodesV0(shouted)).to.deep.equal(excerptCodesV0(book));
  });

  it("tell a whole book from half of it, a tenth in another text, and nothing in common", () => {
    const codes = excerptCodesV0(book);
    const half = excerptCodesV0(book.slice(0, book.length / 2));
    expect(excerptOverlap(codes, codes)).to.equal(1);
    expect(excerptOverlap(codes, half)).to.be.greaterThan(0.98);
    const quoting = excerptCodesV0(`${prose("essay", 1350)} ${book.slice(5000, 5000 + 150 * 7)} ${prose("end", 1350)}`);
    expect(excerptOverlap(codes, quoting)).to.be.within(0.03, 0.08);
    expect(excerptOverlap(codes, excerptCodesV0(prose("other", 3000)))).to.be.lessThan(0.001);
  });

  it("keep about one hash in seventeen, in ascending order, each once", () => {
    const codes = excerptCodesV0(book);
    const shingles = book.replaceAll(" ", "").length - 12;
    expect(shingles / codes.length).to.be.within(14, 20);
    expect([...codes]).to.deep.equal([...new Set(codes)].sort((a, b) => a - b));
    expect(excerptCodesV0("too short")).to.have.length(0);
    expect(excerptCodesV0("just enough of it")).to.have.length(1);
    expect(excerptOverlap(new Uint32Array(), codes)).to.equal(0);
  });
});
