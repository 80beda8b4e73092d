import { expect } from "chai";
import { hasCode } from "../../common/errors.ts";
import { until } from "../../scripts/journey/until.ts";

describe("waiting", () => {
  it("ends with the first answer, and with an error that says for what", async () => {
    let asked = 0;
    const third = async () => (++asked === 3 ? "yes" : null);
    expect(await until("the third", third, { within: 1_000, every: 1 })).to.equal("yes");
    const failure = await until("nothing", async () => null, { within: 5, every: 1 }).catch((error: unknown) => error);
    expect(hasCode(failure, "TIMED_OUT")).to.equal(true);
    expect((failure as Error).message).to.equal("Waited 0 s for nothing.");
  });

  it("hands a failure on at once", async () => {
    const failure = await until("a job", () => Promise.reject(new Error("refunded")), { within: 1_000 }).catch(String);
    expect(failure).to.equal("Error: refunded");
  });
});
