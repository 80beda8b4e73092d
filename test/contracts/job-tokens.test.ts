import { expect } from "chai";
import { COIN, deployToken, type TokenContract } from "./house.ts";
import { ethers, loadFixture, networkHelpers, time } from "./network.ts";
import { draw, readyChecks, refused, tally, vote } from "./ready-checks.ts";
import {
  credits,
  newJob,
  OUTPUT,
  PRICE,
  post,
  RECEIPT,
  readyMarket,
  STAKE,
  Status,
  submitted,
} from "./ready-market.ts";

const GAS_AT_CAPS = 5_000_000n;

async function gasOf(sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<bigint> {
  return (await (await sent).wait())?.gasUsed ?? 0n;
}

describe("JobMarket: balances, tokens of every habit, callers who come back, and caps", () => {
  it("takes from the balance first and only the rest from the caller", async () => {
    const { market, requester, addresses } = await loadFixture(readyMarket);
    const token = await deployToken("PlainToken", [requester], [addresses.JobMarket]);
    const currency = await token.getAddress();
    await expect(market.connect(requester).deposit(currency, 300n))
      .to.emit(market, "Deposited")
      .withArgs(requester.address, currency, 300n);
    const before: bigint = await token.balanceOf(requester.address);
    await market.connect(requester).post(newJob({ currency }));
    expect(before - (await token.balanceOf(requester.address))).to.equal(PRICE - 300n);
    expect(await market.creditOf(requester.address, currency)).to.equal(0n);
    await market.connect(requester).deposit(COIN, 300n, { value: 300n });
    await expect(market.connect(requester).post(newJob(), { value: PRICE - 301n }))
      .to.be.revertedWithCustomError(market, "JobMarketWrongValue")
      .withArgs(PRICE - 300n, PRICE - 301n);
    await market.connect(requester).post(newJob(), { value: PRICE - 200n });
    expect(await market.creditOf(requester.address, COIN)).to.equal(100n);
    await expect(market.connect(requester).post(newJob(), { value: PRICE + 50n }))
      .to.emit(market, "Deposited")
      .withArgs(requester.address, COIN, 50n);
    expect(await market.creditOf(requester.address, COIN)).to.equal(150n);
    await expect(market.connect(requester).post(newJob({ currency }), { value: 1n }))
      .to.be.revertedWithCustomError(market, "JobMarketWrongValue")
      .withArgs(0n, 1n);
    await expect(market.connect(requester).deposit(COIN, 2n, { value: 1n }))
      .to.be.revertedWithCustomError(market, "JobMarketWrongValue")
      .withArgs(2n, 1n);
  });

  it("pays the protocol its share and a referrer half of it, at most 5 %, fixed when the job is posted", async () => {
    const { house, authority, market, deployer, requester, dave, rewards } = await loadFixture(readyMarket);
    const set = async (share: number) => {
      const data = market.interface.encodeFunctionData("setProtocolShare", [share]);
      await authority.connect(deployer).schedule(market.getAddress(), data, 0);
      await time.increase(8 * 86_400);
      return authority.connect(deployer).execute(market.getAddress(), data);
    };
    await expect(market.connect(dave).setProtocolShare(1)).to.be.revertedWithCustomError(
      market,
      "AccessManagedUnauthorized",
    );
    const free = await submitted(house);
    await expect(set(50_001)).to.be.revertedWithCustomError(market, "JobMarketShareTooHigh").withArgs(50_001n);
    await set(50_000);
    const alone = await submitted(house);
    const brought = await submitted(house, { referrer: dave.address });
    await market.connect(requester).settleMany([alone, brought]);
    expect(await market.creditOf(rewards, COIN)).to.equal(75_000n);
    expect(await market.creditOf(dave.address, COIN)).to.equal(25_000n);
    expect((await credits(house)).operator).to.equal(1_400_000n);
    expect((await market.jobOf(free)).protocolShare).to.equal(0n);
  });

  it("settles in tokens of 0, 6 and 27 decimals, of 96 bits, and that return nothing", async () => {
    const { house, market, ledger, requester, operator, addresses, model } = await loadFixture(readyMarket);
    const tokens: TokenContract[] = [];
    for (const name of ["Uint96Token", "NoReturnToken"]) {
      tokens.push(await deployToken(name, [requester], [addresses.JobMarket]));
    }
    for (const decimals of [0, 6, 27]) {
      const token = (await ethers.deployContract("DecimalsToken", [decimals])) as unknown as TokenContract;
      await token.mint(requester.address, 10n ** 28n);
      await token.connect(requester).approve(addresses.JobMarket, ethers.MaxUint256);
      tokens.push(token);
    }
    for (const token of tokens) {
      const currency = await token.getAddress();
      for (const price of [1n, 3n, 10n ** 20n]) {
        await market.connect(requester).settle(await submitted(house, { currency, price }));
      }
      await market.connect(operator).withdraw(currency);
      const part = 10n ** 20n / 4n;
      expect(await ledger.claimable(model, currency)).to.equal(part);
      expect(await token.balanceOf(operator.address)).to.equal(10n ** 20n + 4n - part);
      expect(await token.balanceOf(addresses.JobMarket)).to.equal(0n);
    }
  });

  it("believes no token that says false, and credits of a deposit what arrives", async () => {
    const { market, requester, addresses } = await loadFixture(readyMarket);
    const lying = await deployToken("FalseToken", [requester], [addresses.JobMarket]);
    const currency = await lying.getAddress();
    await (lying as unknown as { setFailing(value: boolean): Promise<unknown> }).setFailing(true);
    await expect(market.connect(requester).post(newJob({ currency }))).to.be.revertedWithCustomError(
      market,
      "SafeERC20FailedOperation",
    );
    await expect(market.connect(requester).deposit(currency, 5n)).to.be.revertedWithCustomError(
      market,
      "SafeERC20FailedOperation",
    );
    const fee = await deployToken("FeeToken", [requester], [addresses.JobMarket]);
    const kept = await fee.getAddress();
    await market.connect(requester).deposit(kept, 1_000n);
    expect(await market.creditOf(requester.address, kept)).to.equal(970n);
    await market.connect(requester).post(newJob({ currency: kept, price: 970n }));
    expect(await market.creditOf(requester.address, kept)).to.equal(0n);
  });

  it("lets a token that shrinks by itself hurt only those who use it", async () => {
    const { house, market, requester, operator, addresses } = await loadFixture(readyMarket);
    const token = await deployToken("RebasingToken", [requester], [addresses.JobMarket]);
    const currency = await token.getAddress();
    const inToken = await submitted(house, { currency });
    const inCoin = await submitted(house);
    await (token as unknown as { rebase(index: number): Promise<unknown> }).rebase(500_000);
    await market.connect(requester).settleMany([inToken, inCoin]);
    expect((await market.jobOf(inToken)).status).to.equal(Status.Settled);
    await expect(market.connect(operator).withdraw(currency)).to.be.revertedWithPanic(0x11);
    await expect(market.connect(operator).withdraw(COIN)).to.changeEtherBalances(ethers, [operator], [750_000n]);
  });

  it("can't be entered again from a token's transfer, and what it says meanwhile holds", async () => {
    const { house, market, requester, addresses } = await loadFixture(readyMarket);
    const other = await submitted(house);
    const token = await deployToken("ReentrantToken", [requester], [addresses.JobMarket]);
    const currency = await token.getAddress();
    const attacks = [
      market.interface.encodeFunctionData("deposit", [COIN, 0n]),
      market.interface.encodeFunctionData("withdraw", [COIN]),
      market.interface.encodeFunctionData("settle", [other]),
      market.interface.encodeFunctionData("poke", [other]),
    ];
    for (const attack of attacks) {
      await token.arm(addresses.JobMarket, attack);
      await market.connect(requester).deposit(currency, 10n);
      expect(await token.succeeded()).to.equal(false);
      expect(await token.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
    }
    // While the market takes a deposit, nobody sees a balance that isn't there yet.
    await token.arm(
      addresses.JobMarket,
      market.interface.encodeFunctionData("creditOf", [requester.address, currency]),
    );
    await market.connect(requester).deposit(currency, 7n);
    expect(await token.succeeded()).to.equal(true);
    expect(BigInt(await token.answer())).to.equal(40n);
    expect(await market.creditOf(requester.address, currency)).to.equal(47n);
    // While it pays one out, the balance is gone already.
    await token.arm(
      addresses.JobMarket,
      market.interface.encodeFunctionData("creditOf", [requester.address, currency]),
    );
    await market.connect(requester).withdraw(currency);
    expect(BigInt(await token.answer())).to.equal(0n);
  });

  it("pays jobs in a row together, and any mix to the unit", async () => {
    const { house, market, operators, ledger, requester, operator, carol, addresses, model } =
      await loadFixture(readyMarket);
    await operators.connect(carol).register(OUTPUT, { value: STAKE });
    const token = await deployToken("PlainToken", [requester], [addresses.JobMarket]);
    const currency = await token.getAddress();
    const done = async (by: typeof operator, fields: Parameters<typeof newJob>[0]) => {
      const id = await post(house, fields);
      await market.connect(by).accept(id);
      await market.connect(by).submit(id, OUTPUT, RECEIPT);
      return id;
    };
    const ids: bigint[] = [];
    for (const [by, fields] of [
      [operator, { price: 1001n }],
      [operator, { price: 1003n, reviewWithin: 500 }],
      [carol, { price: 1005n }],
      [carol, { price: 1007n, currency }],
      [operator, { price: 1009n, currency }],
      [operator, { price: 1011n, verification: 1 }],
    ] as const) {
      ids.push(await done(by, fields));
    }
    const receipt = await (await market.connect(requester).settleMany(ids)).wait();
    const credited = receipt?.logs.filter(
      (log: { topics: readonly string[] }) => log.topics[0] === market.interface.getEvent("Credited")?.topicHash,
    );
    const paid = receipt?.logs.filter((log: { address: string }) => log.address === addresses.RoyaltyLedger);
    // Operators: coin, coin, token, token, coin; the requester's check fee. The model: coin, token, coin.
    expect([credited?.length, paid?.length]).to.deep.equal([6, 3]);
    expect(await market.creditOf(operator.address, COIN)).to.equal(1001n - 250n + 1003n - 250n + 1011n - 252n);
    expect(await market.creditOf(carol.address, COIN)).to.equal(1005n - 251n);
    expect(await market.creditOf(carol.address, currency)).to.equal(1007n - 251n);
    expect(await market.creditOf(operator.address, currency)).to.equal(1009n - 252n);
    expect(await market.creditOf(requester.address, COIN)).to.equal((1011n * 3n) / 2n);
    expect(await ledger.claimable(model, COIN)).to.equal(250n + 250n + 251n + 252n);
    expect(await ledger.claimable(model, currency)).to.equal(251n + 252n);
    for (const { address } of [operator, carol]) expect((await operators.operatorOf(address)).locked).to.equal(0n);
    expect((await operators.operatorOf(operator.address)).done).to.equal(4n);
  });

  it("stays under five million gas at every cap: 64 jobs settled, the dearest draw and count", async () => {
    const house = await loadFixture(readyChecks);
    const { market, operators, requester, checks } = house;
    const token = await deployToken("PlainToken", [requester], [house.addresses.JobMarket]);
    const ids: bigint[] = [];
    // Two currencies in turn: nothing can be paid together.
    await operators.connect(house.operator).addStake({ value: 100n * STAKE });
    for (let i = 0; i < 64; ++i) {
      ids.push(
        await submitted(house, { currency: i % 2 === 0 ? COIN : await token.getAddress(), reviewWithin: 86_400 }),
      );
    }
    const settling = await gasOf(market.connect(requester).settleMany(ids));
    if (process.env.SHOW_GAS) console.log("64 jobs in two currencies in turn", settling);
    const id = await refused(house);
    await networkHelpers.mine(3);
    const first = await gasOf(checks.draw(id));
    await vote(house, id, ["absent", "absent", "absent"]);
    const count = await gasOf(tally(house, id));
    await networkHelpers.mine(3);
    const second = await gasOf(draw(house, id) as never);
    if (process.env.SHOW_GAS) console.log("draw, count, second draw", first, count, second);
    for (const gas of [settling, first, count, second]) expect(gas < GAS_AT_CAPS, String(gas)).to.equal(true);
  });
});
