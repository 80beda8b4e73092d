import { expect } from "chai";
import { deployToken } from "./house.ts";
import { loadFixture } from "./network.ts";
import { newJob, OUTPUT, RECEIPT, readyMarket } from "./ready-market.ts";

type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;

async function gasOf(sent: Sent): Promise<number> {
  const receipt = await (await sent).wait();
  if (!receipt) throw new Error("a transaction has no receipt");
  return Number(receipt.gasUsed);
}

/** Gas of each step of the second job, when every slot that a first job fills is filled. */
async function lifecycle(fromBalance: boolean) {
  const { market, requester, operator, addresses } = await loadFixture(readyMarket);
  const token = await deployToken("PlainToken", [requester], [addresses.JobMarket]);
  const job = newJob({ currency: await token.getAddress(), price: 10n ** 18n, coinRate: 10n ** 16n });
  if (fromBalance) await market.connect(requester).deposit(job.currency, 100n * job.price);
  let steps: number[] = [];
  for (const id of [1n, 2n]) {
    steps = [
      await gasOf(market.connect(requester).post(job)),
      await gasOf(market.connect(operator).accept(id)),
      await gasOf(market.connect(operator).submit(id, OUTPUT, RECEIPT)),
      await gasOf(market.connect(requester).settle(id)),
    ];
  }
  const ids = Array.from({ length: 10 }, (_, i) => BigInt(i + 3));
  for (const id of ids) {
    await market.connect(requester).post(job);
    await market.connect(operator).accept(id);
    await market.connect(operator).submit(id, OUTPUT, RECEIPT);
  }
  const batch = await gasOf(market.connect(requester).settleMany(ids));
  return { steps, total: steps.reduce((sum, gas) => sum + gas, 0), each: Math.round(batch / 10) };
}

describe("Gas of jobs, steady state, ERC-20, model's work paid", () => {
  it("from the deposit balance: at most 310,000 a job, 20,000 to settle each of ten together", async () => {
    const measured = await lifecycle(true);
    if (process.env.SHOW_GAS) console.log("from the balance", measured);
    expect(measured.total).to.be.at.most(310_000);
    expect(measured.each).to.be.at.most(20_000);
  });

  it("with the tokens taken at each posting: at most 325,000 a job", async () => {
    const measured = await lifecycle(false);
    if (process.env.SHOW_GAS) console.log("taken at posting", measured);
    expect(measured.total).to.be.at.most(325_000);
  });
});
