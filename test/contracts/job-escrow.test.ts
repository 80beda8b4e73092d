import { expect } from "chai";
import { JOB_CLASS, jobEscrow } from "../../common/job-escrow.ts";
import { Prng } from "../../common/prng.ts";
import { deployHouse } from "./house.ts";
import { loadFixture } from "./network.ts";

describe("The escrow of a job", () => {
  it("is what the job market takes, for every class and price", async () => {
    const { market } = await loadFixture(deployHouse);
    const prng = new Prng("escrow");
    for (const verification of Object.values(JOB_CLASS)) {
      for (const price of [1n, 2n, 3n, ...Array.from({ length: 20 }, () => BigInt(prng.uint32()) * 1_000_003n)]) {
        expect(await market.escrowFor(price, verification), `${verification} ${price}`).to.equal(
          jobEscrow(price, verification),
        );
      }
    }
  });
});
