import { expect } from "chai";
import { asHouse } from "./compute-house.ts";
import { COIN, DAY, deployPuppet, deployToken, freeLicense, MINIMUM_STAKE, newWork, registerRoot } from "./house.ts";
import { ethers, loadFixture, time } from "./network.ts";
import {
  SPEC,
  OUTPUT,
  RECEIPT,
  STAKE,
  PRICE,
  LOCKED,
  SHARE,
  Status,
  readyMarket,
  newJob,
  post,
  accepted,
  submitted,
  credits,
} from "./ready-market.ts";

describe("JobMarket", () => {
  describe("post", () => {
    it("escrows the price and keeps the terms of the job", async () => {
      const { house, market, requester, addresses, model } = await loadFixture(readyMarket);
      const call = market.connect(requester).post(newJob(), { value: PRICE });
      await expect(call).to.changeEtherBalances(ethers, [requester, addresses.JobMarket], [-PRICE, PRICE]);
      const deadline = BigInt(await time.latest()) + 600n;
      await expect(call)
        .to.emit(market, "JobPosted")
        .withArgs(1n, requester.address, model, ethers.ZeroAddress, COIN, PRICE, SHARE, SPEC, 0n, deadline, PRICE, 0n);
      expect((await market.jobOf(1n)).toObject()).to.deep.equal({
        requester: requester.address,
        operator: ethers.ZeroAddress,
        currency: COIN,
        price: PRICE,
        modelWork: model,
        modelShare: BigInt(SHARE),
        verification: 0n,
        status: Status.Posted,
        deadline,
        submitWithin: 300n,
        reviewWithin: 120n,
        lockedStake: 0n,
        specDigest: SPEC,
        resultDigest: ethers.ZeroHash,
        protocolShare: 0n,
        tier: 0n,
        checkFee: 0n,
        referrer: ethers.ZeroAddress,
      });
      expect(await house.market.totalJobs()).to.equal(1n);
    });

    it("takes tokens, and refuses those that keep a fee", async () => {
      const { house, market, requester, addresses } = await loadFixture(readyMarket);
      for (const name of ["PlainToken", "NoReturnToken"]) {
        const token = await deployToken(name, [requester], [addresses.JobMarket]);
        await post(house, { currency: await token.getAddress() });
        expect(await token.balanceOf(addresses.JobMarket)).to.equal(PRICE);
      }
      const fee = await deployToken("FeeToken", [requester], [addresses.JobMarket]);
      await expect(market.connect(requester).post(newJob({ currency: await fee.getAddress() })))
        .to.be.revertedWithCustomError(market, "JobMarketWrongValue")
        .withArgs(PRICE, 970_000n);
    });

    it("refuses the wrong coin, a price of nothing, unknown models and unknown verification", async () => {
      const { market, requester, addresses } = await loadFixture(readyMarket);
      const own = market.connect(requester);
      const token = await deployToken("PlainToken", [requester], [addresses.JobMarket]);
      await expect(own.post(newJob(), { value: PRICE - 1n }))
        .to.be.revertedWithCustomError(market, "JobMarketWrongValue")
        .withArgs(PRICE, PRICE - 1n);
      await expect(own.post(newJob({ currency: await token.getAddress() }), { value: 1n }))
        .to.be.revertedWithCustomError(market, "JobMarketWrongValue")
        .withArgs(0n, 1n);
      await expect(own.post(newJob({ price: 0n }))).to.be.revertedWithCustomError(market, "JobMarketBadPrice");
      for (const modelWork of [0n, 2n]) {
        await expect(own.post(newJob({ modelWork }), { value: PRICE }))
          .to.be.revertedWithCustomError(market, "JobMarketUnknownModel")
          .withArgs(modelWork);
      }
      await expect(own.post(newJob({ verification: 4 }), { value: PRICE }))
        .to.be.revertedWithCustomError(market, "JobMarketBadVerification")
        .withArgs(4n);
    });

    it("wants windows of 60 s (accept) or 10 s (submit, review) to 30 days", async () => {
      const { market, requester } = await loadFixture(readyMarket);
      const own = market.connect(requester);
      const month = 30 * DAY;
      for (const [window, least] of [
        ["acceptWithin", 60],
        ["submitWithin", 10],
        ["reviewWithin", 10],
      ] as const) {
        for (const bad of [0, least - 1, month + 1]) {
          await expect(own.post(newJob({ [window]: bad }), { value: PRICE }))
            .to.be.revertedWithCustomError(market, "JobMarketBadWindow")
            .withArgs(bad);
        }
        await own.post(newJob({ [window]: least }), { value: PRICE });
        await own.post(newJob({ [window]: month }), { value: PRICE });
      }
    });

    it("fixes the model's share as it is now", async () => {
      const { house, market, alice, model } = await loadFixture(readyMarket);
      const id = await post(house);
      await expect(market.connect(alice).setModelShare(model, 0)).to.emit(market, "ModelShareSet").withArgs(model, 0n);
      expect((await market.jobOf(id)).modelShare).to.equal(BigInt(SHARE));
      expect((await market.jobOf(await post(house))).modelShare).to.equal(0n);
    });
  });

  describe("setModelShare", () => {
    it("is for the owner of a model, up to a half", async () => {
      const { house, market, works, alice, bob, model } = await loadFixture(readyMarket);
      await expect(market.connect(bob).setModelShare(model, 1))
        .to.be.revertedWithCustomError(market, "JobMarketNotModelOwner")
        .withArgs(model, bob.address);
      await expect(market.connect(alice).setModelShare(model, 500_001))
        .to.be.revertedWithCustomError(market, "JobMarketShareTooHigh")
        .withArgs(500_001n);
      await market.connect(alice).setModelShare(model, 500_000);
      expect(await market.modelShareOf(model)).to.equal(500_000n);
      const picture = await registerRoot(asHouse(house), alice, "picture");
      await expect(market.connect(alice).setModelShare(picture, 1))
        .to.be.revertedWithCustomError(market, "JobMarketUnknownModel")
        .withArgs(picture);
      await expect(market.connect(alice).setModelShare(9n, 1)).to.be.revertedWithCustomError(
        works,
        "WorkRegistryUnknownWork",
      );
    });
  });

  describe("accept", () => {
    it("locks a fifth of a coin price and starts the time to submit", async () => {
      const { house, market, operators, operator } = await loadFixture(readyMarket);
      const id = await post(house);
      const call = market.connect(operator).accept(id);
      await call;
      const deadline = BigInt(await time.latest()) + 300n;
      await expect(call).to.emit(market, "JobAccepted").withArgs(id, operator.address, deadline);
      await expect(call).to.emit(operators, "StakeLocked").withArgs(operator.address, LOCKED);
      const job = await market.jobOf(id);
      expect([job.operator, job.status, job.deadline, job.lockedStake]).to.deep.equal([
        operator.address,
        Status.Accepted,
        deadline,
        LOCKED,
      ]);
      expect(await operators.freeStake(operator.address)).to.equal(STAKE - LOCKED);
    });

    it("locks the minimum stake for a job paid in a token", async () => {
      const { house, market, operators, requester, operator, addresses } = await loadFixture(readyMarket);
      const token = await deployToken("PlainToken", [requester], [addresses.JobMarket]);
      const id = await accepted(house, { currency: await token.getAddress() });
      expect((await market.jobOf(id)).lockedStake).to.equal(MINIMUM_STAKE);
      expect(await operators.freeStake(operator.address)).to.equal(STAKE - MINIMUM_STAKE);
    });

    it("wants enough free stake", async () => {
      const { house, market, operators, operator } = await loadFixture(readyMarket);
      const id = await post(house, { price: 5n * STAKE + 5n });
      await expect(market.connect(operator).accept(id))
        .to.be.revertedWithCustomError(operators, "OperatorRegistryNotEnoughFree")
        .withArgs(STAKE, STAKE + 1n);
      await operators.connect(operator).addStake({ value: 1n });
      await market.connect(operator).accept(id);
    });

    it("is for registered operators, and for the named one when one is named", async () => {
      const { house, market, operators, operator, bob, carol } = await loadFixture(readyMarket);
      const open = await post(house);
      await expect(market.connect(bob).accept(open))
        .to.be.revertedWithCustomError(operators, "OperatorRegistryNotRegistered")
        .withArgs(bob.address);
      await operators.connect(carol).register(ethers.id("c"), { value: STAKE });
      const named = await post(house, { operator: operator.address });
      await expect(market.connect(carol).accept(named))
        .to.be.revertedWithCustomError(market, "JobMarketNotOperator")
        .withArgs(named, carol.address);
      await market.connect(operator).accept(named);
    });

    it("ends with the deadline, and happens once", async () => {
      const { house, market, operator } = await loadFixture(readyMarket);
      const id = await post(house);
      const { deadline } = await market.jobOf(id);
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(market.connect(operator).accept(id))
        .to.be.revertedWithCustomError(market, "JobMarketDeadlinePassed")
        .withArgs(id, deadline);
      const next = await post(house);
      await time.setNextBlockTimestamp((await market.jobOf(next)).deadline);
      await market.connect(operator).accept(next);
      await expect(market.connect(operator).accept(next))
        .to.be.revertedWithCustomError(market, "JobMarketWrongStatus")
        .withArgs(next, Status.Accepted);
    });
  });

  describe("submit", () => {
    it("stores hash and receipt and starts the review", async () => {
      const { house, market, operator } = await loadFixture(readyMarket);
      const id = await accepted(house);
      const call = market.connect(operator).submit(id, OUTPUT, RECEIPT);
      await call;
      const deadline = BigInt(await time.latest()) + 120n;
      await expect(call).to.emit(market, "JobSubmitted").withArgs(id, operator.address, OUTPUT, RECEIPT, deadline);
      const job = await market.jobOf(id);
      const digest = ethers.keccak256(
        ethers.AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32", "bytes32"], [SPEC, OUTPUT, RECEIPT]),
      );
      expect([job.status, job.specDigest, job.resultDigest, job.deadline, job.lockedStake]).to.deep.equal([
        Status.Submitted,
        ethers.ZeroHash,
        digest,
        deadline,
        LOCKED,
      ]);
      expect(await market.isResult(id, SPEC, OUTPUT, RECEIPT)).to.equal(true);
      expect(await market.isResult(id, SPEC, RECEIPT, OUTPUT)).to.equal(false);
    });

    it("is for the accepting operator, in time", async () => {
      const { house, market, operator, requester } = await loadFixture(readyMarket);
      const id = await accepted(house);
      await expect(market.connect(requester).submit(id, OUTPUT, RECEIPT))
        .to.be.revertedWithCustomError(market, "JobMarketNotOperator")
        .withArgs(id, requester.address);
      const { deadline } = await market.jobOf(id);
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(market.connect(operator).submit(id, OUTPUT, RECEIPT))
        .to.be.revertedWithCustomError(market, "JobMarketDeadlinePassed")
        .withArgs(id, deadline);
      const posted = await post(house);
      await expect(market.connect(operator).submit(posted, OUTPUT, RECEIPT))
        .to.be.revertedWithCustomError(market, "JobMarketWrongStatus")
        .withArgs(posted, Status.Posted);
    });
  });

  describe("settle", () => {
    it("pays operator and model to the unit, and frees the stake", async () => {
      const { house, market, operators, ledger, requester, operator, addresses, model } =
        await loadFixture(readyMarket);
      const id = await submitted(house, { price: 1_000_003n });
      const call = market.connect(requester).settle(id);
      await expect(call).to.changeEtherBalances(
        ethers,
        [addresses.JobMarket, addresses.RoyaltyLedger],
        [-250_000n, 250_000n],
      );
      await expect(call)
        .to.emit(market, "JobSettled")
        .withArgs(id, operator.address, 750_003n, 250_000n)
        .and.to.emit(market, "Credited")
        .withArgs(operator.address, COIN, 750_003n, id)
        .and.to.emit(ledger, "Paid")
        .withArgs(model, COIN, requester.address, 250_000n, 2n, id)
        .and.to.emit(operators, "StakeReleased")
        .withArgs(operator.address, 200_000n);
      expect(await credits(house)).to.deep.equal({ requester: 0n, operator: 750_003n, alice: 0n });
      expect(await ledger.claimable(model, COIN)).to.equal(250_000n);
      const stored = await operators.operatorOf(operator.address);
      expect([stored.locked, stored.done, stored.failed]).to.deep.equal([0n, 1n, 0n]);
      const job = await market.jobOf(id);
      expect([job.status, job.lockedStake]).to.deep.equal([Status.Settled, 0n]);
    });

    it("pays the model's ancestors: the data a model was trained on earns from each job", async () => {
      const { house, market, works, ledger, alice, bob, requester } = await loadFixture(readyMarket);
      const pool = await registerRoot(asHouse(house), bob, "pool", 6);
      const license = await freeLicense(asHouse(house), pool, 400_000, alice);
      await works.connect(alice).registerDerivative(newWork("trained", { kind: 5 }), [license]);
      const trained = await works.totalWorks();
      await market.connect(alice).setModelShare(trained, SHARE);
      await market.connect(requester).settle(await submitted(house, { modelWork: trained }));
      await ledger.pull(trained, 0n, COIN);
      expect(await ledger.claimable(trained, COIN)).to.equal(150_000n);
      expect(await ledger.claimable(pool, COIN)).to.equal(100_000n);
    });

    it("pays tokens through the ledger's allowance", async () => {
      const { house, market, ledger, requester, operator, addresses, model } = await loadFixture(readyMarket);
      for (const name of ["PlainToken", "NoReturnToken"]) {
        const token = await deployToken(name, [requester], [addresses.JobMarket]);
        const currency = await token.getAddress();
        await market.connect(requester).settle(await submitted(house, { currency }));
        expect(await ledger.claimable(model, currency)).to.equal(250_000n);
        await market.connect(requester).settle(await submitted(house, { currency }));
        expect(await token.balanceOf(addresses.RoyaltyLedger)).to.equal(500_000n);
        await market.connect(operator).withdraw(currency);
        expect(await token.balanceOf(operator.address)).to.equal(1_500_000n);
        expect(await token.balanceOf(addresses.JobMarket)).to.equal(0n);
      }
    });

    it("pays a model without a share nothing, and logs no payment", async () => {
      const { house, market, ledger, alice, requester, model } = await loadFixture(readyMarket);
      await market.connect(alice).setModelShare(model, 0);
      const id = await submitted(house);
      await expect(market.connect(requester).settle(id)).not.to.emit(ledger, "Paid");
      expect((await credits(house)).operator).to.equal(PRICE);
    });

    it("is for the requester, for submitted jobs", async () => {
      const { house, market, operator, requester } = await loadFixture(readyMarket);
      const id = await submitted(house);
      await expect(market.connect(operator).settle(id))
        .to.be.revertedWithCustomError(market, "JobMarketNotRequester")
        .withArgs(id, operator.address);
      await market.connect(requester).settle(id);
      await expect(market.connect(requester).settle(id))
        .to.be.revertedWithCustomError(market, "JobMarketWrongStatus")
        .withArgs(id, Status.Settled);
      await expect(market.connect(requester).settle(99n))
        .to.be.revertedWithCustomError(market, "JobMarketUnknownJob")
        .withArgs(99n);
      await expect(market.jobOf(99n)).to.be.revertedWithCustomError(market, "JobMarketUnknownJob").withArgs(99n);
    });

    it("settles many for their requester only, whatever stands before in the list", async () => {
      const { house, market, operator, requester, dave } = await loadFixture(readyMarket);
      const ids = [await submitted(house), await submitted(house)];
      for (const stranger of [operator, dave]) {
        await expect(market.connect(stranger).settleMany(ids))
          .to.be.revertedWithCustomError(market, "JobMarketNotRequester")
          .withArgs(ids[0], stranger.address);
      }
      const job = newJob();
      await market.connect(dave).post(job, { value: await market.escrowFor(job.price, job.verification) });
      const other = (await market.totalJobs()) as bigint;
      await market.connect(operator).accept(other);
      await market.connect(operator).submit(other, OUTPUT, RECEIPT);
      await expect(market.connect(requester).settleMany([...ids, other]))
        .to.be.revertedWithCustomError(market, "JobMarketNotRequester")
        .withArgs(other, requester.address);
      await market.connect(requester).settleMany(ids);
      for (const id of ids) expect((await market.jobOf(id)).status).to.equal(Status.Settled);
      expect((await market.jobOf(other)).status).to.equal(Status.Submitted);
    });

    it("remembers who brought the job", async () => {
      const { market, requester, dave } = await loadFixture(readyMarket);
      const job = newJob({ referrer: dave.address });
      await market.connect(requester).post(job, { value: await market.escrowFor(job.price, job.verification) });
      expect((await market.jobOf(await market.totalJobs())).referrer).to.equal(dave.address);
    });

    it("settles many at once, at most 64, all or none", async () => {
      const { house, market, requester } = await loadFixture(readyMarket);
      const ids = [await submitted(house), await submitted(house), await submitted(house)];
      await expect(market.connect(requester).settleMany([...ids, await accepted(house)])).to.be.revertedWithCustomError(
        market,
        "JobMarketWrongStatus",
      );
      await market.connect(requester).settleMany(ids);
      expect((await credits(house)).operator).to.equal(2_250_000n);
      await expect(market.connect(requester).settleMany(Array(65).fill(1n)))
        .to.be.revertedWithCustomError(market, "JobMarketTooManyJobs")
        .withArgs(65n);
    });

    it("keeps the model's part for its work when a token refuses the ledger: no job can hold a stake for ever", async () => {
      const { house, market, operators, ledger, requester, operator, dave, addresses, model } =
        await loadFixture(readyMarket);
      const token = await deployToken("BlockingToken", [requester], [addresses.JobMarket]);
      const currency = await token.getAddress();
      const id = await submitted(house, { currency });
      await token.setBlocked(addresses.RoyaltyLedger, true);
      await expect(market.connect(requester).settle(id))
        .to.emit(market, "ModelOwed")
        .withArgs(model, currency, 250_000n, id);
      expect(await credits(house, currency)).to.deep.equal({ requester: 0n, operator: 750_000n, alice: 0n });
      expect((await operators.operatorOf(operator.address)).locked).to.equal(0n);
      expect(await market.owedToModel(model, currency)).to.equal(250_000n);
      await expect(market.connect(dave).payModel(model, currency))
        .to.be.revertedWithCustomError(market, "JobMarketTransferFailed")
        .withArgs(addresses.RoyaltyLedger);
      await token.setBlocked(addresses.RoyaltyLedger, false);
      const call = market.connect(dave).payModel(model, currency);
      await expect(call).to.emit(market, "ModelPaid").withArgs(model, currency, 250_000n);
      await expect(call).to.emit(ledger, "Paid").withArgs(model, currency, addresses.JobMarket, 250_000n, 2n, 0n);
      expect(await market.owedToModel(model, currency)).to.equal(0n);
      expect(await ledger.claimable(model, currency)).to.equal(250_000n);
      await expect(market.connect(dave).payModel(model, currency)).not.to.emit(market, "ModelPaid");
    });

    it("can't be made to miss the ledger from inside one of the ledger's own payments", async () => {
      for (const inToken of [false, true]) {
        const { house, market, works, ledger, alice, dave, requester, addresses, model } =
          await loadFixture(readyMarket);
        const token = await deployToken("PlainToken", [requester], [addresses.JobMarket]);
        const currency = inToken ? await token.getAddress() : COIN;
        const id = await submitted(house, { currency });
        // The attacker owns a work with a unit to claim, and pokes the job when the ledger sends that unit.
        const puppet = await deployPuppet();
        await puppet.setTakesCoin(true);
        const bait = await registerRoot(asHouse(house), alice, "bait");
        await works.connect(alice).transferFrom(alice.address, await puppet.getAddress(), bait);
        await ledger.connect(dave).pay(bait, COIN, 1n, { value: 1n });
        await puppet.arm(addresses.JobMarket, market.interface.encodeFunctionData("poke", [id]));
        await time.setNextBlockTimestamp((await market.jobOf(id)).deadline + 1n);
        await ledger.connect(dave).claim(bait, COIN);
        expect(await puppet.succeeded()).to.equal(inToken);
        if (inToken) await market.connect(dave).payModel(model, currency);
        else await market.connect(dave).poke(id);
        expect(await ledger.claimable(model, currency)).to.equal(250_000n);
        expect((await credits(house, currency)).alice).to.equal(0n);
      }
    });

    it("loses nothing when a poke brings too little gas for the ledger", async () => {
      const { house, market, ledger, requester, dave, addresses, model } = await loadFixture(readyMarket);
      const token = await deployToken("PlainToken", [requester], [addresses.JobMarket]);
      const currency = await token.getAddress();
      const sum = { paid: 0n, refused: 0 };
      for (let gasLimit = 90_000n; gasLimit <= 240_000n; gasLimit += 10_000n) {
        const id = await submitted(house, { currency });
        await time.setNextBlockTimestamp((await market.jobOf(id)).deadline + 1n);
        const done = await market
          .connect(dave)
          .poke(id, { gasLimit })
          .then(() => true)
          .catch(() => false);
        if (!done) {
          sum.refused += 1;
          await market.connect(dave).poke(id);
        }
        sum.paid += 250_000n;
        const owed: bigint = await market.owedToModel(model, currency);
        expect((await ledger.claimable(model, currency)) + owed).to.equal(sum.paid);
        expect((await credits(house, currency)).alice).to.equal(0n);
      }
      expect(sum.refused).to.be.greaterThan(0);
      await market.connect(dave).payModel(model, currency);
      expect(await ledger.claimable(model, currency)).to.equal(sum.paid);
    });
  });
});
