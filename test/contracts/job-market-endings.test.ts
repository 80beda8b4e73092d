import { expect } from "chai";
import { COIN, DAY, deployPuppet, deployToken, MINIMUM_STAKE } from "./house.ts";
import { ethers, loadFixture, time } from "./network.ts";
import {
  SPEC,
  STAKE,
  PRICE,
  LOCKED,
  Status,
  readyMarket,
  newJob,
  post,
  accepted,
  submitted,
  disputed,
  timeOut,
  credits,
} from "./ready-market.ts";

const POSTING_FEE = PRICE / 1000n;
const RIGHT = 1n;
const WRONG = 2n;

describe("JobMarket: how a job ends otherwise", () => {
  describe("cancel", () => {
    it("gives the price back before anyone accepted", async () => {
      const { house, market, requester, operator, rewards } = await loadFixture(readyMarket);
      const id = await post(house);
      await expect(market.connect(operator).cancel(id))
        .to.be.revertedWithCustomError(market, "JobMarketNotRequester")
        .withArgs(id, operator.address);
      const call = market.connect(requester).cancel(id);
      await expect(call)
        .to.emit(market, "JobRefunded")
        .withArgs(id, requester.address, PRICE - POSTING_FEE, 0n);
      await expect(call)
        .to.emit(market, "Credited")
        .withArgs(requester.address, COIN, PRICE - POSTING_FEE, id);
      expect(await market.creditOf(rewards, COIN)).to.equal(POSTING_FEE);
      expect((await market.jobOf(id)).status).to.equal(Status.Refunded);
      await expect(market.connect(requester).withdraw(COIN)).to.changeEtherBalances(
        ethers,
        [requester],
        [PRICE - POSTING_FEE],
      );
      const taken = await accepted(house);
      await expect(market.connect(requester).cancel(taken))
        .to.be.revertedWithCustomError(market, "JobMarketWrongStatus")
        .withArgs(taken, Status.Accepted);
    });
  });

  describe("dispute", () => {
    it("goes to the arbitrator within the review window", async () => {
      const { house, market, requester, operator } = await loadFixture(readyMarket);
      const id = await submitted(house);
      await expect(market.connect(operator).dispute(id, SPEC))
        .to.be.revertedWithCustomError(market, "JobMarketNotRequester")
        .withArgs(id, operator.address);
      const call = market.connect(requester).dispute(id, ethers.id("reason"));
      await call;
      const deadline = BigInt((await time.latest()) + 30 * DAY);
      await expect(call).to.emit(market, "JobDisputed").withArgs(id, ethers.id("reason"), deadline);
      const job = await market.jobOf(id);
      expect([job.status, job.deadline, job.lockedStake]).to.deep.equal([Status.Disputed, deadline, LOCKED]);

      const late = await submitted(house);
      const end = (await market.jobOf(late)).deadline;
      await time.setNextBlockTimestamp(end + 1n);
      await expect(market.connect(requester).dispute(late, SPEC))
        .to.be.revertedWithCustomError(market, "JobMarketDeadlinePassed")
        .withArgs(late, end);
    });

    it("won by the operator settles as if the requester had", async () => {
      const { house, market, arbitrator } = await loadFixture(readyMarket);
      await disputed(house);
      await expect(arbitrator.giveRuling(0n, RIGHT)).to.emit(market, "JobSettled");
      expect(await credits(house)).to.deep.equal({ requester: 0n, operator: 750_000n, alice: 0n });
    });

    it("won by the requester refunds and hands over the locked stake", async () => {
      const { house, market, operators, arbitrator, requester, operator } = await loadFixture(readyMarket);
      const id = await disputed(house);
      const call = arbitrator.giveRuling(0n, WRONG);
      await expect(call).to.emit(market, "JobRefunded").withArgs(id, requester.address, PRICE, LOCKED);
      await expect(call).to.emit(operators, "Slashed").withArgs(operator.address, LOCKED, requester.address);
      expect(await credits(house)).to.deep.equal({ requester: PRICE + LOCKED, operator: 0n, alice: 0n });
    });

    it("is ruled by the arbitrator only, once, in time", async () => {
      const { house, market, checks, arbitrator, requester } = await loadFixture(readyMarket);
      const id = await disputed(house);
      await expect(checks.connect(requester).rule(0n, WRONG))
        .to.be.revertedWithCustomError(checks, "JobChecksNotArbitrator")
        .withArgs(requester.address);
      await expect(market.connect(requester).endCheck(id, 0n, []))
        .to.be.revertedWithCustomError(market, "JobMarketNotChecks")
        .withArgs(requester.address);
      const { deadline } = await market.jobOf(id);
      await time.setNextBlockTimestamp(deadline + 1n);
      await arbitrator.giveRuling(0n, WRONG);
      expect((await market.jobOf(id)).status).to.equal(Status.Disputed);
      const next = await disputed(house);
      await arbitrator.giveRuling(1n, RIGHT);
      await arbitrator.giveRuling(1n, WRONG);
      expect((await market.jobOf(next)).status).to.equal(Status.Settled);
      expect((await credits(house)).requester).to.equal(0n);
    });

    it("costs the requester what the arbitrator asks, and no more", async () => {
      const { house, market, checks, arbitrator, requester } = await loadFixture(readyMarket);
      await arbitrator.setCost(500n);
      const id = await submitted(house);
      await expect(market.connect(requester).dispute(id, SPEC, { value: 499n }))
        .to.be.revertedWithCustomError(checks, "JobChecksWrongValue")
        .withArgs(500n, 499n);
      await expect(market.connect(requester).dispute(id, SPEC, { value: 507n })).to.changeEtherBalances(
        ethers,
        [requester, checks, arbitrator],
        [-507n, 7n, 500n],
      );
      expect(await checks.creditOf(requester.address)).to.equal(7n);
    });
  });

  describe("poke, by anyone, after the deadline", () => {
    it("refunds a job that nobody accepted", async () => {
      const { house, market, dave, requester } = await loadFixture(readyMarket);
      const id = await post(house);
      await timeOut(house, id);
      await expect(market.connect(dave).poke(id))
        .to.emit(market, "JobRefunded")
        .withArgs(id, requester.address, PRICE - POSTING_FEE, 0n);
      expect(await credits(house)).to.deep.equal({ requester: PRICE - POSTING_FEE, operator: 0n, alice: 0n });
      expect(await market.creditOf(dave.address, COIN)).to.equal(POSTING_FEE);
    });

    it("refunds and slashes when the operator submitted nothing", async () => {
      const { house, market, operators, dave, requester, operator, addresses, rewards } =
        await loadFixture(readyMarket);
      const id = await accepted(house);
      await timeOut(house, id);
      const call = market.connect(dave).poke(id);
      await expect(call).to.changeEtherBalances(
        ethers,
        [addresses.OperatorRegistry, addresses.JobMarket],
        [-LOCKED, LOCKED],
      );
      await expect(call).to.emit(market, "JobRefunded").withArgs(id, requester.address, PRICE, LOCKED);
      expect(await credits(house)).to.deep.equal({ requester: PRICE + LOCKED / 2n, operator: 0n, alice: 0n });
      expect(await market.creditOf(dave.address, COIN)).to.equal(LOCKED / 20n);
      expect(await market.creditOf(rewards, COIN)).to.equal(LOCKED / 2n - LOCKED / 20n);
      const stored = await operators.operatorOf(operator.address);
      expect([stored.stake, stored.locked, stored.done, stored.failed]).to.deep.equal([STAKE - LOCKED, 0n, 0n, 1n]);
    });

    it("hands over slashed coin also when the price was a token", async () => {
      const { house, market, requester, addresses } = await loadFixture(readyMarket);
      const token = await deployToken("PlainToken", [requester], [addresses.JobMarket]);
      const currency = await token.getAddress();
      const id = await accepted(house, { currency });
      await timeOut(house, id);
      await market.poke(id);
      expect((await credits(house, currency)).requester).to.equal(PRICE);
      expect((await credits(house)).requester).to.equal(MINIMUM_STAKE / 2n);
    });

    it("settles a submission that the requester did not look at", async () => {
      const { house, market, dave, operator } = await loadFixture(readyMarket);
      const id = await submitted(house);
      await timeOut(house, id);
      await expect(market.connect(dave).poke(id))
        .to.emit(market, "JobSettled")
        .withArgs(id, operator.address, 750_000n, 250_000n);
    });

    it("splits a dispute that nobody ruled, and slashes nobody", async () => {
      const { house, market, operators, checks, dave, operator } = await loadFixture(readyMarket);
      const id = await disputed(house, { price: 1_000_001n });
      await timeOut(house, id);
      await expect(market.connect(dave).poke(id))
        .to.be.revertedWithCustomError(market, "JobMarketNothingDue")
        .withArgs(id);
      await expect(checks.connect(dave).close(id)).to.emit(market, "JobSplit").withArgs(id, 500_001n, 500_000n);
      expect(await credits(house)).to.deep.equal({ requester: 500_001n, operator: 500_000n, alice: 0n });
      const stored = await operators.operatorOf(operator.address);
      expect([stored.stake, stored.locked, stored.done, stored.failed]).to.deep.equal([STAKE, 0n, 0n, 0n]);
      expect((await market.jobOf(id)).status).to.equal(Status.Split);
    });

    it("does nothing before the deadline, in its last second, or to a job that has ended", async () => {
      const { house, market, requester } = await loadFixture(readyMarket);
      for (const make of [post, accepted, submitted]) {
        const id = await make(house);
        await expect(market.poke(id)).to.be.revertedWithCustomError(market, "JobMarketNothingDue").withArgs(id);
        await time.setNextBlockTimestamp((await market.jobOf(id)).deadline);
        await expect(market.poke(id)).to.be.revertedWithCustomError(market, "JobMarketNothingDue").withArgs(id);
        await timeOut(house, id);
        await market.poke(id);
        await expect(market.poke(id)).to.be.revertedWithCustomError(market, "JobMarketNothingDue").withArgs(id);
      }
      await expect(market.poke(99n)).to.be.revertedWithCustomError(market, "JobMarketUnknownJob").withArgs(99n);
      expect(await market.creditOf(requester.address, COIN)).to.be.greaterThan(0n);
    });
  });

  describe("withdraw", () => {
    it("pays what is owed once, to the caller or where he says", async () => {
      const { house, market, requester, operator, dave } = await loadFixture(readyMarket);
      await market.connect(requester).settle(await submitted(house));
      const call = market.connect(operator).withdrawTo(COIN, dave.address);
      await expect(call).to.changeEtherBalances(ethers, [dave, market], [750_000n, -750_000n]);
      await expect(call).to.emit(market, "Withdrawn").withArgs(operator.address, COIN, dave.address, 750_000n);
      expect(await market.creditOf(operator.address, COIN)).to.equal(0n);
      await expect(market.connect(operator).withdraw(COIN)).not.to.emit(market, "Withdrawn");
      await expect(market.connect(dave).withdraw(COIN)).to.changeEtherBalances(ethers, [dave], [0n]);
    });

    it("keeps the credit of an account that can't take coin", async () => {
      const { market } = await loadFixture(readyMarket);
      const puppet = await deployPuppet();
      const act = (name: string, args: unknown[], value = 0n) =>
        puppet.act(market.getAddress(), value, market.interface.encodeFunctionData(name, args), { value });
      await act("post", [newJob()], PRICE);
      await act("cancel", [1n]);
      await expect(act("withdraw", [COIN]))
        .to.be.revertedWithCustomError(market, "JobMarketTransferFailed")
        .withArgs(await puppet.getAddress());
      expect(await market.creditOf(await puppet.getAddress(), COIN)).to.equal(PRICE - POSTING_FEE);
    });

    it("can't be entered again by the receiver", async () => {
      const { house, market, requester } = await loadFixture(readyMarket);
      const puppet = await deployPuppet();
      await puppet.setTakesCoin(true);
      const encode = (name: string, args: unknown[]) => market.interface.encodeFunctionData(name, args);
      await puppet.act(market.getAddress(), PRICE, encode("post", [newJob()]), { value: PRICE });
      await puppet.act(market.getAddress(), 0n, encode("cancel", [1n]));
      await market.connect(requester).cancel(await post(house));
      await puppet.arm(market.getAddress(), encode("withdraw", [COIN]));
      await puppet.act(market.getAddress(), 0n, encode("withdraw", [COIN]));
      expect(await puppet.succeeded()).to.equal(false);
      expect(await ethers.provider.getBalance(puppet.getAddress())).to.equal(PRICE - POSTING_FEE);
      expect(await ethers.provider.getBalance(market.getAddress())).to.equal(PRICE + POSTING_FEE);
    });

    it("takes coin from nobody but the operator registry", async () => {
      const { market, dave } = await loadFixture(readyMarket);
      await expect(dave.sendTransaction({ to: market.getAddress(), value: 5n }))
        .to.be.revertedWithCustomError(market, "JobMarketWrongValue")
        .withArgs(0n, 5n);
    });
  });
});
