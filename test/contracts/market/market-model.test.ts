import { expect } from "chai";
import { Prng } from "../../../common/prng.ts";
import { loadFixture } from "../network.ts";
import { MarketScenario, marketFixture } from "./market-scenario.ts";

const STEPS = 80;
/** More by MARKET_SCENARIOS, from MARKET_SEED on. */
const SCENARIOS = Number(process.env.MARKET_SCENARIOS ?? 6);
const FIRST = Number(process.env.MARKET_SEED ?? 1);

describe("Marketplace and AuctionHouse against a plain model of their rules", () => {
  const total = { done: 0, refused: 0 };
  for (let seed = FIRST; seed < FIRST + SCENARIOS; ++seed) {
    it(`agree on every balance, owner and refusal after each of ${STEPS} random steps (seed ${seed})`, async () => {
      const scenario = await MarketScenario.create(await loadFixture(marketFixture), new Prng(seed));
      for (let step = 0; step < STEPS; ++step) {
        await scenario.step();
        await scenario.compare(`seed ${seed} step ${step}`);
      }
      scenario.expectNothingMadeOrLost(`seed ${seed}`);
      total.done += scenario.steps.done;
      total.refused += scenario.steps.refused;
    });
  }

  it("does more than it refuses, and refuses enough to mean something", () => {
    expect(total.done).to.be.above(SCENARIOS * 15);
    expect(total.refused).to.be.above(SCENARIOS * 3);
  });
});
