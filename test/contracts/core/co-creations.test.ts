import { expect } from "chai";
import { COIN, DAY, deployPuppet, newWork, offerOf, remixTerms } from "../house.ts";
import { ethers, loadFixture, time } from "../network.ts";
import {
  CO_CREATION_TYPES,
  coCreate,
  coCreationOf,
  domainOf,
  SPLIT_CHANGE_TYPES,
  signAll,
  splitChangeOf,
  splitOf,
  strangers,
} from "./co-creation.ts";
import { derive, deployCore, deployEdges, gasOf, root } from "./core-house.ts";

/** Order of secp256k1: s and n - s sign the same. */
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A work of alice's token whose revenue is bob's (60 %), carol's (30 %) and dave's (10 %); two of them can change it. */
async function coCreated() {
  const core = await deployEdges();
  const split = splitOf([
    [core.bob, 600_000],
    [core.carol, 300_000],
    [core.dave, 100_000],
  ]);
  const workId = await coCreate(core, core.alice, split, "together", { threshold: 2 });
  return { ...core, core, split, workId };
}

describe("CoCreations", () => {
  describe("registerCoCreated", () => {
    it("gives the token to the owner and the revenue to the payees", async () => {
      const { works, ledger, coCreations, alice, split, workId } = await loadFixture(coCreated);
      expect(await works.ownerOf(workId)).to.equal(alice.address);
      expect(await coCreations.thresholdOf(workId)).to.equal(2n);
      const packed = ethers.AbiCoder.defaultAbiCoder().encode(["address[]", "uint24[]"], [split.payees, split.ppm]);
      expect(await ledger.splitOf(workId)).to.equal(ethers.keccak256(packed).slice(0, 2 + 56));
    });

    it("logs the payees, for anyone to claim by", async () => {
      const { core, coCreations, alice, split } = await loadFixture(coCreated);
      const coCreation = coCreationOf(alice, split, "logged", { nonce: 9n });
      const signatures = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
      await expect(coCreations.connect(alice).registerCoCreated(newWork("logged"), coCreation, signatures))
        .to.emit(coCreations, "CoCreated")
        .withArgs(2n, split.payees, split.ppm, 3n);
    });

    it("agrees with EIP-712 about the digests", async () => {
      const { core, coCreations, alice, split, workId } = await loadFixture(coCreated);
      const domain = await domainOf(core);
      const coCreation = coCreationOf(alice, split, "digest");
      expect(await coCreations.coCreationDigest(coCreation)).to.equal(
        ethers.TypedDataEncoder.hash(domain, CO_CREATION_TYPES, coCreation),
      );
      const change = splitChangeOf(workId, split);
      expect(await coCreations.splitChangeDigest(change)).to.equal(
        ethers.TypedDataEncoder.hash(domain, SPLIT_CHANGE_TYPES, change),
      );
    });

    it("takes the word of contracts (ERC-1271), and only while they give it", async () => {
      const { core, coCreations, works, alice, bob } = await loadFixture(coCreated);
      const wallet = await ethers.deployContract("SignerContract", [bob.address]);
      const address = await wallet.getAddress();
      const payees = [address, alice.address].toSorted((one, two) => (BigInt(one) < BigInt(two) ? -1 : 1));
      const coCreation = coCreationOf(alice, { payees, ppm: [500_000, 500_000] }, "contract");
      const keys = payees.map((payee) => (payee === address ? bob : alice));
      const signatures = await signAll(core, keys, CO_CREATION_TYPES, coCreation);
      const ofAlice = signatures[payees.indexOf(alice.address)];
      const send = (list: unknown[]) =>
        coCreations.connect(alice).registerCoCreated(newWork("contract"), coCreation, list);
      await expect(send([ofAlice, ofAlice]))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsBadSignature")
        .withArgs(address);
      await wallet.getFunction("setSilent")(true);
      await expect(send(signatures))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsBadSignature")
        .withArgs(address);
      await wallet.getFunction("setSilent")(false);
      await send(signatures);
      expect(await works.ownerOf(2n)).to.equal(alice.address);
    });

    it("registers derivatives too, with licenses of the owner", async () => {
      const core = await loadFixture(deployCore);
      const { works, coCreations, alice, bob, carol, licenses } = core;
      const parent = await root(core, bob, "parent");
      await licenses.connect(bob).setOffer(parent, remixTerms(100_000), offerOf(0n));
      await licenses.connect(alice).buy(1n, alice.address, 0n);
      const split = splitOf([
        [alice, 500_000],
        [carol, 500_000],
      ]);
      const coCreation = coCreationOf(alice, split, "child");
      const signatures = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
      await coCreations.connect(alice).registerCoCreatedDerivative(newWork("child"), [1n], coCreation, signatures);
      expect(await works.stackOf(2n)).to.equal(100_000n);
      expect(await core.ledger.splitOf(2n)).not.to.equal(`0x${"00".repeat(28)}`);
    });

    it("refuses payees that are out of order, twice, zero, too many, or do not sum to the whole", async () => {
      const { core, coCreations, alice, bob } = await loadFixture(coCreated);
      const good = splitOf([
        [alice, 400_000],
        [bob, 600_000],
      ]);
      const [one = "", two = ""] = good.payees;
      const many = splitOf(strangers(65).map((person, i) => [person, i === 0 ? 1_000_000 - 64 : 1]));
      const bad: { payees: string[]; ppm: number[]; threshold?: number }[] = [
        { payees: [], ppm: [] },
        { payees: [two, one], ppm: [500_000, 500_000] },
        { payees: [one, one], ppm: [500_000, 500_000] },
        { payees: [ethers.ZeroAddress, one], ppm: [500_000, 500_000] },
        { payees: [one, two], ppm: [500_000, 499_999] },
        { payees: [one, two], ppm: [500_000, 500_001] },
        { payees: [one, two], ppm: [1_000_000, 0] },
        { payees: [one, two], ppm: [1_000_000] },
        { payees: [one, two], ppm: [400_000, 600_000], threshold: 0 },
        { payees: [one, two], ppm: [400_000, 600_000], threshold: 3 },
        many,
      ];
      for (const { payees, ppm, threshold } of bad) {
        const coCreation = coCreationOf(alice, { payees, ppm }, "bad", threshold === undefined ? {} : { threshold });
        await expect(
          coCreations.connect(alice).registerCoCreated(
            newWork("bad"),
            coCreation,
            payees.map(() => "0x"),
          ),
        ).to.be.revertedWithCustomError(coCreations, "CoCreationsBadSplit");
      }
      const coCreation = coCreationOf(alice, good, "bad");
      const [first = ""] = await signAll(core, good.people, CO_CREATION_TYPES, coCreation);
      await expect(
        coCreations.connect(alice).registerCoCreated(newWork("bad"), coCreation, [first]),
      ).to.be.revertedWithCustomError(coCreations, "CoCreationsBadSplit");
    });

    it("costs less than 5M gas with 64 payees, and so does claiming for them", async () => {
      const { core, coCreations, ledger, alice, stranger } = await loadFixture(coCreated);
      const split = splitOf(strangers(64).map((person) => [person, 15_625]));
      const coCreation = coCreationOf(alice, split, "crowd");
      const signatures = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
      const register = coCreations.connect(alice).registerCoCreated(newWork("crowd"), coCreation, signatures);
      expect(await gasOf(register)).to.be.within(300_000, 5_000_000);
      await ledger.connect(stranger).pay(2n, COIN, 64_000_000n, { value: 64_000_000n });
      expect(await gasOf(ledger.claimSplit(2n, COIN, split.payees, split.ppm))).to.be.within(1_000_000, 5_000_000);
      for (const payee of split.payees) expect(await ledger.balanceOf(payee, COIN)).to.equal(1_000_000n);
    });
  });

  describe("signatures", () => {
    it("are good for the owner they name only, who alone can send them", async () => {
      const { core, coCreations, alice, stranger, split } = await loadFixture(coCreated);
      const coCreation = coCreationOf(alice, split, "raced");
      const signatures = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
      await expect(coCreations.connect(stranger).registerCoCreated(newWork("raced"), coCreation, signatures))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsNotOwner")
        .withArgs(alice.address, stranger.address);
      const stolen = { ...coCreation, owner: stranger.address };
      await expect(
        coCreations.connect(stranger).registerCoCreated(newWork("raced"), stolen, signatures),
      ).to.be.revertedWithCustomError(coCreations, "CoCreationsBadSignature");
    });

    it("are good for one content, one split, one threshold, one nonce and until their time", async () => {
      const { core, coCreations, alice, split } = await loadFixture(coCreated);
      const validUntil = BigInt((await time.latest()) + DAY);
      const coCreation = coCreationOf(alice, split, "one", { validUntil });
      const signatures = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
      const send = (work: string, changed: Record<string, unknown>) =>
        coCreations.connect(alice).registerCoCreated(newWork(work), { ...coCreation, ...changed }, signatures);
      await expect(send("other", {})).to.be.revertedWithCustomError(coCreations, "CoCreationsWrongContent");
      for (const changed of [
        { ppm: [600_000, 200_000, 200_000] },
        { threshold: 1 },
        { nonce: 3n },
        { validUntil: validUntil + 1n },
      ]) {
        await expect(send("one", changed)).to.be.revertedWithCustomError(coCreations, "CoCreationsBadSignature");
      }
      const otherContent = { contentHash: newWork("other").contentHash };
      await expect(send("other", otherContent)).to.be.revertedWithCustomError(coCreations, "CoCreationsBadSignature");
      await time.setNextBlockTimestamp(validUntil + 1n);
      await expect(send("one", {}))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsExpired")
        .withArgs(validUntil);
    });

    it("are good on one chain and in one contract, and for one action", async () => {
      const { core, coCreations, alice, split, workId } = await loadFixture(coCreated);
      const coCreation = coCreationOf(alice, split, "bound");
      const domain = await domainOf(core);
      for (const other of [
        { ...domain, chainId: 1n },
        { ...domain, verifyingContract: core.house.works },
        { ...domain, name: "Other" },
        { ...domain, version: "2" },
      ]) {
        const signatures = await Promise.all(
          split.people.map((person) => person.signTypedData(other, CO_CREATION_TYPES, coCreation)),
        );
        await expect(
          coCreations.connect(alice).registerCoCreated(newWork("bound"), coCreation, signatures),
        ).to.be.revertedWithCustomError(coCreations, "CoCreationsBadSignature");
      }
      const change = splitChangeOf(workId, split);
      const forCreation = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
      await expect(coCreations.changeSplit(split.payees, split.ppm, change, forCreation)).to.be.revertedWithCustomError(
        coCreations,
        "CoCreationsBadSignature",
      );
    });

    it("are refused with the other s, cut short, of somebody else, or missing", async () => {
      const { core, coCreations, alice, stranger, split } = await loadFixture(coCreated);
      const coCreation = coCreationOf(alice, split, "bytes");
      const signatures = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
      const [first = "", ...rest] = signatures;
      const { r, s, v } = ethers.Signature.from(first);
      const flipped = ethers.concat([
        r,
        ethers.toBeHex(CURVE_ORDER - BigInt(s), 32),
        ethers.toBeHex(v === 27 ? 28 : 27, 1),
      ]);
      const foreign = await stranger.signTypedData(await domainOf(core), CO_CREATION_TYPES, coCreation);
      const send = (signature: string) =>
        coCreations.connect(alice).registerCoCreated(newWork("bytes"), coCreation, [signature, ...rest]);
      for (const signature of [flipped, ethers.dataSlice(first, 0, 64), foreign, `0x${"00".repeat(65)}`]) {
        await expect(send(signature))
          .to.be.revertedWithCustomError(coCreations, "CoCreationsBadSignature")
          .withArgs(split.payees[0]);
      }
      await expect(send("0x"))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsTooFewSignatures")
        .withArgs(2n, 3n);
      await send(first);
    });

    it("are used once, however often the content is freed, and whatever their bytes", async () => {
      const { core, coCreations, works, alice, disputes, split } = await loadFixture(coCreated);
      const coCreation = coCreationOf(alice, split, "once");
      const signatures = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
      await coCreations.connect(alice).registerCoCreated(newWork("once"), coCreation, signatures);
      await works.connect(disputes).clearContent(2n);
      await expect(coCreations.connect(alice).registerCoCreated(newWork("once"), coCreation, signatures))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsUsed")
        .withArgs(await coCreations.coCreationDigest(coCreation));
    });

    it("can be taken back by each payee with their nonce", async () => {
      const { core, coCreations, alice, carol, split } = await loadFixture(coCreated);
      const coCreation = coCreationOf(alice, split, "canceled", { nonce: 300n });
      const signatures = await signAll(core, split.people, CO_CREATION_TYPES, coCreation);
      await expect(coCreations.connect(carol).cancelNonce(300n))
        .to.emit(coCreations, "NonceCanceled")
        .withArgs(carol.address, 300n);
      await expect(coCreations.connect(alice).registerCoCreated(newWork("canceled"), coCreation, signatures))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsNonceCanceled")
        .withArgs(carol.address, 300n);
      const next = coCreationOf(alice, split, "canceled", { nonce: 301n });
      const fresh = await signAll(core, split.people, CO_CREATION_TYPES, next);
      await coCreations.connect(alice).registerCoCreated(newWork("canceled"), next, fresh);
    });
  });

  describe("changeSplit", () => {
    it("by all payees takes effect at once, for what is claimed from then on", async () => {
      const { core, coCreations, ledger, stranger, bob, carol, erin, split, workId } = await loadFixture(coCreated);
      const next = splitOf([
        [bob, 500_000],
        [erin, 500_000],
      ]);
      await ledger.connect(stranger).pay(workId, COIN, 1000n, { value: 1000n });
      await ledger.claimSplit(workId, COIN, split.payees, split.ppm);
      const change = splitChangeOf(workId, next);
      const signatures = await signAll(core, split.people, SPLIT_CHANGE_TYPES, change);
      await expect(coCreations.connect(stranger).changeSplit(split.payees, split.ppm, change, signatures))
        .to.emit(coCreations, "SplitChanged")
        .withArgs(workId, next.payees, next.ppm, 2n);
      await ledger.connect(stranger).pay(workId, COIN, 10n, { value: 10n });
      await expect(ledger.claimSplit(workId, COIN, split.payees, split.ppm))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerNotTheSplit")
        .withArgs(workId);
      await ledger.claimSplit(workId, COIN, next.payees, next.ppm);
      expect(await ledger.balanceOf(bob.address, COIN)).to.equal(605n);
      expect(await ledger.balanceOf(carol.address, COIN)).to.equal(300n);
      expect(await ledger.balanceOf(erin.address, COIN)).to.equal(5n);
    });

    it("by the threshold waits three days, so that nobody loses what was earned before", async () => {
      const { core, coCreations, ledger, stranger, bob, carol, dave, split, workId } = await loadFixture(coCreated);
      // Bob and carol throw dave out.
      const next = splitOf([
        [bob, 500_000],
        [carol, 500_000],
      ]);
      await ledger.connect(stranger).pay(workId, COIN, 1000n, { value: 1000n });
      const change = splitChangeOf(workId, next);
      const all = await signAll(core, split.people, SPLIT_CHANGE_TYPES, change);
      const signatures = all.map((signature, i) => (split.payees[i] === dave.address ? "0x" : signature));
      const announce = coCreations.changeSplit(split.payees, split.ppm, change, signatures);
      await expect(announce).to.emit(coCreations, "SplitChangeAnnounced");
      const effectiveAt = BigInt(await time.latest()) + BigInt(3 * DAY);
      await expect(coCreations.applySplit(change))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsTooEarly")
        .withArgs(workId, effectiveAt);
      await ledger.claimSplit(workId, COIN, split.payees, split.ppm);
      expect(await ledger.balanceOf(dave.address, COIN)).to.equal(100n);
      await time.setNextBlockTimestamp(effectiveAt);
      for (const changed of [{ ppm: [400_000, 600_000] }, { threshold: 1 }, { workId: 9n }]) {
        await expect(coCreations.applySplit({ ...change, ...changed })).to.be.revertedWithCustomError(
          coCreations,
          "CoCreationsNothingAnnounced",
        );
      }
      await time.setNextBlockTimestamp(effectiveAt + 10n);
      await expect(coCreations.applySplit(change)).to.emit(coCreations, "SplitChanged");
      await expect(coCreations.applySplit(change)).to.be.revertedWithCustomError(
        coCreations,
        "CoCreationsNothingAnnounced",
      );
      await ledger.connect(stranger).pay(workId, COIN, 10n, { value: 10n });
      await ledger.claimSplit(workId, COIN, next.payees, next.ppm);
      expect(await ledger.balanceOf(dave.address, COIN)).to.equal(100n);
      expect(await ledger.balanceOf(bob.address, COIN)).to.equal(605n);
    });

    it("wants the present split, enough signatures, and each only once", async () => {
      const { core, coCreations, bob, split, workId, works, alice } = await loadFixture(coCreated);
      const next = splitOf([[bob, 1_000_000]]);
      const change = splitChangeOf(workId, next);
      const signatures = await signAll(core, split.people, SPLIT_CHANGE_TYPES, change);
      await expect(coCreations.changeSplit(next.payees, next.ppm, change, [signatures[0]]))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsNotTheSplit")
        .withArgs(workId);
      await works.connect(alice).register(newWork("alone"));
      await expect(coCreations.changeSplit([], [], splitChangeOf(2n, next), []))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsNotTheSplit")
        .withArgs(2n);
      await expect(coCreations.changeSplit(split.payees, split.ppm, change, [signatures[0], "0x", "0x"]))
        .to.be.revertedWithCustomError(coCreations, "CoCreationsTooFewSignatures")
        .withArgs(1n, 2n);
      await coCreations.changeSplit(split.payees, split.ppm, change, signatures);
      // Back to the first split, then the same change again.
      const back = splitChangeOf(workId, split, { nonce: 7n });
      await coCreations.changeSplit(next.payees, next.ppm, back, await signAll(core, [bob], SPLIT_CHANGE_TYPES, back));
      await expect(coCreations.changeSplit(split.payees, split.ppm, change, signatures)).to.be.revertedWithCustomError(
        coCreations,
        "CoCreationsUsed",
      );
    });

    it("by all of the payees ends a change that was announced", async () => {
      const { core, coCreations, bob, carol, erin, split, workId } = await loadFixture(coCreated);
      const announced = splitChangeOf(workId, splitOf([[bob, 1_000_000]]));
      const some = await signAll(core, split.people.slice(0, 2), SPLIT_CHANGE_TYPES, announced);
      await coCreations.changeSplit(split.payees, split.ppm, announced, [...some, "0x"]);
      const agreed = splitChangeOf(
        workId,
        splitOf([
          [carol, 500_000],
          [erin, 500_000],
        ]),
        { nonce: 5n },
      );
      const all = await signAll(core, split.people, SPLIT_CHANGE_TYPES, agreed);
      await coCreations.changeSplit(split.payees, split.ppm, agreed, all);
      await time.increase(4 * DAY);
      await expect(coCreations.applySplit(announced)).to.be.revertedWithCustomError(
        coCreations,
        "CoCreationsNothingAnnounced",
      );
    });
  });

  it("is the only one who can set a split", async () => {
    const { ledger, alice, workId } = await loadFixture(coCreated);
    await expect(ledger.connect(alice).setSplit(workId, `0x${"11".repeat(28)}`))
      .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerNotCoCreations")
      .withArgs(alice.address);
  });

  it("lets a contract payee with a wrong answer neither sign nor block others' claims", async () => {
    const { core, coCreations, ledger, alice, stranger, bob } = await loadFixture(coCreated);
    const puppet = await deployPuppet();
    const address = await puppet.getAddress();
    const payees = [address, bob.address].toSorted((one, two) => (BigInt(one) < BigInt(two) ? -1 : 1));
    const coCreation = coCreationOf(alice, { payees, ppm: [500_000, 500_000] }, "puppet");
    const signature = await bob.signTypedData(await domainOf(core), CO_CREATION_TYPES, coCreation);
    await expect(coCreations.connect(alice).registerCoCreated(newWork("puppet"), coCreation, [signature, signature]))
      .to.be.revertedWithCustomError(coCreations, "CoCreationsBadSignature")
      .withArgs(address);
    expect(await derive(core, alice, "still works", [{ id: 1n, share: 1 }])).to.equal(2n);
    await ledger.connect(stranger).pay(2n, COIN, 1n, { value: 1n });
  });
});
