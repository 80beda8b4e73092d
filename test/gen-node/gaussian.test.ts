import { expect } from "chai";
import { Prng } from "../../common/prng.ts";
import { gaussian, naturalLog, normalQuantile } from "../../gen-node/engine/gaussian.ts";
import { cosTurns, sinTurns } from "../../gen-node/engine/turns.ts";

describe("numbers that every machine computes alike", () => {
  it("has quantiles as published tables give them", () => {
    // Percentage points from AS 241's own test values and standard tables.
    expect(normalQuantile(0.25)).to.be.closeTo(-0.6744897501960817, 1e-15);
    expect(normalQuantile(0.001)).to.be.closeTo(-3.090232306167814, 1e-14);
    expect(normalQuantile(0.975)).to.be.closeTo(1.959963984540054, 1e-14);
    expect(normalQuantile(1e-9)).to.be.closeTo(-5.997807015007687, 1e-12);
    expect(normalQuantile(0.5)).to.equal(0);
  });

  it("agrees with Math.log, Math.sin and Math.cos to the last digits", () => {
    const prng = new Prng("numbers");
    for (let i = 0; i < 2000; i++) {
      const x = prng.float() + 1e-12;
      expect(naturalLog(x)).to.be.closeTo(Math.log(x), 1e-14 * Math.max(1, Math.abs(Math.log(x))));
      const t = prng.range(-3, 3);
      expect(sinTurns(t)).to.be.closeTo(Math.sin(2 * Math.PI * t), 1e-9);
      expect(cosTurns(t)).to.be.closeTo(Math.cos(2 * Math.PI * t), 1e-9);
    }
    expect(() => naturalLog(0)).to.throw(RangeError);
  });

  it("draws normal numbers: moments of 200,000 draws", () => {
    const prng = new Prng("moments");
    const n = 200_000;
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = gaussian(prng);
      for (let k = 0; k < 4; k++) sums[k] = (sums[k] as number) + x ** (k + 1);
    }
    // Five standard errors of each moment.
    const [m1, m2, m3, m4] = sums.map((sum) => sum / n);
    expect(m1).to.be.closeTo(0, 5 * Math.sqrt(1 / n));
    expect(m2).to.be.closeTo(1, 5 * Math.sqrt(2 / n));
    expect(m3).to.be.closeTo(0, 5 * Math.sqrt(15 / n));
    expect(m4).to.be.closeTo(3, 5 * Math.sqrt(96 / n));
  });
});
