import { expect } from "chai";
import {
  COIN,
  DAY,
  type DisputeHouse,
  deployDisputeHouse,
  deployWithJurors,
  drawPanel,
  FORMULA,
  JUROR_FEE,
  MINIMUM_STAKE,
  register,
  ROOT_BOND,
  vote,
  WEEK,
} from "../disputes/dispute-house.ts";
import { ethers, loadFixture, networkHelpers, time } from "../network.ts";
import { ShareTree } from "./share-tree.ts";

const FUNDS = 10_000n;
const INPUTS = ethers.id("inputs");

/** Funded in coin, one epoch over. */
async function funded() {
  const house = await deployWithJurors();
  await house.rewards.fund(COIN, FUNDS, { value: FUNDS });
  await time.increase(WEEK);
  return house;
}

function treeOf(house: DisputeHouse, alice: bigint, bob: bigint) {
  return new ShareTree([
    { account: house.alice.address, currency: COIN, total: alice },
    { account: house.bob.address, currency: COIN, total: bob },
    { account: house.carol.address, currency: COIN, total: 1n },
  ]);
}

async function post(house: DisputeHouse, tree: ShareTree, epoch: number, total = FUNDS): Promise<bigint> {
  await house.rewards.connect(house.stranger).post(epoch, tree.root, INPUTS, [COIN], [total], { value: ROOT_BOND });
  return ((await house.rewards.totalRounds(0)) as bigint) - 1n;
}

async function accept(house: DisputeHouse, index: bigint) {
  await time.increase(3 * DAY + 1);
  await house.rewards.poke(0, index);
}

async function arbitrateRoot(house: DisputeHouse, index: bigint, ruling: number) {
  await house.rewards.startArbitration(0, index);
  await drawPanel(house);
  const { caseId } = await house.rewards.roundOf(0, index);
  await vote(house, caseId, [ruling, ruling, ruling]);
  await house.committee.execute(caseId);
}

describe("EpochRewards", () => {
  describe("funds", () => {
    it("count what arrived: coin, tokens, tokens that keep a fee, and what was sent without a call", async () => {
      const { rewards, deployer, addresses } = await loadFixture(deployDisputeHouse);
      await expect(rewards.fund(COIN, 5n, { value: 4n })).to.be.revertedWithCustomError(
        rewards,
        "EpochRewardsWrongValue",
      );
      await rewards.fund(COIN, 5n, { value: 5n });
      await deployer.sendTransaction({ to: addresses.rewards, value: 3n });
      await rewards.sync(COIN);
      expect(await rewards.fundedOf(COIN)).to.equal(8n);
      for (const name of ["PlainToken", "FeeToken", "NoReturnToken"]) {
        const token = await ethers.deployContract(name);
        const address = await token.getAddress();
        await token.getFunction("mint")(deployer.address, 10_000n);
        await token.getFunction("approve")(addresses.rewards, 10_000n);
        await rewards.fund(address, 1_000n);
        expect(await rewards.fundedOf(address)).to.equal(await token.getFunction("balanceOf")(addresses.rewards));
      }
    });

    it("come from contracts of the set that take fees, and from no other", async () => {
      const { rewards, alice, addresses } = await loadFixture(deployDisputeHouse);
      await expect(rewards.collect(alice.address, COIN))
        .to.be.revertedWithCustomError(rewards, "EpochRewardsNotSource")
        .withArgs(alice.address);
      for (const source of [addresses.jobMarket, addresses.ledger]) await rewards.collect(source, COIN);
      expect(await rewards.fundedOf(COIN)).to.equal(0n);
    });
  });

  it("gets the penalties of verifiers out of the job checks, which nobody else can take", async () => {
    const house = await loadFixture(deployDisputeHouse);
    const { rewards, operators, operator, requester, addresses, jurors } = house;
    const checks = await ethers.getContractAt("JobChecks", addresses.jobChecks);
    const market = await ethers.getContractAt("JobMarket", addresses.jobMarket);
    await operators.connect(operator).register(ethers.id("c"), { value: 100n * MINIMUM_STAKE });
    for (const verifier of jurors.slice(2, 5)) {
      await operators.connect(verifier).register(ethers.id("v"), { value: 4n * MINIMUM_STAKE });
      await operators.connect(verifier).becomeVerifier(4n * MINIMUM_STAKE);
    }
    const [spec, output, receipt] = ["spec", "output", "receipt"].map((name) => ethers.id(name));
    const job = {
      modelWork: await register(house, house.alice, "model", { kind: 5 }),
      operator: ethers.ZeroAddress,
      currency: COIN,
      price: 1_000n,
      specDigest: spec,
      acceptWithin: 600,
      submitWithin: 600,
      reviewWithin: 600,
      verification: 1,
      coinRate: 0n,
      referrer: ethers.ZeroAddress,
    };
    await market.connect(requester).getFunction("post")(job, { value: 2_500n });
    await market.connect(operator).getFunction("accept")(1n);
    await market.connect(operator).getFunction("submit")(1n, output, receipt);
    await market.connect(requester).getFunction("dispute")(1n, ethers.id("reason"));
    await networkHelpers.mine(3);
    await checks.getFunction("draw")(1n);
    await time.increase(DAY);
    await checks.getFunction("tally")(1n, spec, output, receipt);
    const penalties = (await checks.getFunction("creditOf")(addresses.rewards)) as bigint;
    // Three quarters of a minimum stake, less the counter's twentieth.
    expect(penalties).to.equal((MINIMUM_STAKE * 3n * 95n) / 400n);
    await expect(rewards.collect(addresses.jobChecks, COIN)).to.changeEtherBalances(
      ethers,
      [addresses.jobChecks, addresses.rewards],
      [-penalties, penalties],
    );
    expect(await rewards.fundedOf(COIN)).to.equal(penalties);
    await rewards.collect(addresses.jobChecks, addresses.jobMarket);
    expect(await rewards.fundedOf(COIN)).to.equal(penalties);
  });

  describe("roots", () => {
    it("are posted for epochs that are over, with the exact bond, for no more than was funded", async () => {
      const house = await loadFixture(funded);
      const { rewards } = house;
      const tree = treeOf(house, 1n, 2n);
      await expect(post(house, tree, 2)).to.be.revertedWithCustomError(rewards, "EpochRewardsNotEnded");
      await expect(post(house, tree, 0)).to.be.revertedWithCustomError(rewards, "EpochRewardsNotEnded");
      await expect(post(house, tree, 1, FUNDS + 1n))
        .to.be.revertedWithCustomError(rewards, "BondedRootsBadTotals")
        .withArgs(COIN, FUNDS + 1n, FUNDS);
      await expect(
        rewards.post(1, tree.root, INPUTS, [COIN], [1n], { value: ROOT_BOND - 1n }),
      ).to.be.revertedWithCustomError(rewards, "BondedRootsWrongBond");
      await expect(
        rewards.post(1, ethers.ZeroHash, INPUTS, [COIN], [1n], { value: ROOT_BOND }),
      ).to.be.revertedWithCustomError(rewards, "BondedRootsEmptyRoot");
      await expect(rewards.post(1, tree.root, INPUTS, [COIN], [], { value: ROOT_BOND })).to.be.revertedWithCustomError(
        rewards,
        "BondedRootsTooMany",
      );
    });

    it("peer's swap: count after three days and not before, and no other root can take their place meanwhile", async () => {
      const house = await loadFixture(funded);
      const { rewards, alice } = house;
      const tree = treeOf(house, 6_000n, 3_000n);
      const index = await post(house, tree, 1);
      const claim = () => rewards.claim(0, index, alice.address, COIN, 6_000n, tree.proof(0));
      await expect(claim()).to.be.revertedWithCustomError(rewards, "BondedRootsWrongStatus");
      await expect(rewards.poke(0, index)).to.be.revertedWithCustomError(rewards, "BondedRootsNothingDue");
      await accept(house, index);
      await claim();
      expect((await rewards.roundOf(0, index)).root).to.equal(tree.root);
      expect(await rewards.creditOf(house.stranger.address, COIN)).to.equal(ROOT_BOND);
      // The epoch has its root: another one for it is refused, and the bond of one that was under way goes back.
      await expect(post(house, treeOf(house, 0n, 9n), 1)).to.be.revertedWithCustomError(
        rewards,
        "EpochRewardsOldEpoch",
      );
    });

    it("of one epoch: the first that is accepted counts, and who posted the other loses nothing", async () => {
      const house = await loadFixture(funded);
      const { rewards } = house;
      const first = await post(house, treeOf(house, 1n, 2n), 1);
      const second = await post(house, treeOf(house, 2n, 1n), 1);
      await time.increase(3 * DAY + 1);
      await rewards.poke(0, first);
      await expect(rewards.poke(0, second)).to.emit(rewards, "RootRejected");
      expect(await rewards.creditOf(house.stranger.address, COIN)).to.equal(2n * ROOT_BOND);
    });

    it("are rejected by a ruling for the challenger, who gets both bonds less the jurors' fee", async () => {
      const house = await loadFixture(funded);
      const { rewards, alice, dave } = house;
      const tree = treeOf(house, 9_999n, 0n);
      const index = await post(house, tree, 1);
      await rewards.connect(dave).challenge(0, index, ethers.id("wrong"), { value: ROOT_BOND });
      await arbitrateRoot(house, index, 2);
      expect(await rewards.creditOf(dave.address, COIN)).to.equal(2n * ROOT_BOND - 3n * JUROR_FEE);
      expect(await rewards.creditOf(house.stranger.address, COIN)).to.equal(0n);
      await expect(rewards.claim(0, index, alice.address, COIN, 9_999n, tree.proof(0))).to.be.revertedWithCustomError(
        rewards,
        "BondedRootsWrongStatus",
      );
      // A right root for the same epoch goes on.
      await accept(house, await post(house, treeOf(house, 1n, 2n), 1));
      expect(await rewards.lastEpoch()).to.equal(1n);
    });

    it("are accepted by a ruling for the poster", async () => {
      const house = await loadFixture(funded);
      const { rewards, dave, stranger } = house;
      const index = await post(house, treeOf(house, 1n, 2n), 1);
      await rewards.connect(dave).challenge(0, index, ethers.id("wrong"), { value: ROOT_BOND });
      await arbitrateRoot(house, index, 1);
      expect((await rewards.roundOf(0, index)).status).to.equal(4n);
      expect(await rewards.creditOf(stranger.address, COIN)).to.equal(2n * ROOT_BOND - 3n * JUROR_FEE);
    });

    it("end by pokes when the arbitrator is not asked, or silent", async () => {
      const house = await loadFixture(funded);
      const { rewards, dave, stranger } = house;
      const unasked = await post(house, treeOf(house, 1n, 2n), 1);
      const silent = await post(house, treeOf(house, 2n, 2n), 1);
      for (const index of [unasked, silent]) {
        await rewards.connect(dave).challenge(0, index, ethers.id("wrong"), { value: ROOT_BOND });
      }
      await rewards.startArbitration(0, silent);
      await time.increase(3 * DAY + 1);
      await expect(rewards.startArbitration(0, unasked)).to.be.revertedWithCustomError(rewards, "BondedRootsTooLate");
      await rewards.poke(0, unasked);
      expect(await rewards.creditOf(stranger.address, COIN)).to.equal(ROOT_BOND);
      await time.increase(27 * DAY);
      await rewards.poke(0, silent);
      expect(await rewards.creditOf(dave.address, COIN)).to.equal(ROOT_BOND + (2n * ROOT_BOND - 3n * JUROR_FEE) / 2n);
    });

    it("can't be challenged late, nor ruled by anybody but the arbitrator", async () => {
      const house = await loadFixture(funded);
      const { rewards, dave } = house;
      const index = await post(house, treeOf(house, 1n, 2n), 1);
      await time.increase(3 * DAY + 1);
      await expect(
        rewards.connect(dave).challenge(0, index, ethers.id("late"), { value: ROOT_BOND }),
      ).to.be.revertedWithCustomError(rewards, "BondedRootsTooLate");
      const rule = new ethers.Interface(["function rule(uint256,uint256)"]).encodeFunctionData("rule", [1, 2]);
      await expect(dave.sendTransaction({ to: house.addresses.rewards, data: rule })).to.be.revertedWithCustomError(
        rewards,
        "BondedRootsNotArbitrator",
      );
    });
  });

  describe("claims", () => {
    it("peer's double claim: each unit is given once, under one root or the next", async () => {
      const house = await loadFixture(funded);
      const { rewards, alice } = house;
      const first = treeOf(house, 1_000n, 2_000n);
      await accept(house, await post(house, first, 1));
      await rewards.claim(0, 0, alice.address, COIN, 1_000n, first.proof(0));
      await expect(rewards.claim(0, 0, alice.address, COIN, 1_000n, first.proof(0))).to.be.revertedWithCustomError(
        rewards,
        "BondedRootsNothingNew",
      );
      await time.increase(WEEK);
      const second = treeOf(house, 1_500n, 2_000n);
      await accept(house, await post(house, second, 2));
      await rewards.claim(0, 1, alice.address, COIN, 1_500n, second.proof(0));
      expect(await rewards.claimedOf(0, alice.address, COIN)).to.equal(1_500n);
    });

    it("stay good under an older root, whatever a later one says: nobody's earned share can be taken", async () => {
      const house = await loadFixture(funded);
      const { rewards, bob } = house;
      const first = treeOf(house, 1_000n, 2_000n);
      await accept(house, await post(house, first, 1));
      await time.increase(WEEK);
      await accept(house, await post(house, treeOf(house, 9_000n, 0n), 2));
      await rewards.claim(0, 0, bob.address, COIN, 2_000n, first.proof(1));
      expect(await rewards.claimedOf(0, bob.address, COIN)).to.equal(2_000n);
    });

    it("never exceed what the root was posted with", async () => {
      const house = await loadFixture(funded);
      const { rewards, alice, bob } = house;
      const tree = treeOf(house, 6_000n, 5_000n);
      await accept(house, await post(house, tree, 1));
      await rewards.claim(0, 0, alice.address, COIN, 6_000n, tree.proof(0));
      // The last is paid what is left rather than nothing.
      await rewards.claim(0, 0, bob.address, COIN, 5_000n, tree.proof(1));
      expect(await rewards.claimedOf(0, bob.address, COIN)).to.equal(4_000n);
      await expect(rewards.claim(0, 0, bob.address, COIN, 5_000n, tree.proof(1)))
        .to.be.revertedWithCustomError(rewards, "BondedRootsOverdrawn")
        .withArgs(COIN, 1_000n, 0n);
    });

    it("peer's incentive drain: a wrong root that nobody challenged takes what had come in, and nothing of later funds", async () => {
      const house = await loadFixture(funded);
      const { rewards, alice, bob } = house;
      const greedy = treeOf(house, 1_000_000n, 1n);
      await accept(house, await post(house, greedy, 1));
      await rewards.claim(0, 0, alice.address, COIN, 1_000_000n, greedy.proof(0));
      expect(await rewards.givenOf(0, COIN)).to.equal(FUNDS);
      await rewards.fund(COIN, FUNDS, { value: FUNDS });
      await time.increase(WEEK);
      const right = treeOf(house, 0n, FUNDS);
      await accept(house, await post(house, right, 2, 2n * FUNDS));
      await expect(rewards.claim(0, 0, alice.address, COIN, 1_000_000n, greedy.proof(0))).to.be.revertedWithCustomError(
        rewards,
        "BondedRootsOverdrawn",
      );
      await rewards.claim(0, 1, bob.address, COIN, FUNDS, right.proof(1));
      expect(await rewards.claimedOf(0, bob.address, COIN)).to.equal(FUNDS);
    });

    it("peer's vesting: what vests is nobody's before its time, however often and in whatever order it is released", async () => {
      const house = await loadFixture(funded);
      const { rewards, alice, stranger } = house;
      const tree = treeOf(house, 8_000n, 1n);
      await accept(house, await post(house, tree, 1));
      await rewards.connect(stranger).claim(0, 0, alice.address, COIN, 8_000n, tree.proof(0));
      const release = () => rewards.connect(stranger).release(alice.address, COIN, [0, 0, 0, 0]);
      await release();
      expect(await rewards.creditOf(alice.address, COIN)).to.equal(4_000n);
      await time.increase(30 * WEEK);
      await release();
      await release();
      expect(await rewards.creditOf(alice.address, COIN)).to.equal(8_000n);
      // Who posted the root has his bond back, and nothing for claiming and releasing.
      expect(await rewards.creditOf(stranger.address, COIN)).to.equal(ROOT_BOND);
    });

    it("need the proof of that very leaf", async () => {
      const house = await loadFixture(funded);
      const { rewards, alice, bob } = house;
      const tree = treeOf(house, 6_000n, 3_000n);
      await accept(house, await post(house, tree, 1));
      for (const [account, currency, total, proof] of [
        [bob.address, COIN, 6_000n, tree.proof(0)],
        [alice.address, alice.address, 6_000n, tree.proof(0)],
        [alice.address, COIN, 6_001n, tree.proof(0)],
        [alice.address, COIN, 6_000n, tree.proof(1)],
      ] as const) {
        await expect(rewards.claim(0, 0, account, currency, total, proof)).to.be.revertedWithCustomError(
          rewards,
          "BondedRootsBadProof",
        );
      }
    });

    it("credit half at once; half vests over 26 weeks from the epoch's end after four", async () => {
      const house = await loadFixture(funded);
      const { rewards, alice } = house;
      const tree = treeOf(house, 1_000n, 0n);
      await accept(house, await post(house, tree, 1));
      await rewards.claim(0, 0, alice.address, COIN, 1_000n, tree.proof(0));
      expect(await rewards.creditOf(alice.address, COIN)).to.equal(500n);
      const [tranche] = await rewards.tranchesOf(alice.address, COIN);
      const start = Number(tranche.start);
      await time.setNextBlockTimestamp(start + 4 * WEEK - 1);
      await rewards.release(alice.address, COIN, [0]);
      expect(await rewards.creditOf(alice.address, COIN)).to.equal(500n);
      await time.setNextBlockTimestamp(start + 13 * WEEK);
      await rewards.release(alice.address, COIN, [0, 0]);
      expect(await rewards.creditOf(alice.address, COIN)).to.equal(750n);
      await time.setNextBlockTimestamp(start + 26 * WEEK);
      await rewards.release(alice.address, COIN, [0]);
      await expect(rewards.connect(alice).withdraw(COIN)).to.changeEtherBalances(
        ethers,
        [alice, house.addresses.rewards],
        [1_000n, -1_000n],
      );
    });

    it("are withdrawn once by an account that calls back", async () => {
      const house = await loadFixture(funded);
      const { rewards } = house;
      const puppet = await ethers.deployContract("Puppet");
      const address = await puppet.getAddress();
      const tree = new ShareTree([{ account: address, currency: COIN, total: 1_000n }]);
      await accept(house, await post(house, tree, 1));
      await rewards.claim(0, 0, address, COIN, 1_000n, []);
      await puppet.getFunction("setTakesCoin")(true);
      const again = rewards.interface.encodeFunctionData("withdraw", [COIN]);
      await puppet.getFunction("arm")(house.addresses.rewards, again);
      await puppet.getFunction("act")(house.addresses.rewards, 0, again);
      expect(await puppet.getFunction("succeeded")()).to.equal(false);
      expect(await ethers.provider.getBalance(address)).to.equal(500n);
    });
  });

  describe("formula", () => {
    it("changes two epochs ahead only, and is numbered", async () => {
      const house = await loadFixture(funded);
      const { rewards, authority, alice } = house;
      expect([...(await rewards.formulaOf(1))]).to.deep.equal([1n, FORMULA]);
      await expect(rewards.connect(alice).announceFormula(ethers.id("2"))).to.be.revertedWithCustomError(
        rewards,
        "AccessManagedUnauthorized",
      );
      const data = rewards.interface.encodeFunctionData("announceFormula", [ethers.id("2")]);
      await authority.schedule(house.addresses.rewards, data, 0);
      await time.increase(WEEK + 1);
      const epoch = Number(await rewards.currentEpoch());
      await authority.execute(house.addresses.rewards, data);
      expect([...(await rewards.formulaOf(epoch + 1))]).to.deep.equal([1n, FORMULA]);
      expect([...(await rewards.formulaOf(epoch + 2))]).to.deep.equal([2n, ethers.id("2")]);
    });
  });

  it("accepts and rules a root with eight currencies within the gas that the committee gives", async () => {
    const house = await loadFixture(funded);
    const { rewards, dave } = house;
    const currencies = [COIN];
    for (let i = 0; i < 7; i++) {
      const token = await ethers.deployContract("PlainToken");
      await token.getFunction("mint")(house.deployer.address, 10n);
      await token.getFunction("approve")(house.addresses.rewards, 10n);
      await rewards.fund(await token.getAddress(), 10n);
      currencies.push(await token.getAddress());
    }
    const totals = currencies.map(() => 10n);
    await rewards.post(1, ethers.id("root"), INPUTS, currencies, totals, { value: ROOT_BOND });
    await rewards.connect(dave).challenge(0, 0, ethers.id("wrong"), { value: ROOT_BOND });
    await arbitrateRoot(house, 0n, 1);
    expect((await rewards.roundOf(0, 0)).status).to.equal(4n);
  });
});
