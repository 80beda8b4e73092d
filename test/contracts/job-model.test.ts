import { expect } from "chai";
import { JobScenario, jobFixture, type Tally } from "./model/job-scenario.ts";
import { loadFixture } from "./network.ts";

const SCENARIOS = Number(process.env.JOB_SCENARIOS ?? 6);
const STEPS = Number(process.env.JOB_STEPS ?? 60);
const SEED = process.env.JOB_SEED ?? "jobs";

describe("Jobs and a plain model of them", () => {
  it(`agree on every status, balance and refusal (${SCENARIOS} scenarios of ${STEPS} steps, seed ${SEED})`, async function () {
    this.timeout(SCENARIOS * STEPS * 2000);
    const tally: Tally = new Map();
    for (let index = 0; index < SCENARIOS; ++index) {
      const scenario = new JobScenario(await loadFixture(jobFixture), `${SEED}/${index}`, tally);
      await scenario.begin();
      for (let step = 0; step < STEPS; ++step) {
        try {
          await scenario.step();
        } catch (error) {
          (error as Error).message = `seed ${SEED}/${index}, step ${step}: ${(error as Error).message}`;
          throw error;
        }
      }
    }
    if (process.env.SHOW_STEPS) console.log(Object.fromEntries(tally));
    // Who is drawn follows from block hashes, which no seed fixes: votes are asked for by the long campaign, not here.
    for (const name of ["post", "accept", "submit", "settle", "dispute", "poke"]) {
      expect(tally.get(name)?.done ?? 0, name).to.be.greaterThan(0);
    }
  });
});
