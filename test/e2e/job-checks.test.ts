import { expect } from "chai";
import type { Hex } from "viem";
import { jobChecksAbi } from "../../common/abi/index.ts";
import type { Answer, Job } from "../../common/api/schemas.ts";
import { createFormat } from "../../frontend/i18n/format.ts";
import { en } from "./catalogue.ts";
import { type ChainReader, chainReader } from "./chain-reader.ts";
import { type MarketUnderTest, marketUnderTest } from "./market-under-test.ts";
import { connectWallet, writeOutcome } from "./page-actions.ts";
import { TestWallet } from "./test-wallet.ts";
import { type Visitor, Visitors } from "./visitors.ts";

const format = createFormat("en");
/** `IJobMarket.Status.Checking`. */
const CHECKING = 8;

describe("a job whose result is refused, in a browser", function () {
  const visitors = new Visitors();
  let market: MarketUnderTest;
  let chain: ChainReader;
  let requester: Visitor;
  let wallet: TestWallet;
  let jobId: string;

  before("start the market", async function () {
    this.timeout(240_000);
    market = await marketUnderTest();
    chain = chainReader(market);
    await visitors.start(market.url);
    wallet = new TestWallet(market.rpcUrl);
    await wallet.fund("2");
    requester = await visitors.enter({ wallet });
  });

  it("is posted for the sum that the page names, the checkers' part included", async () => {
    const { page } = requester;
    await requester.open("/en/create?mode=generate");
    await connectWallet(page);
    await page.locator("input[name=task][value=generate-image]").check();
    await page.getByTestId("seed").fill(`refused ${Date.now()}`);
    const said = await page.getByTestId("job-sent").innerText();
    const before = await wallet.balance;
    await page.getByTestId("generate").click();
    await page.waitForURL(/\/en\/jobs\/\d+$/);
    jobId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const { price } = await chain.job(jobId);
    const escrow = (price * 5n) / 2n;
    expect(await wallet.balance).to.equal(before - escrow - (await wallet.fees()));
    expect(said).to.equal(format.ether(escrow));
  });

  it("goes to verifiers with the requester's own words; where there are none, anybody asks the arbitrator", async () => {
    const { page } = requester;
    await page.locator("[data-testid=job-output][data-verified=true] img").waitFor();
    await page.getByTestId("refuse-result").click();
    await page.getByTestId("submit-statement").click();
    await page.getByText(en.dispute.invalid.statement(20_000)).waitFor();
    await page.getByTestId("statement").fill("This is not what I asked for.");
    await page.getByTestId("submit-statement").click();
    await page.getByTestId("check-stage").waitFor();
    expect((await chain.job(jobId)).status).to.equal(CHECKING);
    // The draw needs a block that nobody knew: two more pass, and the operator's node draws.
    for (let i = 0; i < 3; i++) await wallet.fund("0.001");
    await page.locator("[data-testid=check-stage][data-stage=stuck]").waitFor();

    const cost = await checks("arbitrationCost");
    const refer = page.getByTestId("check-refer");
    await refer.filter({ hasText: /\d/ }).waitFor();
    expect(await refer.innerText()).to.equal(en.job.appeals.refer.button(format.ether(cost)));
    const [before, sent] = [await wallet.balance, wallet.sent.length];
    await refer.click();
    await page.locator("[data-testid=check-stage][data-stage=arbitrated]").waitFor();
    expect(await wallet.balance).to.equal(before - cost - (await wallet.fees(sent)));
  });

  it("names the bond of the way to the arbitrator, and says in words that a page was behind", async () => {
    const visitor = await visitors.enter({ wallet });
    const { page } = visitor;
    // The page believes that verifiers decided against the requester.
    await page.route(`**/v1/jobs/${jobId}`, async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as Answer<Job>;
      const check = { drawBlock: 1, certain: true, deadline: 2 ** 31, verifiers: [], revealed: 0, right: true };
      const data = { ...answer.data, status: "checking", check: { ...check, stage: "decided" } };
      await route.fulfill({ response, json: { ...answer, data } });
    });
    await visitor.open("/en/network");
    await connectWallet(page);
    await page.locator(`a[href="/en/jobs/${jobId}"]`).first().click();
    const button = page.getByTestId("check-escalate");
    await button.filter({ hasText: /\d/ }).waitFor();
    const bond = await checks("escalationBond");
    expect(await button.innerText()).to.equal(en.job.appeals.escalate.button(format.ether(bond)));
    await button.click();
    expect(await writeOutcome(page.getByTestId("check-stage"))).to.deep.equal({
      phase: "reverted",
      text: en.state.labelled(en.transaction.reverted, en.refusals.contract.JobChecksWrongStage),
    });
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await visitors.leave(visitor);
  });

  const checks = (functionName: "arbitrationCost" | "escalationBond") =>
    chain.client.readContract({
      address: market.deployment.contracts.JobChecks as Hex,
      abi: jobChecksAbi,
      functionName,
    });
});
