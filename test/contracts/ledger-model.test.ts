import { expect } from "chai";
import { LedgerScenario, ledgerFixture } from "./model/ledger-scenario.ts";
import { loadFixture } from "./network.ts";

const STEPS = 50;
/** `npm run -s test:model` runs thousands. */
const SEEDS = [1, 2, 3, 4, 5, 6];

describe("RoyaltyLedger against a plain model of its rule", () => {
  const done = new Map<string, number>();
  for (const seed of SEEDS) {
    it(`agrees to the unit after each of ${STEPS} random steps, and at the end of all (seed ${seed})`, async () => {
      const scenario = await LedgerScenario.create(await loadFixture(ledgerFixture), seed);
      for (let step = 0; step < STEPS; ++step) {
        await scenario.step();
        await scenario.compare(`seed ${seed} step ${step}`);
      }
      await scenario.settle(`seed ${seed}`);
      for (const [name, count] of scenario.done) done.set(name, (done.get(name) ?? 0) + count);
    });
  }

  it("comes to everything that can be done, and is refused often enough to mean something", () => {
    const kinds =
      "pay pull claim claimSplit withdraw hold release addLien settleLien touch transfer changeSplit refused";
    for (const kind of kinds.split(" ")) expect(done.get(kind) ?? 0, kind).to.be.above(1);
  });
});
