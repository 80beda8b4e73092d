import { expect } from "chai";
import { ethers, loadFixture, networkHelpers, time } from "../network.ts";
import {
  DAY,
  type DisputeHouse,
  deployDisputeHouse,
  deployWithJurors,
  drawPanel,
  JUROR_FEE,
  SEAT_STAKE,
  vote,
} from "./dispute-house.ts";

const COST = 3n * JUROR_FEE;

/** A case of a contract that takes its ruling, or of one that refuses. */
async function withCase() {
  const house = await deployWithJurors();
  const puppet = await ethers.deployContract("Puppet");
  return { ...house, puppet, caseId: await createCase(house, puppet, "0x") };
}

async function createCase(house: DisputeHouse, puppet: EthersContract, extraData: string, value = COST) {
  const call = house.committee.interface.encodeFunctionData("createDispute", [2, extraData]);
  await puppet.getFunction("act")(house.addresses.arbitrator, value, call, { value });
  return (await house.committee.totalCases()) as bigint;
}

type EthersContract = Awaited<ReturnType<typeof ethers.deployContract>>;

function partiesOf(size: number, a: string, b: string) {
  return ethers.AbiCoder.defaultAbiCoder().encode(["uint256", "address", "address"], [size, a, b]);
}

async function balanceOfCommittee(house: DisputeHouse): Promise<bigint> {
  return await ethers.provider.getBalance(house.addresses.arbitrator);
}

describe("CommitteeArbitrator", () => {
  describe("stake", () => {
    it("takes at least a seat's stake, and adds to it", async () => {
      const { committee, alice } = await loadFixture(deployDisputeHouse);
      await expect(committee.connect(alice).stake({ value: SEAT_STAKE - 1n }))
        .to.be.revertedWithCustomError(committee, "CommitteeArbitratorStakeTooLow")
        .withArgs(SEAT_STAKE - 1n, SEAT_STAKE);
      await expect(committee.connect(alice).stake({ value: SEAT_STAKE }))
        .to.emit(committee, "JurorStaked")
        .withArgs(alice.address, SEAT_STAKE, SEAT_STAKE);
      await committee.connect(alice).stake({ value: 5n });
      const juror = await committee.jurorOf(alice.address);
      expect([juror.stake, juror.seat]).to.deep.equal([SEAT_STAKE + 5n, 1n]);
    });

    it("leaves after a week, and never what a seat locks", async () => {
      const house = await loadFixture(withCase);
      const { committee, caseId } = house;
      await drawPanel(house);
      const [address] = await committee.panelOf(caseId);
      const juror = await ethers.getSigner(address);
      await expect(committee.connect(juror).startLeaving(2n * SEAT_STAKE))
        .to.be.revertedWithCustomError(committee, "CommitteeArbitratorNotEnoughFree")
        .withArgs(SEAT_STAKE, 2n * SEAT_STAKE);
      await committee.connect(juror).startLeaving(SEAT_STAKE);
      await expect(committee.connect(juror).withdrawStake()).to.be.revertedWithCustomError(
        committee,
        "CommitteeArbitratorStillLeaving",
      );
      await time.increase(7 * DAY);
      await expect(committee.connect(juror).withdrawStake()).to.changeEtherBalances(
        ethers,
        [juror, house.addresses.arbitrator],
        [SEAT_STAKE, -SEAT_STAKE],
      );
    });
  });

  describe("createDispute", () => {
    it("wants the exact cost, an odd panel of 3 to 15, and choices", async () => {
      const { committee, alice } = await loadFixture(deployWithJurors);
      await expect(committee.connect(alice).createDispute(2, "0x", { value: COST + 1n }))
        .to.be.revertedWithCustomError(committee, "CommitteeArbitratorWrongValue")
        .withArgs(COST, COST + 1n);
      for (const size of [0, 1, 2, 4, 16, 17]) {
        await expect(committee.arbitrationCost(partiesOf(size, alice.address, alice.address)))
          .to.be.revertedWithCustomError(committee, "CommitteeArbitratorBadSize")
          .withArgs(size);
      }
      expect(await committee.arbitrationCost(partiesOf(15, alice.address, alice.address))).to.equal(15n * JUROR_FEE);
      for (const choices of [0, 255]) {
        await expect(committee.createDispute(choices, "0x", { value: COST })).to.be.revertedWithCustomError(
          committee,
          "CommitteeArbitratorBadChoices",
        );
      }
    });
  });

  describe("draw", () => {
    it("draws distinct jurors by a block that comes after the case", async () => {
      const house = await loadFixture(withCase);
      await expect(house.committee.draw()).to.be.revertedWithCustomError(
        house.committee,
        "CommitteeArbitratorNoDrawDue",
      );
      await networkHelpers.mine(2);
      await expect(house.committee.draw()).to.emit(house.committee, "PanelDrawn");
      const panel = [...(await house.committee.panelOf(house.caseId))];
      expect(new Set(panel).size).to.equal(3);
      for (const juror of panel) expect((await house.committee.jurorOf(juror)).locked).to.equal(SEAT_STAKE);
    });

    it("draws in proportion to stake: who has half of it sits on most panels", async () => {
      const house = await loadFixture(deployDisputeHouse);
      const puppet = await ethers.deployContract("Puppet");
      const [whale, ...rest] = house.jurors as [(typeof house.jurors)[number], ...typeof house.jurors];
      await house.committee.connect(whale).stake({ value: 90n * SEAT_STAKE });
      for (const juror of rest) await house.committee.connect(juror).stake({ value: 10n * SEAT_STAKE });
      let seats = 0;
      for (let i = 0; i < 20; i++) {
        const id = await createCase(house, puppet, "0x");
        await drawPanel(house);
        if ([...(await house.committee.panelOf(id))].includes(whale.address)) seats++;
      }
      // A panel passes him over with 1/2 * 8/17 * 7/16 = 0.103: 18 of 20 expected, fewer than 11 with p < 1e-5. Drawn by heads
      // instead of stake it would be 6.
      expect(seats).to.be.greaterThan(10);
    });

    it("keeps the parties from the panel", async () => {
      const house = await loadFixture(deployDisputeHouse);
      const puppet = await ethers.deployContract("Puppet");
      const [a, b, c, d, e] = house.jurors.map((juror) => juror.address) as [string, string, string, string, string];
      for (const juror of house.jurors.slice(0, 5)) await house.committee.connect(juror).stake({ value: SEAT_STAKE });
      const id = await createCase(house, puppet, partiesOf(3, a, b));
      await drawPanel(house);
      expect([...(await house.committee.panelOf(id))]).to.have.members([c, d, e]);
    });

    it("draws the panels that are due before a stake moves, so that nobody can steer a draw whose hash he knows", async () => {
      const house = await loadFixture(withCase);
      await networkHelpers.mine(3);
      const juror = house.jurors[0]!;
      await expect(house.committee.connect(juror).stake({ value: 50n * SEAT_STAKE })).to.emit(
        house.committee,
        "PanelDrawn",
      );
      expect((await house.committee.caseOf(house.caseId)).phase).to.equal(2n);
    });

    it("refuses a change of stake while more than two panels wait, until anybody draws them", async () => {
      const house = await loadFixture(withCase);
      await createCase(house, house.puppet, "0x");
      await createCase(house, house.puppet, "0x");
      await networkHelpers.mine(3);
      const juror = house.jurors[0]!;
      await expect(house.committee.connect(juror).stake({ value: 1n })).to.be.revertedWithCustomError(
        house.committee,
        "CommitteeArbitratorDrawsDue",
      );
      await house.committee.draw();
      await house.committee.connect(juror).stake({ value: 1n });
    });

    it("moves a draw whose block is out of reach to another block", async () => {
      const house = await loadFixture(withCase);
      await networkHelpers.mine(300);
      await expect(house.committee.draw()).to.emit(house.committee, "DrawMoved");
      await networkHelpers.mine(3);
      await expect(house.committee.draw()).to.emit(house.committee, "PanelDrawn");
    });

    it("refuses to arbitrate with fewer than three jurors, and gives the fee back to the parties", async () => {
      const house = await loadFixture(deployDisputeHouse);
      const puppet = await ethers.deployContract("Puppet");
      for (const juror of house.jurors.slice(0, 2)) await house.committee.connect(juror).stake({ value: SEAT_STAKE });
      const id = await createCase(house, puppet, partiesOf(3, house.alice.address, house.bob.address));
      await networkHelpers.mine(3);
      await expect(house.committee.draw()).to.emit(house.committee, "CaseExecuted").withArgs(id, 0n, 0n, 0n);
      expect(await house.committee.creditOf(house.alice.address)).to.equal(COST / 2n);
      expect(await house.committee.creditOf(house.bob.address)).to.equal(COST - COST / 2n);
    });

    it("ends with ruling 0 without any juror at all", async () => {
      const house = await loadFixture(deployDisputeHouse);
      const puppet = await ethers.deployContract("Puppet");
      const id = await createCase(house, puppet, "0x");
      await drawPanel(house);
      expect(await house.committee.disputeStatus(id)).to.equal(2n);
      expect(await house.committee.currentRuling(id)).to.equal(0n);
      expect(await house.committee.creditOf(await puppet.getAddress())).to.equal(COST);
    });
  });

  describe("votes", () => {
    it("rules by a strict majority, pays it the fee and the minority's penalty", async () => {
      const house = await loadFixture(withCase);
      const { committee, caseId } = house;
      await drawPanel(house);
      await vote(house, caseId, [1, 2, 1]);
      const [first, second, third] = await committee.panelOf(caseId);
      await expect(committee.execute(caseId)).to.emit(committee, "CaseExecuted").withArgs(caseId, 1n, 2n, 3n);
      expect(await committee.currentRuling(caseId)).to.equal(1n);
      const pot = COST + SEAT_STAKE / 2n;
      expect(await committee.creditOf(first)).to.equal(pot - pot / 2n);
      expect(await committee.creditOf(third)).to.equal(pot / 2n);
      expect(await committee.creditOf(second)).to.equal(0n);
      expect((await committee.jurorOf(second)).stake).to.equal(2n * SEAT_STAKE - SEAT_STAKE / 2n);
      for (const juror of [first, second, third]) expect((await committee.jurorOf(juror)).locked).to.equal(0n);
    });

    it("takes a seat's stake from the absent, who can't reach a majority by staying away", async () => {
      const house = await loadFixture(withCase);
      const { committee, caseId } = house;
      await drawPanel(house);
      await vote(house, caseId, [1, null, null]);
      const [present, absent] = await committee.panelOf(caseId);
      await expect(committee.execute(caseId)).to.emit(committee, "CaseExecuted").withArgs(caseId, 0n, 0n, 3n);
      expect((await committee.jurorOf(absent)).stake).to.equal(SEAT_STAKE);
      expect(await committee.creditOf(present)).to.equal(COST + 2n * SEAT_STAKE);
    });

    it("gives fee and penalties back when nobody voted", async () => {
      const house = await loadFixture(withCase);
      const { committee, caseId } = house;
      await drawPanel(house);
      await vote(house, caseId, [null, null, null]);
      await committee.execute(caseId);
      expect(await committee.creditOf(await house.puppet.getAddress())).to.equal(COST + 3n * SEAT_STAKE);
    });

    it("counts only votes of the panel, once, in their time, as they were committed", async () => {
      const house = await loadFixture(withCase);
      const { committee, caseId, stranger } = house;
      await drawPanel(house);
      const [address, other] = await committee.panelOf(caseId);
      const juror = await ethers.getSigner(address);
      const salt = ethers.id("s");
      const commitment = await committee.commitmentOf(caseId, address, 1, salt);
      await expect(committee.connect(stranger).commitVote(caseId, commitment)).to.be.revertedWithCustomError(
        committee,
        "CommitteeArbitratorNotOnPanel",
      );
      await committee.connect(juror).commitVote(caseId, commitment);
      await expect(committee.connect(juror).commitVote(caseId, commitment)).to.be.revertedWithCustomError(
        committee,
        "CommitteeArbitratorAlreadyCommitted",
      );
      await expect(committee.connect(juror).revealVote(caseId, 1, salt)).to.be.revertedWithCustomError(
        committee,
        "CommitteeArbitratorTooEarly",
      );
      // A copied commitment can't be opened by the copier: it is bound to who made it.
      const copier = await ethers.getSigner(other);
      await committee.connect(copier).commitVote(caseId, commitment);
      await time.increase(4 * DAY + 1);
      await expect(committee.connect(copier).revealVote(caseId, 1, salt)).to.be.revertedWithCustomError(
        committee,
        "CommitteeArbitratorWrongReveal",
      );
      await expect(committee.connect(juror).revealVote(caseId, 2, salt)).to.be.revertedWithCustomError(
        committee,
        "CommitteeArbitratorWrongReveal",
      );
      await committee.connect(juror).revealVote(caseId, 1, salt);
      await expect(committee.connect(juror).revealVote(caseId, 1, salt)).to.be.revertedWithCustomError(
        committee,
        "CommitteeArbitratorWrongReveal",
      );
      await expect(committee.execute(caseId)).to.be.revertedWithCustomError(committee, "CommitteeArbitratorTooEarly");
      await time.increase(3 * DAY + 1);
      await committee.execute(caseId);
      await expect(committee.execute(caseId)).to.be.revertedWithCustomError(committee, "CommitteeArbitratorWrongPhase");
    });
  });

  describe("delivery", () => {
    it("notes an arbitrable that refuses its ruling, and lets anybody try again", async () => {
      const house = await loadFixture(withCase);
      const { committee, caseId } = house;
      await drawPanel(house);
      await vote(house, caseId, [1, 1, 1]);
      // The puppet has no `rule`.
      await expect(committee.execute(caseId)).to.emit(committee, "RulingUndelivered");
      expect((await committee.caseOf(caseId)).delivered).to.equal(false);
      await expect(committee.deliver(caseId)).to.emit(committee, "RulingUndelivered");
      expect(await committee.currentRuling(caseId)).to.equal(1n);
    });

    it("can't be made to starve the arbitrable of gas", async () => {
      const house = await loadFixture(withCase);
      const { committee, caseId } = house;
      await drawPanel(house);
      await vote(house, caseId, [1, 1, 1]);
      await expect(committee.execute(caseId, { gasLimit: 600_000 })).to.be.revertedWithCustomError(
        committee,
        "CommitteeArbitratorTooLittleGas",
      );
    });
  });

  it("holds exactly stakes, credits and open fees after all was paid out", async () => {
    const house = await loadFixture(withCase);
    const { committee, caseId } = house;
    await drawPanel(house);
    await vote(house, caseId, [1, 2, null]);
    await committee.execute(caseId);
    let owed = 0n;
    for (const juror of house.jurors) {
      owed += (await committee.jurorOf(juror.address)).stake + (await committee.creditOf(juror.address));
    }
    expect(await balanceOfCommittee(house)).to.equal(owed);
  });

  it("costs less than 5M gas at its largest panel, drawing and counting", async () => {
    const house = await loadFixture(deployDisputeHouse);
    const puppet = await ethers.deployContract("Puppet");
    const signers = await ethers.getSigners();
    for (const juror of signers) await house.committee.connect(juror).stake({ value: 2n * SEAT_STAKE });
    const parties = partiesOf(15, ethers.ZeroAddress, ethers.ZeroAddress);
    const id = await createCase(house, puppet, parties, 15n * JUROR_FEE);
    await networkHelpers.mine(3);
    const drawn = await (await house.committee.draw()).wait();
    expect(drawn.gasUsed).to.be.lessThan(5_000_000n);
    expect((await house.committee.panelOf(id)).length).to.be.greaterThan(12);
    await time.increase(8 * DAY);
    const counted = await (await house.committee.execute(id)).wait();
    expect(counted.gasUsed).to.be.lessThan(5_000_000n);
  });
});
