/**
 * Steady-state gas of each journey: every account and slot that a first time fills is filled. One call per transaction, ERC-20
 * payment, royalties on; `gasUsed` of receipts.
 */
import { COIN, deployHouse, deployToken, freeLicense, type House, newWork, offerOf, remixTerms } from "./house.ts";
import { ethers, loadFixture } from "./network.ts";
import { newJob, OUTPUT, PRICE, RECEIPT, readyMarket } from "./ready-market.ts";

const HOPS = 8;

type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;

async function gasOf(sent: Sent): Promise<number> {
  const receipt = await (await sent).wait();
  if (!receipt) throw new Error("a transaction has no receipt");
  return Number(receipt.gasUsed);
}

/** Gas of the second time. */
async function second(act: (round: number) => Sent): Promise<number> {
  await (await act(1)).wait();
  return await gasOf(act(2));
}

/** Gas by journey, in the order in which docs/contracts.md lists them. */
export async function measureGas(): Promise<Record<string, number>> {
  return {
    ...(await measureWorks(await loadFixture(deployHouse))),
    ...(await measureJobs(await loadFixture(readyMarket))),
  };
}

async function measureWorks(house: House): Promise<Record<string, number>> {
  const { works, licenses, ledger, alice, bob, carol } = house;
  const rows: Record<string, number> = {};
  const token = await deployToken("PlainToken", [bob], [house.addresses.RoyaltyLedger]);
  const currency = await token.getAddress();
  rows.register = await second((i) => works.connect(alice).register(newWork(`register ${i}`)));
  rows.publish = await second((i) =>
    licenses.connect(alice).publish(newWork(`publish ${i}`), remixTerms(10_000), offerOf(100n, currency)),
  );
  const offered = await licenses.totalOffers();
  rows.buyLicense = await second(() => licenses.connect(bob).buy(offered, bob.address, 100n));
  await licenses.connect(alice).setOffer(1n, remixTerms(10_000), offerOf(100n));
  const inCoin = await licenses.totalOffers();
  rows.buyLicenseCoin = await second(() => licenses.connect(bob).buy(inCoin, bob.address, 100n, { value: 100n }));

  const held: bigint[] = [];
  for (const parent of [1n, 1n, 1n, 2n, 1n, 2n]) held.push(await freeLicense(house, parent, 1000, carol));
  rows.registerDerivative = await second((i) =>
    works.connect(carol).registerDerivative(newWork(`one ${i}`), [held[i - 1]]),
  );
  rows.registerDerivative2Parents = await second((i) =>
    works.connect(carol).registerDerivative(newWork(`two ${i}`), [held[2 * i], held[2 * i + 1]]),
  );
  rows.publishDerivative = await second((i) =>
    licenses
      .connect(bob)
      .publishDerivative(newWork(`derive ${i}`), [], [offered], remixTerms(10_000), offerOf(100n, currency)),
  );

  let leaf = 1n;
  for (let hop = 1; hop <= HOPS; ++hop) {
    const license = await freeLicense(house, leaf, 1000, carol);
    await works.connect(carol).registerDerivative(newWork(`hop ${hop}`), [license]);
    leaf = await works.totalWorks();
  }
  const pay = () => ledger.connect(bob).pay(leaf, currency, 10_000n);
  rows.payRoyalty = await second(pay);
  rows.payRoyaltyCoin = await second(() => ledger.connect(bob).pay(leaf, COIN, 10_000n, { value: 10_000n }));
  const path8 = Array<bigint>(HOPS).fill(0n);
  await ledger.pullPath(leaf, path8, currency);
  await pay();
  rows.pullEdge = await gasOf(ledger.pull(leaf, 0n, currency));
  await ledger.pullPath(leaf, path8, currency);
  await pay();
  rows.pullPath8 = await gasOf(ledger.pullPath(leaf, path8, currency));
  await ledger.claim(leaf, currency);
  await pay();
  rows.claim = await gasOf(ledger.claim(leaf, currency));
  return rows;
}

async function measureJobs({ house }: Awaited<ReturnType<typeof readyMarket>>): Promise<Record<string, number>> {
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
    vouchers.connect(operator).redeem(...(await signedVoucher({ house }, amount, { currency })));
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

/** The largest runtime code of the set, in bytes. */
export async function maxRuntimeSize(house: House): Promise<number> {
  const codes = await Promise.all(Object.values(house.addresses).map((address) => ethers.provider.getCode(address)));
  return Math.max(...codes.map((code) => (code.length - 2) / 2));
}
