import { expect } from "chai";
import fc from "fast-check";
import { formatEther } from "viem";
import { createFormat, decimal, etherText, parseEther } from "../../frontend/i18n/format.ts";

const wei = fc.bigInt({ min: 0n, max: 10n ** 29n });

describe("amounts", () => {
  it("reads back every amount it writes, to the wei", () => {
    fc.assert(fc.property(wei, (amount) => parseEther(decimal(amount)) === amount));
  });

  it("writes amounts as viem does", () => {
    fc.assert(
      fc.property(wei, (amount) => {
        expect(decimal(amount)).to.equal(formatEther(amount));
      }),
    );
  });

  it("rounds for reading to the nearest, and never shows something as nothing", () => {
    fc.assert(
      fc.property(wei, (amount) => {
        const text = etherText(amount);
        if (text.startsWith("<")) return amount > 0n && amount < 10n ** 13n;
        const shown = parseEther(text) ?? -1n;
        const error = shown > amount ? shown - amount : amount - shown;
        return error <= 5n * 10n ** 12n && (amount === 0n) === (shown === 0n);
      }),
    );
    expect(etherText(1n)).to.equal("<0.00001");
    expect(etherText(0n)).to.equal("0");
    expect(etherText(-(10n ** 16n))).to.equal("-0.01");
  });

  it("refuses what is no amount", () => {
    for (const text of ["", ".", "-1", "1e3", "0x10", "1.0000000000000000001", "a", "1 000"]) {
      expect(parseEther(text), text).to.equal(null);
    }
    expect(parseEther(" 0,05 ")).to.equal(5n * 10n ** 16n);
    expect(parseEther(".5")).to.equal(5n * 10n ** 17n);
  });
});

describe("formats of a language", () => {
  it("tells shares, changes and distances in time", () => {
    const english = createFormat("en");
    const chinese = createFormat("zh");
    expect(english.share(100_000)).to.equal("10%");
    expect(english.share(12_500)).to.equal("1.25%");
    expect(english.change(0.4)).to.equal("+40%");
    expect(english.ago(1_000_000, 1_000_000 + 7200)).to.equal("2 hours ago");
    expect(chinese.ago(1_000_000, 1_000_000 + 3 * 86_400)).to.equal("3天前");
    expect(english.duration(31_536_000)).to.equal("1 year");
    expect(english.list(["a", "b", "c"])).to.equal("a, b, and c");
  });

  it("dates in UTC, so that server and browser agree wherever they stand", () => {
    expect(createFormat("en").date(Date.UTC(2026, 10, 23, 23, 59) / 1000)).to.equal("Nov 23, 2026");
  });

  it("keeps neighbouring ticks of an axis apart", () => {
    const english = createFormat("en");
    expect([0, 0.01, 0.015, 0.02].map((value) => english.tick(value))).to.deep.equal(["0", "0.01", "0.015", "0.02"]);
    expect(english.tick(12_000)).to.equal("12K");
  });
});
