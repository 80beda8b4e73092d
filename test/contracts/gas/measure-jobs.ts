/** Steady-state gas of jobs and vouchers. */
import { JOB_CLASS } from "../../../common/job-escrow.ts";
import { deployToken } from "../house.ts";
import { signed } from "../job-voucher.ts";
import { loadFixture } from "../network.ts";
import { newJob, OUTPUT, PRICE, RECEIPT, readyMarket } from "../ready-market.ts";
import { gasOf, second } from "./gas-of.ts";

const DEPOSIT = 1_000_000n;

/** Review class, ERC-20, the model's work is paid. */
export async function measureJobs(): Promise<Record<string, number>> {
  const { house } = await loadFixture(readyMarket);
  const { market, vouchers, requester, operator, addresses } = house;
  const token = await deployToken("PlainToken", [requester], [addresses.JobMarket, addresses.JobVouchers]);
  const currency = await token.getAddress();
  // A review job, whose escrow comes from the balance or straight from the token.
  const job = newJob({ currency, verification: JOB_CLASS.review });
  const steps = [
    () => market.connect(requester).post(job),
    (id: bigint) => market.connect(operator).accept(id),
    (id: bigint) => market.connect(operator).submit(id, OUTPUT, RECEIPT),
    (id: bigint) => market.connect(requester).settle(id),
  ];
  const lifecycle = async () => {
    const gas: number[] = [];
    const id = ((await market.totalJobs()) as bigint) + 1n;
    for (const step of steps) gas.push(await gasOf(step(id)));
    return gas;
  };
  await lifecycle();
  const direct = await lifecycle();
  // Enough for all that follow, so that the balance never falls to nothing in between.
  await market.connect(requester).deposit(currency, 100n * PRICE);
  await lifecycle();
  const [post = 0, accept = 0, submit = 0, settle = 0] = await lifecycle();
  const first = ((await market.totalJobs()) as bigint) + 1n;
  const many = Array.from({ length: 10 }, (_, i) => first + BigInt(i));
  for (const id of many) for (const step of steps.slice(0, 3)) await step(id);
  const batch = await gasOf(market.connect(requester).settleMany(many));
  await vouchers.connect(requester).deposit(operator.address, currency, 1n, DEPOSIT);
  const redeem = async (amount: bigint) =>
    vouchers.connect(operator).redeem(...(await signed(house, amount, { currency })));
  return {
    postJob: post,
    acceptJob: accept,
    submitJob: submit,
    settleJob: settle,
    jobLifecycle: post + accept + submit + settle,
    jobLifecycleDirectEscrow: direct.reduce((sum, gas) => sum + gas, 0),
    settleInBatch10PerJob: Math.round(batch / 10),
    redeemVoucher: await second((round) => redeem(BigInt(round) * 400n)),
  };
}
