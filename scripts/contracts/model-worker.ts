// One process of the model campaign: takes scenarios from its parent, one at a time, and says how each ended.
// started by model-campaign.ts
import { Prng } from "../../common/prng.ts";
import { MarketScenario, marketFixture } from "../../test/contracts/market/market-scenario.ts";
import { JobScenario, jobFixture } from "../../test/contracts/model/job-scenario.ts";
import { LedgerScenario, ledgerFixture } from "../../test/contracts/model/ledger-scenario.ts";
import { loadFixture } from "../../test/contracts/network.ts";
import type { Area, Outcome, Task } from "./model-campaign.ts";

/** Short and many: a scenario that starts anew meets more different worlds than one that goes on. */
const STEPS: Record<Area, number> = { ledger: 20, jobs: 36, market: 30 };

/** What a scenario is done with: the step and the comparison after it, and an end that must work out. */
type Run = { step(label: string): Promise<void>; end(label: string): Promise<void> };

const STARTS: Record<Area, (seed: number) => Promise<Run>> = {
  async ledger(seed) {
    const scenario = await LedgerScenario.create(await loadFixture(ledgerFixture), seed);
    return {
      async step(label) {
        await scenario.step();
        await scenario.compare(label);
      },
      end: (label) => scenario.settle(label),
    };
  },
  async jobs(seed) {
    const scenario = new JobScenario(await loadFixture(jobFixture), `${seed}`, new Map());
    await scenario.begin();
    return { step: () => scenario.step(), end: async () => {} };
  },
  async market(seed) {
    const scenario = await MarketScenario.create(await loadFixture(marketFixture), new Prng(seed));
    return {
      async step(label) {
        await scenario.step();
        await scenario.compare(label);
      },
      end: async (label) => scenario.expectNothingMadeOrLost(label),
    };
  },
};

process.on("message", (task: Task) => {
  void run(task).then((outcome) => process.send?.(outcome));
});

async function run({ area, seed }: Task): Promise<Outcome> {
  let step = -1;
  try {
    const scenario = await STARTS[area](seed);
    for (step = 0; step < STEPS[area]; ++step) await scenario.step(`step ${step}`);
    await scenario.end("at the end");
    return { area, seed, steps: STEPS[area] };
  } catch (error) {
    return {
      area,
      seed,
      steps: step,
      failure: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}
