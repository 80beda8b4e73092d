import { expect } from "chai";
import { ethers, loadFixture, networkHelpers, time } from "../network.ts";
import {
  answerDispute,
  arbitrate,
  CLAIM,
  COIN,
  DAY,
  type DisputeHouse,
  deployDisputeHouse,
  deployWithJurors,
  drawPanel,
  EFFECT,
  freeLicense,
  JUROR_FEE,
  MINIMUM_BOND,
  MINIMUM_STAKE,
  newDispute,
  newWork,
  openDispute,
  payCoin,
  register,
  registerChild,
  STATUS,
  vote,
} from "./dispute-house.ts";

const COST = 3n * JUROR_FEE;
const PRICE = 10n ** 18n;

/** Alice's work, Bob's later copy of it that lies 12 bits off, and revenue before any dispute. */
async function withCopy() {
  const house = await deployWithJurors();
  const original = await register(house, house.alice, "original", { fingerprint: fingerprintOf(0n) });
  const copy = await register(house, house.bob, "copy", { fingerprint: fingerprintOf(0xfffn) });
  await payCoin(house, copy, PRICE);
  return { ...house, original, copy };
}

/** A body whose content unit, the second of four, differs from a fixed one in the bits of `flip`. */
function fingerprintOf(flip: bigint): string {
  const content = 0x0123_4567_89ab_cdefn ^ flip;
  return ethers.toBeHex((1n << 248n) | (content << 128n) | 7n, 32);
}

function nearClaim(house: { original: bigint; copy: bigint }, fields: Record<string, unknown> = {}) {
  return {
    claim: CLAIM.nearDuplicate,
    effects: EFFECT.lien | EFFECT.block,
    lienPpm: 1_000_000,
    workId: house.copy,
    otherWork: house.original,
    ...fields,
  };
}

/** Alice committed to bytes that Bob registered afterwards. */
async function withCommitment() {
  const house = await deployWithJurors();
  const work = newWork("taken");
  const salt = ethers.id("salt");
  const leaf = await house.works.leafOf(work.contentHash, house.alice.address, salt);
  await house.works.connect(house.alice).commit(leaf);
  await time.increase(60);
  await house.works.connect(house.bob).register(work);
  const taken = (await house.works.totalWorks()) as bigint;
  return { ...house, work, salt, root: leaf, taken };
}

async function openExact(
  house: Awaited<ReturnType<typeof withCommitment>>,
  fields: Record<string, unknown> = {},
): Promise<bigint> {
  const asked = newDispute(house, {
    claim: CLAIM.exactDuplicate,
    effects: EFFECT.clear | EFFECT.lien | EFFECT.block,
    lienPpm: 1_000_000,
    workId: house.taken,
    ...fields,
  });
  await house.disputes
    .connect(house.alice)
    .openExactDuplicate(asked, house.root, house.salt, [], { value: await house.disputes.bondOf(asked) });
  return await house.disputes.totalDisputes();
}

/** A job of the requester's, done by the operator and settled. */
async function withJob() {
  const house = await deployWithJurors();
  const model = await register(house, house.alice, "model", { kind: 5 });
  await house.operators.connect(house.operator).register(ethers.id("c"), { value: 100n * MINIMUM_STAKE });
  const job = {
    modelWork: model,
    operator: ethers.ZeroAddress,
    currency: COIN,
    price: PRICE / 10n,
    specDigest: ethers.id("spec"),
    acceptWithin: 3600,
    submitWithin: 3600,
    reviewWithin: 3600,
    verification: 0,
    coinRate: 0,
    referrer: ethers.ZeroAddress,
  };
  await house.market.connect(house.requester).post(job, { value: job.price });
  const jobId = (await house.market.totalJobs()) as bigint;
  await house.market.connect(house.operator).accept(jobId);
  await house.market.connect(house.operator).submit(jobId, ethers.id("o"), ethers.id("r"));
  await house.market.connect(house.requester).settle(jobId);
  return { ...house, jobId, price: job.price };
}

/** The panel's ruling in a case that was brought before. */
async function ruleBroughtCase(house: DisputeHouse, id: bigint, ruling: number) {
  await drawPanel(house);
  const { caseId } = await house.disputes.disputeOf(id);
  await vote(house, caseId, [ruling, ruling, ruling]);
  await house.committee.execute(caseId);
}

async function balanceOf(house: DisputeHouse): Promise<bigint> {
  return await ethers.provider.getBalance(house.addresses.disputes);
}

describe("DisputeModule", () => {
  describe("near duplicate", () => {
    it("opens at 12 bits, holds what arrives from then on, and pins who answers", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      const dispute = await house.disputes.disputeOf(id);
      expect([dispute.status, dispute.respondent, dispute.holds]).to.deep.equal([
        STATUS.opened,
        house.bob.address,
        true,
      ]);
      await payCoin(house, house.copy, 7n);
      expect(await house.ledger.claimable(house.copy, COIN)).to.equal(PRICE);
      expect(await house.ledger.heldAmount(house.copy, COIN)).to.equal(7n);
    });

    it("does not open at 13 bits, nor for another header, nor without a content unit", async () => {
      const house = await loadFixture(withCopy);
      const far = await register(house, house.bob, "far", { fingerprint: fingerprintOf(0x1fffn) });
      const other = await register(house, house.bob, "music", {
        fingerprint: fingerprintOf(0n),
        fingerprintHeader: 0x5205,
      });
      const bare = await register(house, house.bob, "bare", {
        fingerprint: fingerprintOf(0n),
        fingerprintHeader: 0x5500,
      });
      const bareToo = await register(house, house.bob, "bare too", {
        fingerprint: fingerprintOf(0n),
        fingerprintHeader: 0x5500,
      });
      const { disputes, alice } = house;
      const tryOpen = (workId: bigint, otherWork = house.original) =>
        disputes
          .connect(alice)
          .open(newDispute(house, nearClaim(house, { workId, otherWork })), { value: MINIMUM_BOND });
      await expect(tryOpen(far)).to.be.revertedWithCustomError(disputes, "DisputeModuleTooFar").withArgs(13n, 12n);
      await expect(tryOpen(other)).to.be.revertedWithCustomError(disputes, "DisputeModuleNotComparable");
      await expect(tryOpen(bareToo, bare)).to.be.revertedWithCustomError(disputes, "DisputeModuleNotComparable");
    });

    it("measures distance on the content unit alone, bit by bit as a plain count does", async () => {
      const house = await loadFixture(withCopy);
      const claims = await ethers.getContractAt("DisputeClaims", await house.disputes.claims());
      let flip = 1n;
      for (let i = 0; i < 12; i++) {
        flip = (flip * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % (1n << 64n);
        const id = await register(house, house.bob, `random ${i}`, { fingerprint: fingerprintOf(flip) });
        const ones = flip.toString(2).replaceAll("0", "").length;
        expect(await claims.getFunction("contentDistance")(house.original, id)).to.equal(BigInt(ones));
      }
    });

    it("is for the older work only", async () => {
      const house = await loadFixture(withCopy);
      const asked = newDispute(house, nearClaim(house, { workId: house.original, otherWork: house.copy }));
      await expect(
        house.disputes.connect(house.bob).open(asked, { value: MINIMUM_BOND }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleNotOlder");
    });

    it("gives the owner's share to the older work after a ruling, from the opening on, and blocks licenses", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await payCoin(house, house.copy, 1000n);
      await answerDispute(house, id, house.bob);
      await arbitrate(house, id, 1);
      await expect(house.disputes.execute(id, EFFECT.lien | EFFECT.block))
        .to.emit(house.disputes, "HoldReleased")
        .withArgs(id, house.copy);
      await payCoin(house, house.copy, 500n);
      expect(await house.ledger.claimable(house.copy, COIN)).to.equal(PRICE);
      await house.ledger.settleLien(house.copy, 0, COIN);
      expect(await house.ledger.claimable(house.original, COIN)).to.equal(1500n);
      await expectBlocked(house, house.copy, house.bob);
      expect((await house.disputes.disputeOf(id)).status).to.equal(STATUS.ended);
      // Bonds: the winner has both, less what the jurors cost.
      expect(await house.disputes.creditOf(house.alice.address)).to.equal(2n * bond(house) - COST);
      expect(await house.disputes.creditOf(house.bob.address)).to.equal(0n);
    });

    it("gives everything back to the owner who is right", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await payCoin(house, house.copy, 1000n);
      await answerDispute(house, id, house.bob);
      await arbitrate(house, id, 2);
      await expect(house.disputes.execute(id, EFFECT.lien)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleWrongStatus",
      );
      await house.disputes.release(id);
      expect(await house.ledger.claimable(house.copy, COIN)).to.equal(PRICE + 1000n);
      const won = 2n * bond(house) - COST;
      await expect(house.disputes.connect(house.bob).withdraw()).to.changeEtherBalances(
        ethers,
        [house.bob, house.addresses.disputes],
        [won, -won],
      );
      expect(await balanceOf(house)).to.equal(0n);
    });
  });

  describe("exact duplicate", () => {
    it("opens with an older commitment to the same bytes, and for nobody else", async () => {
      const house = await loadFixture(withCommitment);
      const asked = newDispute(house, {
        claim: CLAIM.exactDuplicate,
        effects: EFFECT.clear,
        workId: house.taken,
      });
      await expect(
        house.disputes
          .connect(house.carol)
          .openExactDuplicate(asked, house.root, house.salt, [], { value: MINIMUM_BOND }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleNotOlder");
      await expect(
        house.disputes.connect(house.alice).open(asked, { value: MINIMUM_BOND }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleBadClaim");
      await openExact(house);
    });

    it("never wins by itself: answered, it needs the arbitrator", async () => {
      const house = await loadFixture(withCommitment);
      const id = await openExact(house);
      await answerDispute(house, id, house.bob);
      await time.increase(7 * DAY + 1);
      await house.disputes.poke(id);
      const dispute = await house.disputes.disputeOf(id);
      expect([dispute.status, dispute.ruling]).to.deep.equal([STATUS.ended, 0n]);
      expect((await house.works.workOf(house.taken)).superseded).to.equal(false);
    });

    it("wins by silence, and only the claimant can register the bytes then", async () => {
      const house = await loadFixture(withCommitment);
      const id = await openExact(house);
      await payCoin(house, house.taken, 300n);
      await expect(house.disputes.poke(id)).to.be.revertedWithCustomError(house.disputes, "DisputeModuleNothingDue");
      await time.increase(7 * DAY + 1);
      await expect(house.disputes.poke(id)).to.emit(house.disputes, "DisputeRuled").withArgs(id, 1n, true);
      await house.disputes.execute(id, EFFECT.clear | EFFECT.lien | EFFECT.block);
      await expect(house.works.connect(house.carol).register(house.work)).to.be.revertedWithCustomError(
        house.works,
        "WorkRegistryReserved",
      );
      await house.works.connect(house.alice).registerCommitted(house.work, house.root, house.salt, []);
      await house.ledger.settleLien(house.taken, 0, COIN);
      expect(await house.ledger.balanceOf(house.alice.address, COIN)).to.equal(300n);
      expect(await house.disputes.creditOf(house.alice.address)).to.equal(MINIMUM_BOND);
    });
  });

  describe("missing parent", () => {
    it("puts a lien on the child for the parent left out, and leaves edges, stack and ancestors alone", async () => {
      const house = await loadFixture(deployWithJurors);
      const named = await register(house, house.alice, "named");
      const omitted = await register(house, house.carol, "omitted");
      const child = await registerChild(house, named, house.alice, house.bob, "child", 200_000);
      const claim = { claim: CLAIM.missingParent, workId: child, otherWork: omitted, lienPpm: 250_000 };
      const id = await openDispute(house, house.carol, { ...claim, effects: EFFECT.lien });
      await payCoin(house, child, 1000n);
      // The ancestor's part is not held.
      await house.ledger.pull(child, 0, COIN);
      expect(await house.ledger.claimable(named, COIN)).to.equal(200n);
      expect(await house.ledger.heldAmount(child, COIN)).to.equal(800n);
      await answerDispute(house, id, house.bob);
      await arbitrate(house, id, 1);
      await house.disputes.execute(id, EFFECT.lien);
      await house.ledger.settleLien(child, 0, COIN);
      expect(await house.ledger.claimable(omitted, COIN)).to.equal(200n);
      expect(await house.ledger.claimable(child, COIN)).to.equal(600n);
      expect((await house.works.workOf(child)).stack).to.equal(200_000n);
    });

    it("takes only works that are older than the child", async () => {
      const house = await loadFixture(withCopy);
      const asked = newDispute(house, {
        claim: CLAIM.missingParent,
        effects: EFFECT.lien,
        lienPpm: 1,
        workId: house.original,
        otherWork: house.copy,
      });
      await expect(
        house.disputes.connect(house.bob).open(asked, { value: MINIMUM_BOND }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleUnknownWork");
    });
  });

  describe("license breach", () => {
    it("revokes the named licenses and no other", async () => {
      const house = await loadFixture(deployWithJurors);
      const work = await register(house, house.alice, "licensed");
      const named = await freeLicense(house, work, house.alice, house.bob);
      const spared = await freeLicense(house, work, house.alice, house.bob);
      const id = await openDispute(house, house.alice, {
        claim: CLAIM.licenseBreach,
        effects: EFFECT.revoke,
        otherWork: work,
        licenseIds: [named],
      });
      await answerDispute(house, id, house.bob);
      await arbitrate(house, id, 1);
      await house.disputes.execute(id, EFFECT.revoke);
      expect(await house.licenses.isActive(named)).to.equal(false);
      expect(await house.licenses.isActive(spared)).to.equal(true);
    });

    it("is for the licensor, about licenses of his work and of one holder", async () => {
      const house = await loadFixture(deployWithJurors);
      const work = await register(house, house.alice, "licensed");
      const bobs = await freeLicense(house, work, house.alice, house.bob);
      const carols = await freeLicense(house, work, house.alice, house.carol);
      const asked = (licenseIds: bigint[]) =>
        newDispute(house, {
          claim: CLAIM.licenseBreach,
          effects: EFFECT.revoke,
          otherWork: work,
          licenseIds,
        });
      await expect(
        house.disputes.connect(house.dave).open(asked([bobs]), { value: MINIMUM_BOND }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleNotOwner");
      await expect(
        house.disputes.connect(house.alice).open(asked([bobs, carols]), { value: MINIMUM_BOND }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleBadLicenses");
    });
  });

  describe("result fraud", () => {
    it("slashes the operator's stake for the requester, at most the price", async () => {
      const house = await loadFixture(withJob);
      const claim = { claim: CLAIM.resultFraud, effects: EFFECT.slash, jobId: house.jobId, currencies: [] };
      await expect(
        openDispute(house, house.requester, { ...claim, slashAmount: house.price + 1n }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleBadJob");
      const id = await openDispute(house, house.requester, { ...claim, slashAmount: house.price });
      const before = (await house.operators.operatorOf(house.operator.address)).stake as bigint;
      await time.increase(3 * DAY + 1);
      await house.disputes.poke(id);
      await house.disputes.execute(id, EFFECT.slash);
      const after = await house.operators.operatorOf(house.operator.address);
      expect(before - after.stake).to.equal(house.price);
    });

    it("is for who paid, within four days after the review", async () => {
      const house = await loadFixture(withJob);
      const claim = {
        claim: CLAIM.resultFraud,
        effects: EFFECT.slash,
        jobId: house.jobId,
        currencies: [],
        slashAmount: 1n,
      };
      await expect(openDispute(house, house.alice, claim)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleBadJob",
      );
      await time.increase(4 * DAY + 3601);
      await expect(openDispute(house, house.requester, claim)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleBadJob",
      );
    });

    const fraudOf = (house: { jobId: bigint; price: bigint }) => ({
      claim: CLAIM.resultFraud,
      effects: EFFECT.slash,
      jobId: house.jobId,
      currencies: [],
      slashAmount: house.price,
    });

    it("keeps the claimed stake from leaving while the dispute runs, however long the arbitrator takes", async () => {
      const house = await loadFixture(withJob);
      const { operators, operator, disputes } = house;
      await operators.connect(operator).startUnbonding(await operators.freeStake(operator));
      const id = await openDispute(house, house.requester, fraudOf(house));
      await answerDispute(house, id, operator);
      await time.increase(7 * DAY - 100);
      await disputes.startArbitration(id);
      await time.increase(DAY);
      await operators.connect(operator).withdrawStake();
      expect((await operators.operatorOf(operator.address)).locked).to.equal(house.price);
      await ruleBroughtCase(house, id, 1);
      await disputes.execute(id, EFFECT.slash);
      const { stake, locked, unbonding } = await operators.operatorOf(operator.address);
      expect([stake, locked, unbonding]).to.deep.equal([0n, 0n, 0n]);
    });

    it("gives the stake back with a ruling for the operator, unbonding as it was", async () => {
      const house = await loadFixture(withJob);
      const { operators, operator } = house;
      await operators.connect(operator).startUnbonding(await operators.freeStake(operator));
      const id = await openDispute(house, house.requester, fraudOf(house));
      await answerDispute(house, id, operator);
      await arbitrate(house, id, 2);
      const { stake, locked, unbonding } = await operators.operatorOf(operator.address);
      expect([stake, locked, unbonding]).to.deep.equal([0n, 0n, 100n * MINIMUM_STAKE]);
      await time.increase(7 * DAY);
      await operators.connect(operator).withdrawStake();
    });

    it("keeps no stake for longer than 90 days, whatever nobody does; and only disputes can keep any", async () => {
      const house = await loadFixture(withJob);
      const { operators, operator, stranger } = house;
      const id = await openDispute(house, house.requester, fraudOf(house));
      const free = 100n * MINIMUM_STAKE - house.price;
      expect(await operators.freeStake(operator.address)).to.equal(free);
      await expect(operators.connect(stranger).releaseForDispute(id))
        .to.be.revertedWithCustomError(operators, "OperatorRegistryNotDisputes")
        .withArgs(stranger.address);
      await expect(operators.connect(stranger).lockForDispute(9n, operator.address, 1n, 1n))
        .to.be.revertedWithCustomError(operators, "OperatorRegistryNotDisputes")
        .withArgs(stranger.address);
      await time.increase(90 * DAY + 1);
      await operators.connect(stranger).releaseForDispute(id);
      await operators.connect(stranger).releaseForDispute(id);
      expect(await operators.freeStake(operator.address)).to.equal(100n * MINIMUM_STAKE);
      await house.disputes.poke(id);
      await house.disputes.execute(id, EFFECT.slash);
      expect(await operators.freeStake(operator.address)).to.equal(free);
    });

    it("is said of a job once, so that no result costs more than it was paid", async () => {
      const house = await loadFixture(withJob);
      const id = await openDispute(house, house.requester, fraudOf(house));
      await expect(openDispute(house, house.requester, fraudOf(house)))
        .to.be.revertedWithCustomError(house.disputes, "DisputeModuleJobDisputed")
        .withArgs(house.jobId, id);
      expect(await house.disputes.disputeOfJob(house.jobId)).to.equal(id);
    });

    it("slashes by silence before unbonding stake can leave, when opened as early as it can be", async () => {
      const house = await loadFixture(withJob);
      await house.operators.connect(house.operator).startUnbonding(await house.operators.freeStake(house.operator));
      const claim = { claim: CLAIM.resultFraud, effects: EFFECT.slash, jobId: house.jobId, currencies: [] };
      await time.increase(3 * DAY);
      const id = await openDispute(house, house.requester, { ...claim, slashAmount: house.price });
      await time.increase(3 * DAY + 1);
      await house.disputes.poke(id);
      await house.disputes.execute(id, EFFECT.slash);
      const { unbonding } = await house.operators.operatorOf(house.operator.address);
      expect(unbonding).to.equal(100n * MINIMUM_STAKE - house.price);
    });
  });

  describe("bonds", () => {
    it("grow with recent revenue in coin, up to a cap", async () => {
      const house = await loadFixture(withCopy);
      const asked = newDispute(house, nearClaim(house));
      expect(await house.disputes.bondOf(asked)).to.equal(PRICE / 20n);
      await payCoin(house, house.copy, 1000n * PRICE);
      expect(await house.disputes.bondOf(asked)).to.equal(100n * MINIMUM_BOND);
      await expect(
        house.disputes.connect(house.alice).open(asked, { value: 100n * MINIMUM_BOND - 1n }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleWrongBond");
    });

    it("forget revenue before the last but one mark, which can be set once in 90 days", async () => {
      const house = await loadFixture(withCopy);
      await house.disputes.mark(house.copy);
      expect(await house.disputes.recentRevenue(house.copy)).to.equal(PRICE);
      await expect(house.disputes.mark(house.copy)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleMarkTooSoon",
      );
      await time.increase(90 * DAY);
      await payCoin(house, house.copy, 5n);
      await house.disputes.mark(house.copy);
      expect(await house.disputes.recentRevenue(house.copy)).to.equal(5n);
    });

    it("cover the jurors that the claimant asks for", async () => {
      const house = await loadFixture(withCopy);
      const asked = newDispute(house, {
        claim: CLAIM.missingParent,
        effects: EFFECT.lien,
        lienPpm: 1,
        workId: house.copy,
        otherWork: house.original,
        jurors: 15,
      });
      expect(await house.disputes.bondOf(asked)).to.equal(PRICE / 20n);
      const fresh = await register(house, house.bob, "without revenue");
      expect(await house.disputes.bondOf({ ...asked, workId: fresh })).to.equal(15n * JUROR_FEE);
    });
  });

  describe("answers", () => {
    it("come from the owner first, from anybody after three days, from nobody after seven", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await expect(answerDispute(house, id, house.carol)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleNotYourTurn",
      );
      await time.increase(3 * DAY + 1);
      await expect(answerDispute(house, id, house.alice)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleNotYourTurn",
      );
      await answerDispute(house, id, house.carol);
      const late = await openDispute(house, house.alice, nearClaim(house));
      await time.increase(7 * DAY + 1);
      await expect(answerDispute(house, late, house.bob)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleTooLate",
      );
    });

    it("come from who owns the work by now", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await house.works.connect(house.bob).transferFrom(house.bob.address, house.dave.address, house.copy);
      await answerDispute(house, id, house.dave);
      expect((await house.disputes.disputeOf(id)).respondent).to.equal(house.dave.address);
    });

    it("match the bond exactly", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await expect(
        house.disputes.connect(house.bob).answer(id, { value: bond(house) - 1n }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleWrongBond");
    });
  });

  describe("every state ends by pokes", () => {
    it("arbitrator not asked: both bonds go back whole", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await answerDispute(house, id, house.bob);
      await time.increase(7 * DAY + 1);
      await expect(house.disputes.startArbitration(id)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleTooLate",
      );
      await house.disputes.poke(id);
      expect(await house.disputes.creditOf(house.alice.address)).to.equal(bond(house));
      expect(await house.disputes.creditOf(house.bob.address)).to.equal(bond(house));
    });

    it("arbitrator silent for 30 days: the rest goes back, half each, and a late ruling changes nothing", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await answerDispute(house, id, house.bob);
      await house.disputes.startArbitration(id);
      await drawPanel(house);
      const { caseId } = await house.disputes.disputeOf(id);
      await vote(house, caseId, [1, 1, 1]);
      await time.increase(30 * DAY + 1);
      await house.disputes.poke(id);
      await expect(house.committee.execute(caseId)).to.emit(house.committee, "RulingUndelivered");
      const half = (2n * bond(house) - COST) / 2n;
      expect(await house.disputes.creditOf(house.alice.address)).to.equal(half);
      expect(await house.disputes.creditOf(house.bob.address)).to.equal(half);
      expect((await house.disputes.disputeOf(id)).ruling).to.equal(0n);
    });

    it("no jurors at all, as on a small local network: refused, and the fee goes back to the parties", async () => {
      const house = await loadFixture(deployDisputeHouse);
      const original = await register(house, house.alice, "original", { fingerprint: fingerprintOf(0n) });
      const copy = await register(house, house.bob, "copy", { fingerprint: fingerprintOf(1n) });
      const id = await openDispute(house, house.alice, nearClaim({ original, copy }));
      await answerDispute(house, id, house.bob);
      await house.disputes.startArbitration(id);
      await networkHelpers.mine(3);
      await expect(house.committee.draw()).to.emit(house.disputes, "DisputeEnded").withArgs(id, 0n);
      for (const party of [house.alice, house.bob]) {
        const all = (await house.disputes.creditOf(party.address)) + (await house.committee.creditOf(party.address));
        expect(all).to.be.within(MINIMUM_BOND - 1n, MINIMUM_BOND + 1n);
      }
    });

    it("a hold ends by itself after 45 days, without anybody's help", async () => {
      const house = await loadFixture(withCopy);
      await openDispute(house, house.alice, nearClaim(house));
      await payCoin(house, house.copy, 9n);
      await time.increase(45 * DAY + 1);
      expect(await house.ledger.claimable(house.copy, COIN)).to.equal(PRICE + 9n);
    });

    it("an owner can't give a friend what a later ruling takes, by a dispute that he leaves unanswered", async () => {
      const house = await loadFixture(withCopy);
      const sham = await openDispute(house, house.carol, {
        claim: CLAIM.missingParent,
        workId: house.copy,
        otherWork: 1n,
        effects: EFFECT.lien,
        lienPpm: 1_000_000,
      });
      await time.increase(7 * DAY + 1);
      await house.disputes.poke(sham);
      await house.disputes.execute(sham, EFFECT.lien);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await answerDispute(house, id, house.bob);
      await arbitrate(house, id, 1);
      await house.disputes.execute(id, EFFECT.lien);
      const liens = await house.ledger.liensOf(house.copy);
      expect(liens.map((lien: { ppm: bigint; heard: boolean }) => [lien.ppm, lien.heard])).to.deep.equal([
        [1_000_000n, false],
        [1_000_000n, true],
      ]);
      await house.ledger.touch(house.copy, COIN);
      await payCoin(house, house.copy, 1000n);
      expect(await house.ledger.lienDue(house.copy, 0n, COIN)).to.equal(0n);
      expect(await house.ledger.lienDue(house.copy, 1n, COIN)).to.equal(1000n);
    });

    it("effects that nobody executes are dropped after 30 days", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await time.increase(7 * DAY + 1);
      await house.disputes.poke(id);
      await time.increase(30 * DAY + 1);
      await house.disputes.poke(id);
      await expect(house.disputes.execute(id, EFFECT.block)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleWrongStatus",
      );
    });

    it("an effect that can't be executed does not hold up the others", async () => {
      const house = await loadFixture(withCopy);
      const first = await openDispute(house, house.alice, nearClaim(house));
      const second = await openDispute(house, house.alice, nearClaim(house));
      await time.increase(7 * DAY + 1);
      for (const id of [first, second]) await house.disputes.poke(id);
      await house.disputes.execute(first, EFFECT.lien);
      // Nothing is left of the owner's share for a second lien.
      await expect(house.disputes.execute(second, EFFECT.lien)).to.be.revertedWithCustomError(
        house.ledger,
        "RoyaltyLedgerBadLien",
      );
      await house.disputes.execute(second, EFFECT.block);
    });
  });

  describe("rulings", () => {
    it("come from the pinned arbitrator alone, for its own case", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await answerDispute(house, id, house.bob);
      await house.disputes.startArbitration(id);
      const { caseId } = await house.disputes.disputeOf(id);
      for (const account of [house.alice, house.bob, house.deployer]) {
        await expect(house.disputes.connect(account).rule(caseId, 1)).to.be.revertedWithCustomError(
          house.disputes,
          "DisputeModuleNotArbitrator",
        );
      }
    });

    it("peer's policy switch: unlisting an arbitrator, or another bond rule, changes nothing for open disputes", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      const { disputes, authority } = house;
      const asAdmin = async (name: string, args: unknown[]) => {
        const data = disputes.interface.encodeFunctionData(name, args);
        await expect(house.bob.sendTransaction({ to: house.addresses.disputes, data })).to.be.revertedWithCustomError(
          disputes,
          "AccessManagedUnauthorized",
        );
        await authority.schedule(house.addresses.disputes, data, 0);
        return data;
      };
      const unlist = await asAdmin("setArbitrator", [house.addresses.arbitrator, false]);
      const dearer = await asAdmin("setBondRule", [MINIMUM_BOND * 2n, 1, MINIMUM_BOND * 200n]);
      await answerDispute(house, id, house.bob);
      await time.increase(7 * DAY - 60);
      await expect(authority.execute(house.addresses.disputes, unlist)).to.be.revertedWithCustomError(
        authority,
        "AccessManagerNotReady",
      );
      await house.disputes.startArbitration(id);
      await time.increase(120);
      await authority.execute(house.addresses.disputes, unlist);
      await authority.execute(house.addresses.disputes, dearer);
      await expect(openDispute(house, house.alice, nearClaim(house))).to.be.revertedWithCustomError(
        disputes,
        "DisputeModuleUnlistedArbitrator",
      );
      await drawPanel(house);
      const { caseId, bond: pinned } = await disputes.disputeOf(id);
      await vote(house, caseId, [2, 2, 2]);
      await house.committee.execute(caseId);
      expect(await disputes.creditOf(house.bob.address)).to.equal(2n * pinned - COST);
    });

    it("bounds the bond rule", async () => {
      const house = await loadFixture(withCopy);
      const { disputes } = house;
      await networkHelpers.impersonateAccount(house.addresses.authority);
      for (const [minimum, ppm, cap] of [
        [MINIMUM_BOND / 101n, 1, MINIMUM_BOND],
        [MINIMUM_BOND * 101n, 1, MINIMUM_BOND * 2000n],
        [MINIMUM_BOND, 100_001, MINIMUM_BOND * 10n],
        [MINIMUM_BOND, 1, MINIMUM_BOND * 9n],
        [MINIMUM_BOND, 1, MINIMUM_BOND * 1001n],
      ] as const) {
        const data = disputes.interface.encodeFunctionData("setBondRule", [minimum, ppm, cap]);
        await house.authority.schedule(house.addresses.disputes, data, 0);
        await time.increase(7 * DAY + 1);
        await expect(house.authority.execute(house.addresses.disputes, data)).to.be.revertedWithCustomError(
          disputes,
          "DisputeModuleBadBondRule",
        );
      }
    });
  });

  describe("peers' findings", () => {
    it("an evidence document used in one dispute can be used in any other: nobody can burn it", async () => {
      const house = await loadFixture(withCopy);
      const first = await openDispute(house, house.alice, nearClaim(house));
      const second = await openDispute(house, house.alice, nearClaim(house));
      const uri = "ipfs://evidence";
      await house.disputes.connect(house.stranger).submitEvidence(first, uri);
      for (const [id, party] of [
        [first, house.alice],
        [second, house.alice],
        [second, house.bob],
      ] as const) {
        await expect(house.disputes.connect(party).submitEvidence(id, uri))
          .to.emit(house.disputes, "Evidence")
          .withArgs(house.addresses.arbitrator, id, party.address, uri);
      }
      await expect(house.disputes.submitEvidence(first, "x".repeat(513))).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleLongEvidence",
      );
    });

    it("income of before the dispute is never frozen, not even after it is lost", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await expect(house.ledger.claim(house.copy, COIN)).to.changeEtherBalances(ethers, [house.bob], [PRICE]);
      await time.increase(7 * DAY + 1);
      await house.disputes.poke(id);
      await house.disputes.execute(id, EFFECT.lien | EFFECT.block);
      expect(await house.ledger.claimable(house.copy, COIN)).to.equal(0n);
    });

    it("nobody can lift a ruling, the claimant neither", async () => {
      const house = await loadFixture(withCopy);
      const id = await openDispute(house, house.alice, nearClaim(house));
      await time.increase(7 * DAY + 1);
      await house.disputes.poke(id);
      await house.disputes.execute(id, EFFECT.lien | EFFECT.block);
      const names = house.disputes.interface.fragments.map((part) => (part as { name?: string }).name ?? "");
      for (const name of ["cancelDispute", "resolveDispute", "setBlocked", "unblock", "removeLien"]) {
        expect(names).to.not.include(name);
      }
      await expect(house.disputes.connect(house.alice).poke(id)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleNothingDue",
      );
      await expectBlocked(house, house.copy, house.bob);
    });

    it("one dispute after another can't hold a work for good: at most 45 days of 90", async () => {
      const house = await loadFixture(withCopy);
      const first = await openDispute(house, house.alice, nearClaim(house));
      await answerDispute(house, first, house.bob);
      await arbitrate(house, first, 2);
      await house.disputes.release(first);
      const second = await openDispute(house, house.alice, nearClaim(house));
      expect((await house.disputes.disputeOf(second)).holds).to.equal(false);
      await payCoin(house, house.copy, 4n);
      expect(await house.ledger.heldAmount(house.copy, COIN)).to.equal(0n);
      await time.increase(90 * DAY);
      const third = await openDispute(house, house.alice, nearClaim(house));
      expect((await house.disputes.disputeOf(third)).holds).to.equal(true);
      // The first one's late release must not end the third one's hold.
      await expect(house.disputes.release(first)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleNothingDue",
      );
    });

    it("an owner can't keep his work free of holds by disputing it himself, through another account, and asking nobody", async () => {
      const house = await loadFixture(withCopy);
      const sham = await openDispute(house, house.carol, nearClaim(house));
      expect((await house.disputes.disputeOf(sham)).holds).to.equal(true);
      await answerDispute(house, sham, house.bob);
      await time.increase(7 * DAY + 1);
      await house.disputes.poke(sham);
      // Nobody need release the sham's hold first.
      const real = await openDispute(house, house.alice, nearClaim(house));
      expect((await house.disputes.disputeOf(real)).holds).to.equal(true);
      expect((await house.disputes.disputeOf(sham)).holds).to.equal(false);
      await payCoin(house, house.copy, 5n);
      expect(await house.ledger.heldAmount(house.copy, COIN)).to.equal(5n);
      await expect(house.disputes.release(sham)).to.be.revertedWithCustomError(
        house.disputes,
        "DisputeModuleNothingDue",
      );
    });

    it("a work that a won dispute still holds can be disputed, without a second hold", async () => {
      const house = await loadFixture(withCopy);
      const won = await openDispute(house, house.alice, nearClaim(house));
      await time.increase(7 * DAY + 1);
      await house.disputes.poke(won);
      const next = await openDispute(house, house.alice, nearClaim(house));
      expect((await house.disputes.disputeOf(next)).holds).to.equal(false);
      expect((await house.disputes.disputeOf(won)).holds).to.equal(true);
    });

    it("a later dispute's hold survives the release of an earlier one", async () => {
      const house = await loadFixture(withCopy);
      const first = await openDispute(house, house.alice, nearClaim(house));
      await answerDispute(house, first, house.bob);
      await time.increase(7 * DAY + 1);
      await house.disputes.poke(first);
      await time.increase(90 * DAY);
      const second = await openDispute(house, house.alice, nearClaim(house));
      await house.disputes.release(first);
      await payCoin(house, house.copy, 6n);
      expect(await house.ledger.heldAmount(house.copy, COIN)).to.equal(6n);
      expect((await house.disputes.disputeOf(second)).holds).to.equal(true);
    });
  });

  describe("signed calls", () => {
    it("open and answer for their signers through the forwarder", async () => {
      const house = await loadFixture(withCopy);
      const asked = newDispute(house, nearClaim(house));
      const value = await house.disputes.bondOf(asked);
      const call = {
        signer: house.alice.address,
        target: house.addresses.disputes,
        value,
        nonce: 1n,
        deadline: (await time.latest()) + DAY,
        data: house.disputes.interface.encodeFunctionData("open", [asked]),
      };
      const types = {
        SignedCall: [
          { name: "signer", type: "address" },
          { name: "target", type: "address" },
          { name: "value", type: "uint256" },
          { name: "nonce", type: "uint256" },
          { name: "deadline", type: "uint256" },
          { name: "data", type: "bytes" },
        ],
      };
      const { chainId } = await ethers.provider.getNetwork();
      const domain = { name: "Colophon", version: "1", chainId, verifyingContract: house.addresses.withSig };
      const signature = await house.alice.signTypedData(domain, types, call);
      await house.withSig.connect(house.stranger).send(call, signature, { value });
      expect((await house.disputes.disputeOf(1n)).claimant).to.equal(house.alice.address);
    });
  });

  it("costs less than 5M gas at every cap", async () => {
    const house = await loadFixture(deployWithJurors);
    const work = await register(house, house.alice, "licensed");
    const target = await register(house, house.bob, "target");
    const licenseIds: bigint[] = [];
    for (let i = 0; i < 16; i++) licenseIds.push(await freeLicense(house, work, house.alice, house.bob));
    const currencies = Array.from({ length: 8 }, (_, index) => ethers.toBeHex(index, 20));
    const asked = newDispute(house, {
      claim: CLAIM.licenseBreach,
      effects: EFFECT.lien | EFFECT.block | EFFECT.revoke,
      lienPpm: 1_000_000,
      workId: target,
      otherWork: work,
      licenseIds,
      currencies,
    });
    const value = await house.disputes.bondOf(asked);
    const opened = await (await house.disputes.connect(house.alice).open(asked, { value })).wait();
    expect(opened.gasUsed).to.be.lessThan(5_000_000n);
    await expect(
      house.disputes.connect(house.alice).open({ ...asked, currencies: [...currencies, COIN] }, { value }),
    ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleTooMany");
    await expect(
      house.disputes.connect(house.alice).open({ ...asked, licenseIds: [...licenseIds, 1n] }, { value }),
    ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleTooMany");
    await time.increase(7 * DAY + 1);
    await house.disputes.poke(1n);
    const executed = await (await house.disputes.execute(1n, EFFECT.lien | EFFECT.block | EFFECT.revoke)).wait();
    expect(executed.gasUsed).to.be.lessThan(5_000_000n);
  });

  it("refuses effects that a claim has no right to", async () => {
    const house = await loadFixture(withCopy);
    const tries: [number, Record<string, unknown>][] = [
      [CLAIM.nearDuplicate, { effects: EFFECT.clear }],
      [CLAIM.nearDuplicate, { effects: EFFECT.revoke, licenseIds: [1n] }],
      [CLAIM.nearDuplicate, { effects: EFFECT.slash, slashAmount: 1n }],
      [CLAIM.nearDuplicate, { effects: 0 }],
      [CLAIM.nearDuplicate, { effects: 32 }],
      [CLAIM.missingParent, { effects: EFFECT.block }],
      [CLAIM.licenseBreach, { effects: EFFECT.block, workId: 0n, otherWork: house.original }],
      [CLAIM.resultFraud, { effects: EFFECT.lien, lienPpm: 1 }],
    ];
    for (const [claim, fields] of tries) {
      const asked = newDispute(house, { workId: house.copy, otherWork: house.original, claim, ...fields });
      await expect(
        house.disputes.connect(house.alice).open(asked, { value: PRICE / 20n }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleBadEffects");
    }
    for (const lienPpm of [0, 1_000_001]) {
      await expect(
        house.disputes
          .connect(house.alice)
          .open(newDispute(house, nearClaim(house, { lienPpm })), { value: PRICE / 20n }),
      ).to.be.revertedWithCustomError(house.disputes, "DisputeModuleBadLien");
    }
  });
});

/** No license of the work can be sold any more. */
async function expectBlocked(house: DisputeHouse, work: bigint, owner: Parameters<typeof freeLicense>[2]) {
  await expect(freeLicense(house, work, owner, house.carol)).to.be.revertedWithCustomError(
    house.licenses,
    "LicenseTokenBlocked",
  );
}

/** The bond of the copy with the revenue of `withCopy`. */
function bond(_house: DisputeHouse): bigint {
  return PRICE / 20n;
}
