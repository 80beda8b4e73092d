import { expect } from "chai";
import { type Address, zeroAddress } from "viem";
import { Prng } from "../../common/prng.ts";
import { CHECK_STAGE, JOB_STATUS } from "../../gen-node/ops/market-chain.ts";
import type { Database } from "../../indexer/db/database.ts";
import { checkTable, creditTable, jobTable } from "../../indexer/projections/jobs.ts";
import { type Anvil, startAnvilWithContracts } from "./support/anvil.ts";
import { memoryDatabase, openIndex } from "./support/index-of.ts";
import { MarketDriver } from "./support/market-driver.ts";

/** Random job histories per run, and blocks of each; a longer hunt: HISTORIES=20 SEED=mine. */
const HISTORIES = Number(process.env.HISTORIES ?? 2);
const BLOCKS = 150;
const SEED = process.env.SEED ?? "credit";

type ChainJob = { status: number; deadline: number; requester: Address; price: bigint };

describe("what the index says of jobs", function () {
  this.timeout(300_000);
  let anvil: Anvil;
  let database: Database;

  before(async function () {
    const started = await startAnvilWithContracts();
    if (!started) return this.skip();
    anvil = started;
    database = await memoryDatabase();
  });
  after(async () => {
    await database?.close();
    await anvil?.stop();
  });

  for (let history = 0; history < HISTORIES; history++) {
    it(`equals the chain's balances, states and stages after a random history (${history})`, async () => {
      const prng = new Prng(`${SEED} ${history}`);
      const driver = new MarketDriver(anvil, prng);
      await driver.send(0, "LicenseToken", "publish", [driver.newWork(), driver.terms(), driver.offer(1n)]);
      await driver.send(0, "JobMarket", "setModelShare", [1n, 100_000]);
      await anvil.mine();
      const index = await openIndex(database, anvil.deployment, anvil.url);
      for (let block = 0; block < BLOCKS; block++) {
        for (let i = 0; i < 4; i++) await driver.actOnJob();
        if (prng.below(5) === 0) await anvil.rpc("evm_increaseTime", [prng.below(4) === 0 ? 40 * 86_400 : 45]);
        await anvil.mine();
        if (prng.below(20) === 0) await index.catchUp();
      }
      // Half of the checks are brought on: some were drawn too late and are certain now.
      const total = await driver.read<bigint>("JobMarket", "totalJobs", []);
      for (const step of ["draw", "close"]) {
        for (let job = 1n; job <= total; job += 2n) await driver.send(5, "JobChecks", step, [job]);
        await anvil.rpc("evm_increaseTime", [40 * 86_400]);
        await anvil.mine();
        await anvil.mine();
      }
      await index.catchUp();

      const credits = new Map((await creditTable.selectAll(database)).map((row) => [row.account, row.amount]));
      for (let n = 0; n < 6; n++) {
        const account = driver.account(n);
        const onChain = await driver.read<bigint>("JobMarket", "creditOf", [account, zeroAddress]);
        expect(credits.get(account.toLowerCase()) ?? 0n, `balance of account ${n}`).to.equal(onChain);
      }
      const rewards = anvil.deployment.contracts.EpochRewards;
      expect(credits.get(rewards.toLowerCase()) ?? 0n, "what late operators and cancellations paid").to.equal(
        await driver.read<bigint>("JobMarket", "creditOf", [rewards, zeroAddress]),
      );

      const jobs = await jobTable.selectAll(database);
      const checks = new Map((await checkTable.selectAll(database)).map((row) => [row.job, row]));
      expect(jobs.length).to.equal(Number(total));
      const statuses = new Set<string>();
      for (const job of jobs) {
        const onChain = await driver.read<ChainJob>("JobMarket", "jobOf", [BigInt(job.id)]);
        expect(job.status, `state of job ${job.id}`).to.equal(JOB_STATUS[onChain.status]?.toLowerCase());
        expect(job.deadline, `deadline of job ${job.id}`).to.equal(onChain.deadline);
        statuses.add(job.status);
        const check = await driver.read<{ stage: number; drawBlock: number }>("JobChecks", "checkOf", [BigInt(job.id)]);
        const stage = CHECK_STAGE[check.stage]?.toLowerCase();
        expect(checks.get(job.id)?.stage ?? "none", `check of job ${job.id}`).to.equal(stage);
        expect(checks.get(job.id)?.draw_block ?? 0, `drawing block of job ${job.id}`).to.equal(check.drawBlock);
      }
      expect([...statuses], "states that the history came to").to.include.members(["settled", "refunded"]);
      expect([...checks.values()].map(({ stage }) => stage)).to.include("closed");
    });
  }
});
