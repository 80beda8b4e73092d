import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { GAS_BARS, measureGas } from "./measure-gas.ts";

const SNAPSHOT = path.join(import.meta.dirname, "gas-snapshot.json");
/** How much a journey may cost more than the snapshot says. */
const TOLERANCE = 0.02;

describe("Gas", () => {
  it("of each journey is within its bar, and does not grow with depth", async () => {
    const measured = await measureGas();
    for (const [what, bar] of Object.entries(GAS_BARS)) expect(measured[what], what).to.be.within(21_000 / 2, bar);
    const { registerDerivative = 0, registerDerivativeDepth64 = Number.NaN } = measured;
    expect(registerDerivativeDepth64 / registerDerivative).to.be.within(0.98, 1.02);
  });

  it("of each journey is at most 2 % above the snapshot, and the snapshot is not stale", async () => {
    const measured = await measureGas();
    const snapshot = JSON.parse(await readFile(SNAPSHOT, "utf8")) as Record<string, number>;
    expect(Object.keys(snapshot)).to.deep.equal(Object.keys(measured));
    const wrong = Object.entries(measured).filter(([what, gas]) => {
      const said = snapshot[what] ?? 0;
      return Math.abs(gas - said) > said * TOLERANCE;
    });
    expect(wrong, "after a wanted change: npm run -s gas -- --update").to.deep.equal([]);
  });
});
