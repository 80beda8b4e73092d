import { expect } from "chai";
import { COIN, DAY, deployToken, MINIMUM_STAKE } from "./house.ts";
import { ethers, loadFixture, networkHelpers, time } from "./network.ts";
import {
  BOND,
  type Checked,
  closeLate,
  decided,
  draw,
  drawn,
  drawnVerifiers,
  HOUR,
  OTHER,
  PENALTY,
  readyChecks,
  refused,
  Stage,
  THIRD,
  tally,
  unreviewed,
  vote,
} from "./ready-checks.ts";
import {
  credits,
  newJob,
  OUTPUT,
  PRICE,
  post,
  RECEIPT,
  SPEC,
  STAKE,
  Status,
  submitted,
  timeOut,
} from "./ready-market.ts";

const FEE = (3n * PRICE) / 2n;
/** Twice the price, for a chance of a half, a fifth, and one. */
const LOCKED = 2n * PRICE + PRICE / 5n + 1n;
const SALT = ethers.id("salt");
/** What the committee gives an arbitrable to take its ruling. */
const RULE_GAS = 500_000n;
const BOND_TO_ESCALATE = 2n * MINIMUM_STAKE;

async function statusOf(house: Checked, id: bigint) {
  return [(await house.market.jobOf(id)).status, (await house.checks.checkOf(id)).stage];
}

describe("JobChecks", () => {
  describe("what a checked class asks of the parties", () => {
    it("escrows the verifiers' pay beside the price, and gives it back when nobody had to check", async () => {
      const { house, market, requester } = await loadFixture(readyChecks);
      expect(await market.escrowFor(PRICE, 1)).to.equal(PRICE + FEE);
      expect(await market.escrowFor(PRICE, 0)).to.equal(PRICE);
      expect(await market.escrowFor(PRICE, 3)).to.equal(PRICE);
      const id = await submitted(house, { verification: 1 });
      expect((await market.jobOf(id)).checkFee).to.equal(FEE);
      await market.connect(requester).settle(id);
      expect(await credits(house)).to.deep.equal({ requester: FEE, operator: 750_000n, alice: 0n });
    });

    it("locks so much that chance x stake is more than the price", async () => {
      const { house, market, operators, operator } = await loadFixture(readyChecks);
      const id = await submitted(house, { verification: 1 });
      expect((await market.jobOf(id)).lockedStake).to.equal(LOCKED);
      for (const [tier, chance] of [500_000n, 100_000n, 20_000n].entries()) {
        for (const price of [1n, 3n, PRICE, 10n ** 24n]) {
          const stake = await market.stakeFor(price, 10n ** 18n, 2, tier);
          expect(stake * chance > price * 1_000_000n, `tier ${tier}, price ${price}`).to.equal(true);
        }
      }
      const dear = await post(house, { verification: 1, price: STAKE / 2n });
      await expect(market.connect(operator).accept(dear)).to.be.revertedWithCustomError(
        operators,
        "OperatorRegistryNotEnoughFree",
      );
    });

    it("wants to know what a token is worth, and locks by that", async () => {
      const { market, requester } = await loadFixture(readyChecks);
      const token = await (await ethers.deployContract("PlainToken")).getAddress();
      for (const verification of [1, 2]) {
        await expect(
          market.connect(requester).post(newJob({ verification, currency: token })),
        ).to.be.revertedWithCustomError(market, "JobMarketRateNeeded");
      }
      expect(await market.stakeFor(1000n, 5n * 10n ** 17n, 1, 0)).to.equal(1000n + 100n + 1n);
      expect(await market.stakeFor(1000n, 0n, 0, 0)).to.equal(MINIMUM_STAKE);
      expect(await market.escrowFor(1000n, 0)).to.equal(1000n);
    });

    it("checks an operator who can't lock what its tier costs as one of a lower tier", async () => {
      const { house, market, operators, operator, requester } = await loadFixture(readyChecks);
      // Settled worth 1 coin: tier 1, checked in 10 %, but a lock of ten times the price.
      await operators.connect(operator).addStake({ value: ethers.parseEther("1") });
      const big = await submitted(house, { price: ethers.parseEther("1") });
      await market.connect(requester).settle(big);
      expect(await operators.tierOf(operator.address)).to.equal(1n);
      const small = await submitted(house, { verification: 1, price: ethers.parseEther("0.05") });
      expect((await market.jobOf(small)).tier).to.equal(1n);
      const larger = await submitted(house, { verification: 1, price: ethers.parseEther("0.2") });
      expect((await market.jobOf(larger)).tier).to.equal(0n);
    });
  });

  describe("the draw", () => {
    it("is by the hash of a block that nobody knew at the request, with the chance of the tier", async () => {
      const house = await loadFixture(readyChecks);
      const { checks } = house;
      const seen = new Set<boolean>();
      for (let i = 0; i < 12; ++i) {
        const id = await unreviewed(house);
        const { drawBlock, certain } = await checks.checkOf(id);
        expect(certain).to.equal(false);
        expect(drawBlock).to.equal(BigInt((await ethers.provider.getBlockNumber()) + 2));
        await expect(checks.draw(id))
          .to.be.revertedWithCustomError(checks, "JobChecksTooEarly")
          .withArgs(id, drawBlock + 1n);
        await networkHelpers.mine(3);
        const block = await ethers.provider.getBlock(Number(drawBlock));
        const seed = BigInt(
          ethers.keccak256(
            ethers.AbiCoder.defaultAbiCoder().encode(["bytes32", "uint256", "uint8"], [block?.hash, id, 0]),
          ),
        );
        const hit = seed % 1_000_000n < 500_000n;
        const call = checks.draw(id);
        if (hit) await expect(call).to.emit(checks, "CheckDrawn");
        else await expect(call).to.emit(checks, "CheckNotDrawn").withArgs(id);
        expect(await statusOf(house, id)).to.deep.equal(
          hit ? [Status.Checking, Stage.Drawn] : [Status.Settled, Stage.Closed],
        );
        seen.add(hit);
      }
      expect(seen.size).to.equal(2);
    });

    it("pays operator and model when no check is drawn, and the requester gets the verifiers' pay back", async () => {
      const house = await loadFixture(readyChecks);
      let id = await unreviewed(house);
      await draw(house, id);
      while ((await statusOf(house, id))[0] !== Status.Settled) {
        id = await unreviewed(house);
        await draw(house, id);
      }
      expect(await credits(house)).to.deep.equal({ requester: FEE, operator: 750_000n, alice: 0n });
    });

    it("becomes certain when everybody waits until the chain has forgotten the block", async () => {
      const house = await loadFixture(readyChecks);
      const { checks } = house;
      for (let i = 0; i < 6; ++i) {
        const id = await unreviewed(house);
        await networkHelpers.mine(300);
        await expect(checks.draw(id)).to.emit(checks, "CheckRequested");
        expect((await checks.checkOf(id)).certain).to.equal(true);
        await expect(draw(house, id)).to.emit(checks, "CheckDrawn");
      }
    });

    it("draws three others than requester and operator, each once, also when these are verifiers", async () => {
      const house = await loadFixture(readyChecks);
      const { operators, operator } = house;
      await operators.connect(operator).becomeVerifier(STAKE / 2n);
      for (let i = 0; i < 6; ++i) {
        const voters = (await drawnVerifiers(house, await drawn(house))).map((voter) => voter.address);
        expect(new Set(voters).size).to.equal(3);
        expect(voters).not.to.include(operator.address);
      }
    });

    it("counts as not drawn with fewer than three verifiers, but a refusing requester is heard by the arbitrator", async () => {
      const house = await loadFixture(readyChecks);
      const { checks, operators, verifiers } = house;
      const silent = await unreviewed(house);
      const refusing = await refused(house);
      for (const verifier of verifiers.slice(2)) await operators.connect(verifier).stopVerifying();
      await draw(house, silent);
      expect(await statusOf(house, silent)).to.deep.equal([Status.Settled, Stage.Closed]);
      await draw(house, refusing);
      expect(await statusOf(house, refusing)).to.deep.equal([Status.Checking, Stage.Stuck]);
      await checks.connect(house.alice).refer(refusing);
      await house.arbitrator.giveRuling(0n, 2n);
      expect(await statusOf(house, refusing)).to.deep.equal([Status.Refunded, Stage.Closed]);
    });
  });

  describe("verdicts", () => {
    it("of two of three that the result is right pay operator, model and those two", async () => {
      const house = await loadFixture(readyChecks);
      const { market, checks, operators, dave, rewards } = house;
      const id = await decided(house, [OUTPUT, OTHER, OUTPUT]);
      const [first, second, third] = await drawnVerifiers(house, id);
      expect((await checks.checkOf(id)).right).to.equal(true);
      // The last moment of the time to appeal belongs to those who may.
      const appealUntil = (await checks.checkOf(id)).deadline as bigint;
      await time.setNextBlockTimestamp(appealUntil);
      await expect(checks.connect(dave).close(id, { gasLimit: 1_000_000 }))
        .to.be.revertedWithCustomError(checks, "JobChecksTooEarly")
        .withArgs(id, appealUntil + 1n);
      await closeLate(house, id);
      expect(await statusOf(house, id)).to.deep.equal([Status.Settled, Stage.Closed]);
      const paid = async (account = first) => await market.creditOf(account?.address, COIN);
      expect([await paid(first), await paid(second), await paid(third)]).to.deep.equal([FEE / 2n, 0n, FEE / 2n]);
      expect(await credits(house)).to.deep.equal({ requester: 0n, operator: 750_000n, alice: 0n });
      expect((await operators.operatorOf(second?.address)).bond).to.equal(BOND - PENALTY);
      expect(await checks.creditOf(rewards)).to.equal(PENALTY);
    });

    it("of two of three that it is wrong refund the requester, with all the operator locked", async () => {
      const house = await loadFixture(readyChecks);
      const { market, operators, operator } = house;
      const id = await decided(house, [OTHER, OTHER, OUTPUT]);
      await closeLate(house, id);
      expect(await statusOf(house, id)).to.deep.equal([Status.Refunded, Stage.Closed]);
      expect(await credits(house)).to.deep.equal({ requester: PRICE + LOCKED, operator: 0n, alice: 0n });
      const stored = await operators.operatorOf(operator.address);
      expect([stored.stake, stored.locked, stored.failed]).to.deep.equal([STAKE - LOCKED, 0n, 1n]);
      const [first] = await drawnVerifiers(house, id);
      expect(await market.creditOf(first?.address, COIN)).to.equal(FEE / 2n);
    });

    it("in class 1 must agree on the other output; in class 2 only that the operator's is out of tolerance", async () => {
      const house = await loadFixture(readyChecks);
      const { checks } = house;
      const exact = await decided(house, [OTHER, THIRD, OUTPUT]);
      expect((await checks.checkOf(exact)).round).to.equal(1n);
      const tolerant = await decided(house, [OTHER, THIRD, OUTPUT], { verification: 2 });
      expect(await statusOf(house, tolerant)).to.deep.equal([Status.Checking, Stage.Decided]);
      expect((await checks.checkOf(tolerant)).right).to.equal(false);
    });

    it("of absent verifiers cost them, a twentieth of it for who tallies; three others are drawn, then the arbitrator waits", async () => {
      const house = await loadFixture(readyChecks);
      const { checks, operators, market, dave, rewards } = house;
      const id = await drawn(house);
      const before = (await drawnVerifiers(house, id)).map((voter) => voter.address);
      await vote(house, id, [OUTPUT, "hidden", "absent"]);
      await expect(tally(house, id)).to.emit(checks, "VerifierPenalized").withArgs(id, before[1], PENALTY, true);
      expect(await checks.creditOf(dave.address)).to.equal((2n * PENALTY) / 20n);
      expect(await checks.creditOf(rewards)).to.equal(2n * PENALTY - (2n * PENALTY) / 20n);
      expect((await operators.operatorOf(before[2])).bond).to.equal(BOND - PENALTY);
      expect(await statusOf(house, id)).to.deep.equal([Status.Checking, Stage.Requested]);
      await draw(house, id);
      const after = (await drawnVerifiers(house, id)).map((voter) => voter.address);
      expect(new Set([...before, ...after]).size).to.equal(6);
      await vote(house, id, ["absent", "absent", "absent"]);
      await tally(house, id);
      expect(await statusOf(house, id)).to.deep.equal([Status.Checking, Stage.Stuck]);
      await closeLate(house, id);
      // Nobody decided: half each. The one who worked is paid, from what the requester put in for it.
      expect(await statusOf(house, id)).to.deep.equal([Status.Split, Stage.Closed]);
      expect(await market.creditOf(before[0], COIN)).to.equal(FEE);
      expect(await credits(house)).to.deep.equal({ requester: PRICE / 2n, operator: PRICE / 2n, alice: 0n });
    });

    it("are committed and revealed by drawn verifiers, once, each in its time", async () => {
      const house = await loadFixture(readyChecks);
      const { checks, dave } = house;
      const id = await drawn(house);
      const voters = await drawnVerifiers(house, id);
      const [one, two, three] = voters as [(typeof voters)[0], (typeof voters)[0], (typeof voters)[0]];
      const commitmentOf = (voter: { address: string }) => checks.commitmentOf(id, 0, voter.address, OUTPUT, SALT);
      await expect(checks.connect(dave).commit(id, SALT))
        .to.be.revertedWithCustomError(checks, "JobChecksNotVerifier")
        .withArgs(id, dave.address);
      await expect(checks.connect(one).commit(id, ethers.ZeroHash)).to.be.revertedWithCustomError(
        checks,
        "JobChecksBadCommitment",
      );
      await checks.connect(one).commit(id, await commitmentOf(one));
      await expect(checks.connect(one).commit(id, await commitmentOf(one)))
        .to.be.revertedWithCustomError(checks, "JobChecksAlreadyCommitted")
        .withArgs(id, one.address);
      const commitUntil = (await checks.checkOf(id)).deadline as bigint;
      await expect(checks.connect(one).reveal(id, OUTPUT, SALT))
        .to.be.revertedWithCustomError(checks, "JobChecksTooEarly")
        .withArgs(id, commitUntil + 1n);
      await checks.connect(two).commit(id, await commitmentOf(two));
      await checks.connect(three).commit(id, await commitmentOf(three));
      // All are in: the reveals need not wait.
      await checks.connect(one).reveal(id, OUTPUT, SALT);
      await expect(checks.connect(one).reveal(id, OUTPUT, SALT))
        .to.be.revertedWithCustomError(checks, "JobChecksBadReveal")
        .withArgs(id, one.address);
      await expect(checks.connect(two).reveal(id, OTHER, SALT)).to.be.revertedWithCustomError(
        checks,
        "JobChecksBadReveal",
      );
      const { deadline: allCommitted } = await checks.checkOf(id);
      await expect(tally(house, id))
        .to.be.revertedWithCustomError(checks, "JobChecksTooEarly")
        .withArgs(id, allCommitted + 6n * BigInt(HOUR) + 1n);
      await expect(checks.tally(id, SPEC, OTHER, RECEIPT))
        .to.be.revertedWithCustomError(checks, "JobChecksNotResult")
        .withArgs(id);
      await time.increase(6 * HOUR);
      await expect(checks.connect(two).reveal(id, OUTPUT, SALT)).to.be.revertedWithCustomError(
        checks,
        "JobChecksTooLate",
      );
      const late = await drawn(house);
      const [voter] = await drawnVerifiers(house, late);
      await time.increase(6 * HOUR + 1);
      await expect(checks.connect(voter as (typeof voters)[0]).commit(late, SALT)).to.be.revertedWithCustomError(
        checks,
        "JobChecksTooLate",
      );
    });
  });

  describe("escalation", () => {
    it("is the loser's, with twice the larger of cost and minimum stake; confirmed, the rest is the winner's", async () => {
      const house = await loadFixture(readyChecks);
      const { checks, arbitrator, requester, operator, market } = house;
      await arbitrator.setCost(MINIMUM_STAKE / 2n);
      const id = await decided(house, [OUTPUT, OUTPUT, OUTPUT]);
      expect(await checks.escalationBond()).to.equal(BOND_TO_ESCALATE);
      await expect(checks.connect(operator).escalate(id, { value: BOND_TO_ESCALATE }))
        .to.be.revertedWithCustomError(checks, "JobChecksNotLoser")
        .withArgs(id, operator.address);
      await expect(checks.connect(requester).escalate(id, { value: BOND_TO_ESCALATE - 1n }))
        .to.be.revertedWithCustomError(checks, "JobChecksWrongValue")
        .withArgs(BOND_TO_ESCALATE, BOND_TO_ESCALATE - 1n);
      await expect(checks.connect(requester).escalate(id, { value: BOND_TO_ESCALATE + 9n })).to.changeEtherBalances(
        ethers,
        [checks, arbitrator],
        [BOND_TO_ESCALATE + 9n - MINIMUM_STAKE / 2n, MINIMUM_STAKE / 2n],
      );
      await arbitrator.giveRuling(0n, 1n);
      expect(await checks.creditOf(operator.address)).to.equal(BOND_TO_ESCALATE - MINIMUM_STAKE / 2n);
      expect(await checks.creditOf(requester.address)).to.equal(9n);
      expect((await market.jobOf(id)).status).to.equal(Status.Settled);
    });

    it("takes no coin where a check is no matter of the arbitrator yet, and can't be entered again while he is asked", async () => {
      const house = await loadFixture(readyChecks);
      const { market, checks, arbitrator, requester } = house;
      const checked = await submitted(house, { verification: 1 });
      await expect(market.connect(requester).dispute(checked, OUTPUT, { value: 1n }))
        .to.be.revertedWithCustomError(market, "JobMarketWrongValue")
        .withArgs(0n, 1n);
      const id = await decided(house, [OUTPUT, OUTPUT, OUTPUT]);
      await arbitrator.arm(await checks.getAddress(), checks.interface.encodeFunctionData("close", [id]));
      await checks.connect(requester).escalate(id, { value: BOND_TO_ESCALATE });
      expect(await arbitrator.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
    });

    it("hears a ruling in the last second of the arbitrator's time", async () => {
      const house = await loadFixture(readyChecks);
      const { checks, arbitrator, operator } = house;
      const id = await decided(house, [OTHER, OTHER, OUTPUT]);
      await checks.connect(operator).escalate(id, { value: BOND_TO_ESCALATE });
      await time.setNextBlockTimestamp((await checks.checkOf(id)).deadline as bigint);
      await arbitrator.giveRuling(0n, 1n);
      expect(await statusOf(house, id)).to.deep.equal([Status.Settled, Stage.Closed]);
    });

    it("names the parties to the arbitrator, so that neither sits on the panel and both get back what no panel earned", async () => {
      const house = await loadFixture(readyChecks);
      const { checks, arbitrator, requester, operator } = house;
      const id = await decided(house, [OUTPUT, OUTPUT, OUTPUT]);
      await checks.connect(requester).escalate(id, { value: BOND_TO_ESCALATE });
      expect(await arbitrator.extraDataOf(0n)).to.equal(
        ethers.AbiCoder.defaultAbiCoder().encode(
          ["uint256", "address", "address"],
          [3n, requester.address, operator.address],
        ),
      );
    });

    it("keeps a ruling that takes more gas than the committee gives, and anybody executes it: six verifiers, five lose", async () => {
      for (const ruling of [1n, 2n]) {
        const house = await loadFixture(readyChecks);
        const { checks, arbitrator, operator, requester } = house;
        // No two agree at first; of the second three all say the same, and all but one of the six are overruled.
        const id = await drawn(house);
        await vote(house, id, ruling === 1n ? [OUTPUT, OTHER, THIRD] : [OUTPUT, OTHER, "absent"]);
        await tally(house, id);
        await draw(house, id);
        await vote(house, id, ruling === 1n ? [OTHER, OTHER, OTHER] : [OUTPUT, OUTPUT, OUTPUT]);
        await tally(house, id);
        const loser = ruling === 1n ? operator : requester;
        await checks.connect(loser).escalate(id, { value: BOND_TO_ESCALATE });
        await arbitrator.giveRulingWithin(0n, ruling, RULE_GAS);
        expect(await statusOf(house, id)).to.deep.equal([Status.Checking, Stage.Ruled]);
        // Neither a second ruling nor time changes it.
        await arbitrator.giveRulingWithin(0n, 3n - ruling, RULE_GAS);
        await time.increase(40 * DAY);
        await checks.connect(house.dave).close(id);
        expect(await statusOf(house, id)).to.deep.equal([
          ruling === 1n ? Status.Settled : Status.Refunded,
          Stage.Closed,
        ]);
        expect(await checks.creditOf(loser.address)).to.equal(BOND_TO_ESCALATE);
        await expect(checks.close(id)).to.be.revertedWithCustomError(checks, "JobChecksWrongStage");
        await expect(checks.connect(loser).closeRuled(id)).to.be.revertedWithCustomError(
          checks,
          "JobChecksNotArbitrator",
        );
      }
    });

    it("won gives the bond back, and the verifiers who were wrong lose instead of being paid", async () => {
      const house = await loadFixture(readyChecks);
      const { checks, arbitrator, operator, market, operators } = house;
      const id = await decided(house, [OTHER, OTHER, OUTPUT]);
      await checks.connect(operator).escalate(id, { value: BOND_TO_ESCALATE });
      await arbitrator.giveRuling(0n, 1n);
      expect(await checks.creditOf(operator.address)).to.equal(BOND_TO_ESCALATE);
      expect((await credits(house)).operator).to.equal(750_000n);
      const [first, second, third] = await drawnVerifiers(house, id);
      expect((await operators.operatorOf(first?.address)).bond).to.equal(BOND - PENALTY);
      expect((await operators.operatorOf(second?.address)).bond).to.equal(BOND - PENALTY);
      expect(await market.creditOf(third?.address, COIN)).to.equal(FEE);
    });

    it("that nobody rules in 30 days, or that the arbitrator refuses, gives bonds back and splits the price", async () => {
      for (const refuses of [false, true]) {
        const house = await loadFixture(readyChecks);
        const { checks, arbitrator, operator } = house;
        const id = await decided(house, [OTHER, OTHER, OUTPUT]);
        await checks.connect(operator).escalate(id, { value: BOND_TO_ESCALATE });
        if (refuses) await arbitrator.giveRuling(0n, 0n);
        else await closeLate(house, id);
        expect(await statusOf(house, id)).to.deep.equal([Status.Split, Stage.Closed]);
        expect(await checks.creditOf(operator.address)).to.equal(BOND_TO_ESCALATE);
        expect(await credits(house)).to.deep.equal({ requester: PRICE / 2n, operator: PRICE / 2n, alice: 0n });
        await expect(checks.connect(operator).withdraw(operator.address)).to.changeEtherBalances(
          ethers,
          [operator, checks],
          [BOND_TO_ESCALATE, -BOND_TO_ESCALATE],
        );
      }
    });

    it("ends with its window", async () => {
      const house = await loadFixture(readyChecks);
      const { checks, operator } = house;
      const id = await decided(house, [OTHER, OTHER, OUTPUT]);
      await time.increase(DAY + 1);
      await expect(checks.connect(operator).escalate(id, { value: BOND_TO_ESCALATE })).to.be.revertedWithCustomError(
        checks,
        "JobChecksTooLate",
      );
    });
  });

  describe("class 3", () => {
    it("goes to the arbitrator also when the requester is silent, for whoever pays him; else the price is split", async () => {
      const house = await loadFixture(readyChecks);
      const { market, checks, arbitrator, operator, dave } = house;
      await arbitrator.setCost(77n);
      const ruled = await submitted(house, { verification: 3 });
      await timeOut(house, ruled);
      await market.connect(dave).poke(ruled);
      expect(await statusOf(house, ruled)).to.deep.equal([Status.Disputed, Stage.Stuck]);
      expect((await market.jobOf(ruled)).deadline).to.equal((await checks.checkOf(ruled)).deadline);
      await expect(checks.connect(operator).refer(ruled, { value: 76n }))
        .to.be.revertedWithCustomError(checks, "JobChecksWrongValue")
        .withArgs(77n, 76n);
      await checks.connect(operator).refer(ruled, { value: 77n });
      await arbitrator.giveRuling(0n, 1n);
      expect((await credits(house)).operator).to.equal(750_000n);
      const left = await submitted(house, { verification: 3 });
      await timeOut(house, left);
      await market.connect(dave).poke(left);
      await closeLate(house, left);
      expect(await statusOf(house, left)).to.deep.equal([Status.Split, Stage.Closed]);
      await expect(checks.connect(operator).refer(left, { value: 77n })).to.be.revertedWithCustomError(
        checks,
        "JobChecksWrongStage",
      );
    });
  });

  it("can't be entered again by the arbitrator while it asks him", async () => {
    const house = await loadFixture(readyChecks);
    const { market, checks, arbitrator, operator, dave } = house;
    const id = await submitted(house, { verification: 3 });
    await timeOut(house, id);
    await market.connect(dave).poke(id);
    await arbitrator.arm(checks.target, checks.interface.encodeFunctionData("draw", [id]));
    await checks.connect(operator).refer(id);
    expect(await arbitrator.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
  });

  it("can't be used to enter the job market again from a token's transfer, at its end", async () => {
    const house = await loadFixture(readyChecks);
    const { market, arbitrator, requester, addresses } = house;
    const token = await deployToken("ReentrantToken", [requester], [addresses.JobMarket]);
    const id = await submitted(house, { verification: 3, currency: await token.getAddress() });
    const other = await submitted(house);
    await arbitrator.setCost(77n);
    await market.connect(requester).dispute(id, OUTPUT, { value: 77n });
    await token.arm(addresses.JobMarket, market.interface.encodeFunctionData("settle", [other]));
    await arbitrator.giveRuling(0n, 1n);
    expect((await market.jobOf(id)).status).to.equal(Status.Settled);
    expect(await token.succeeded()).to.equal(false);
    expect(await token.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
  });

  it("is opened by the job market only, and its stages can't be skipped", async () => {
    const house = await loadFixture(readyChecks);
    const { checks, dave, operator } = house;
    const stranger = checks.connect(dave);
    for (const call of [
      () => stranger.open(1n, dave.address, operator.address, 1, 0, true),
      () => stranger.openDispute(1n, dave.address, operator.address, 0),
      () => stranger.awaitReferral(1n, dave.address, operator.address, 3),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(checks, "JobChecksNotJobMarket").withArgs(dave.address);
    }
    const id = await refused(house);
    for (const call of [
      () => stranger.commit(id, SALT),
      () => stranger.reveal(id, OUTPUT, SALT),
      () => tally(house, id),
      () => stranger.escalate(id),
      () => stranger.refer(id),
      () => stranger.close(id),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(checks, "JobChecksWrongStage").withArgs(id, Stage.Requested);
    }
  });
});
