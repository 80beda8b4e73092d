import { expect } from "chai";
import { COIN, DAY } from "../house.ts";
import { ethers, loadFixture, time } from "../network.ts";
import { coCreate, splitOf } from "./co-creation.ts";
import { deployEdges, derive, gasOf, root, tokenFor } from "./core-house.ts";

const HOLD_DAYS = 45;

/** parent (alice) <- child (bob, 10 %), and claimant's work (carol), itself a child (20 %) of erin's. */
async function disputed() {
  const core = await deployEdges();
  const parent = await root(core, core.alice, "parent");
  const child = await derive(core, core.bob, "child", [{ id: parent, share: 100_000 }]);
  const ground = await root(core, core.erin, "ground");
  const claimant = await derive(core, core.carol, "claimant", [{ id: ground, share: 200_000 }]);
  const pay = (workId: bigint, amount: bigint) =>
    core.ledger.connect(core.dave).pay(workId, COIN, amount, { value: amount });
  return { ...core, core, parent, child, ground, claimant, pay };
}

describe("RoyaltyLedger: holds and liens", () => {
  describe("hold", () => {
    it("keeps back what the owner is due from then on, and nothing else", async () => {
      const { core, ledger, parent, child, disputes, bob, pay } = await loadFixture(disputed);
      await pay(child, 1000n);
      await expect(ledger.connect(disputes).hold(child, [COIN]))
        .to.emit(ledger, "Held")
        .withArgs(child, BigInt((await time.latest()) + 1 + HOLD_DAYS * DAY), [COIN]);
      await pay(child, 500n);
      expect(await ledger.claimable(child, COIN)).to.equal(900n);
      expect(await ledger.heldAmount(child, COIN)).to.equal(450n);
      await expect(ledger.claim(child, COIN)).to.changeEtherBalance(ethers, bob, 900n);
      await expect(ledger.claim(child, COIN)).not.to.emit(ledger, "Claimed");
      await ledger.pull(child, 0n, COIN);
      expect(await ledger.claimable(parent, COIN)).to.equal(150n);
      // A currency the dispute does not name is free.
      const { token, currency } = await tokenFor(core, "PlainToken", core.dave);
      await ledger.connect(core.dave).pay(child, currency, 100n);
      await ledger.claim(child, currency);
      expect(await token.balanceOf(bob.address)).to.equal(90n);
    });

    it("also keeps back what comes from children, and split revenue", async () => {
      const { core, ledger, parent, child, disputes, bob, dave, pay } = await loadFixture(disputed);
      await ledger.connect(disputes).hold(parent, [COIN]);
      await pay(child, 1000n);
      await ledger.pull(child, 0n, COIN);
      expect(await ledger.claimable(parent, COIN)).to.equal(0n);
      expect(await ledger.heldAmount(parent, COIN)).to.equal(100n);
      const split = splitOf([
        [bob, 500_000],
        [dave, 500_000],
      ]);
      const shared = await coCreate(core, core.alice, split, "shared");
      await pay(shared, 10n);
      await ledger.connect(disputes).hold(shared, [COIN]);
      await pay(shared, 1000n);
      await ledger.claimSplit(shared, COIN, split.payees, split.ppm);
      expect(await ledger.balanceOf(dave.address, COIN)).to.equal(5n);
      await ledger.connect(disputes).release(shared);
      await ledger.claimSplit(shared, COIN, split.payees, split.ppm);
      expect(await ledger.balanceOf(dave.address, COIN)).to.equal(505n);
    });

    it("ends by release, and then all is the owner's", async () => {
      const { ledger, child, disputes, pay } = await loadFixture(disputed);
      await ledger.connect(disputes).hold(child, [COIN]);
      await pay(child, 1000n);
      expect(await ledger.heldUntil(child)).not.to.equal(0n);
      await expect(ledger.connect(disputes).release(child)).to.emit(ledger, "Released").withArgs(child);
      expect(await ledger.heldUntil(child)).to.equal(0n);
      expect(await ledger.claimable(child, COIN)).to.equal(900n);
      await expect(ledger.connect(disputes).release(child)).not.to.emit(ledger, "Released");
    });

    it("ends by itself after 45 days, whatever the dispute module does", async () => {
      const { ledger, child, disputes, bob, pay } = await loadFixture(disputed);
      await ledger.connect(disputes).hold(child, [COIN]);
      const until = await ledger.heldUntil(child);
      await pay(child, 1000n);
      await time.increaseTo(until);
      expect(await ledger.claimable(child, COIN)).to.equal(0n);
      await time.increaseTo(until + 1n);
      expect(await ledger.heldUntil(child)).to.equal(0n);
      await expect(ledger.claim(child, COIN)).to.changeEtherBalance(ethers, bob, 900n);
    });

    it("can follow another one, but never keeps the same money twice", async () => {
      const { ledger, child, disputes, pay } = await loadFixture(disputed);
      await ledger.connect(disputes).hold(child, [COIN]);
      const until = await ledger.heldUntil(child);
      await pay(child, 1000n);
      await expect(ledger.connect(disputes).hold(child, [COIN]))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerAlreadyHeld")
        .withArgs(child, until);
      await time.increaseTo(until + 1n);
      await ledger.connect(disputes).hold(child, [COIN]);
      expect(await ledger.claimable(child, COIN)).to.equal(900n);
      await pay(child, 1000n);
      expect(await ledger.claimable(child, COIN)).to.equal(900n);
      expect(await ledger.heldAmount(child, COIN)).to.equal(900n);
    });

    it("names the currencies of the new hold only", async () => {
      const { core, ledger, child, disputes, dave, pay } = await loadFixture(disputed);
      const { currency } = await tokenFor(core, "PlainToken", dave);
      await ledger.connect(disputes).hold(child, [COIN]);
      await ledger.connect(disputes).release(child);
      await ledger.connect(disputes).hold(child, [currency]);
      await pay(child, 1000n);
      await ledger.connect(dave).pay(child, currency, 1000n);
      expect(await ledger.claimable(child, COIN)).to.equal(900n);
      expect(await ledger.claimable(child, currency)).to.equal(0n);
    });

    it("is for the dispute module, known works and at most 8 currencies", async () => {
      const { ledger, child, disputes, alice } = await loadFixture(disputed);
      for (const call of [
        () => ledger.connect(alice).hold(child, [COIN]),
        () => ledger.connect(alice).release(child),
        () => ledger.connect(alice).addLien(child, 1, 1n, alice.address, true),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerNotDisputes").withArgs(alice.address);
      }
      await expect(ledger.connect(disputes).hold(99n, [COIN])).to.be.revertedWithCustomError(
        ledger,
        "RoyaltyLedgerUnknownWork",
      );
      await expect(ledger.connect(disputes).hold(child, Array(9).fill(COIN)))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerTooManyCurrencies")
        .withArgs(9n);
      await ledger.connect(disputes).hold(child, []);
    });
  });

  describe("addLien", () => {
    it("gives held money away by ruling, to a work whose ancestors get their part", async () => {
      const { ledger, parent, child, ground, claimant, disputes, bob, pay } = await loadFixture(disputed);
      await pay(child, 1000n);
      await ledger.connect(disputes).hold(child, [COIN]);
      await pay(child, 1000n);
      await expect(ledger.connect(disputes).addLien(child, 400_000, claimant, ethers.ZeroAddress, true))
        .to.emit(ledger, "LienAdded")
        .withArgs(child, 0n, 400_000n, claimant, ethers.ZeroAddress, true)
        .and.to.emit(ledger, "LienStarted")
        .withArgs(child, 0n, COIN, 900n);
      await ledger.connect(disputes).release(child);
      // 900 of before, and 60 % of the 900 of after.
      expect(await ledger.claimable(child, COIN)).to.equal(1440n);
      expect(await ledger.lienDue(child, 0n, COIN)).to.equal(360n);
      await expect(ledger.settleLien(child, 0n, COIN))
        .to.emit(ledger, "Paid")
        .withArgs(claimant, COIN, await ledger.getAddress(), 360n, 4n, child)
        .and.to.emit(ledger, "LienSettled")
        .withArgs(child, 0n, COIN, 360n);
      await ledger.pull(claimant, 0n, COIN);
      expect(await ledger.claimable(claimant, COIN)).to.equal(288n);
      expect(await ledger.claimable(ground, COIN)).to.equal(72n);
      await expect(ledger.claim(child, COIN)).to.changeEtherBalance(ethers, bob, 1440n);
      await ledger.pull(child, 0n, COIN);
      expect(await ledger.claimable(parent, COIN)).to.equal(200n);
      await expect(ledger.settleLien(child, 0n, COIN)).not.to.emit(ledger, "LienSettled");
      await pay(child, 100n);
      expect(await ledger.claimable(child, COIN)).to.equal(54n);
      expect(await ledger.lienDue(child, 0n, COIN)).to.equal(36n);
    });

    it("of the whole reassigns the work's revenue to an account, from the hold on", async () => {
      const { ledger, child, disputes, erin, bob, pay } = await loadFixture(disputed);
      await pay(child, 1000n);
      await ledger.connect(disputes).hold(child, [COIN]);
      await pay(child, 1000n);
      await ledger.connect(disputes).addLien(child, 1_000_000, 0n, erin.address, true);
      await ledger.connect(disputes).release(child);
      await pay(child, 1000n);
      await ledger.settleLien(child, 0n, COIN);
      expect(await ledger.balanceOf(erin.address, COIN)).to.equal(1800n);
      await expect(ledger.claim(child, COIN)).to.changeEtherBalance(ethers, bob, 900n);
      await expect(ledger.connect(erin).withdraw(COIN)).to.changeEtherBalance(ethers, erin, 1800n);
    });

    it("starts in other currencies when anybody touches them, or at the next claim", async () => {
      const { core, ledger, child, disputes, erin, dave, bob } = await loadFixture(disputed);
      const { token, currency } = await tokenFor(core, "PlainToken", dave);
      const { currency: second } = await tokenFor(core, "PlainToken", dave);
      const pay = (to: string) => ledger.connect(dave).pay(child, to, 1000n);
      await pay(currency);
      await pay(second);
      await ledger.connect(disputes).addLien(child, 500_000, 0n, erin.address, true);
      expect(await ledger.lienDue(child, 0n, currency)).to.equal(0n);
      await expect(ledger.touch(child, currency)).to.emit(ledger, "LienStarted").withArgs(child, 0n, currency, 900n);
      await expect(ledger.touch(child, currency)).not.to.emit(ledger, "LienStarted");
      await pay(currency);
      expect(await ledger.lienDue(child, 0n, currency)).to.equal(450n);
      expect(await ledger.claimable(child, currency)).to.equal(1350n);
      await expect(ledger.claim(child, second)).to.emit(ledger, "LienStarted").withArgs(child, 0n, second, 900n);
      await pay(second);
      expect(await ledger.claimable(child, second)).to.equal(450n);
      await ledger.claim(child, currency);
      expect(await token.balanceOf(bob.address)).to.equal(1350n);
    });

    it("takes nothing from before when the hold ended by itself", async () => {
      const { ledger, child, disputes, erin, pay } = await loadFixture(disputed);
      await ledger.connect(disputes).hold(child, [COIN]);
      await pay(child, 1000n);
      await time.increase(HOLD_DAYS * DAY + 1);
      await ledger.connect(disputes).addLien(child, 500_000, 0n, erin.address, true);
      await ledger.touch(child, COIN);
      expect(await ledger.claimable(child, COIN)).to.equal(900n);
      expect(await ledger.lienDue(child, 0n, COIN)).to.equal(0n);
    });

    it("leaves earlier liens what they are due during a later hold", async () => {
      const { ledger, child, disputes, erin, carol, pay } = await loadFixture(disputed);
      await ledger.connect(disputes).addLien(child, 300_000, 0n, erin.address, true);
      await ledger.touch(child, COIN);
      await pay(child, 1000n);
      await ledger.connect(disputes).hold(child, [COIN]);
      await pay(child, 1000n);
      expect(await ledger.claimable(child, COIN)).to.equal(630n);
      expect(await ledger.lienDue(child, 0n, COIN)).to.equal(540n);
      await ledger.connect(disputes).addLien(child, 700_000, 0n, carol.address, true);
      await ledger.connect(disputes).release(child);
      expect(await ledger.claimable(child, COIN)).to.equal(630n);
      expect(await ledger.lienDue(child, 1n, COIN)).to.equal(630n);
    });

    it("pays what an arbitrator ruled before what nobody answered, whichever came first", async () => {
      const { ledger, child, disputes, erin, carol, pay } = await loadFixture(disputed);
      const add = (ppm: number, to: string, heard: boolean) =>
        ledger.connect(disputes).addLien(child, ppm, 0n, to, heard);
      await add(1_000_000, erin.address, false);
      await ledger.touch(child, COIN);
      await pay(child, 1000n);
      expect(await ledger.lienDue(child, 0n, COIN)).to.equal(900n);
      await ledger.connect(disputes).hold(child, [COIN]);
      await pay(child, 1000n);
      // Kept for the ruling from the friend too, who has what came before.
      await ledger.settleLien(child, 0n, COIN);
      expect(await ledger.balanceOf(erin.address, COIN)).to.equal(900n);
      expect(await ledger.lienDue(child, 0n, COIN)).to.equal(0n);
      await add(600_000, carol.address, true);
      await ledger.connect(disputes).release(child);
      expect(await ledger.lienDue(child, 1n, COIN)).to.equal(540n);
      expect(await ledger.lienDue(child, 0n, COIN)).to.equal(360n);
      await pay(child, 1000n);
      expect(await ledger.lienDue(child, 1n, COIN)).to.equal(1080n);
      expect(await ledger.lienDue(child, 0n, COIN)).to.equal(720n);
      expect(await ledger.claimable(child, COIN)).to.equal(0n);
      for (const index of [0n, 1n]) await ledger.settleLien(child, index, COIN);
      expect(await ledger.balanceOf(erin.address, COIN)).to.equal(1620n);
      expect(await ledger.balanceOf(carol.address, COIN)).to.equal(1080n);
    });

    it("shares what is left among those nobody answered, older first, and keeps places for rulings", async () => {
      const { ledger, child, disputes, erin, carol, dave, pay } = await loadFixture(disputed);
      const add = (ppm: number, to: string, heard: boolean) =>
        ledger.connect(disputes).addLien(child, ppm, 0n, to, heard);
      await add(300_000, erin.address, false);
      await add(500_000, carol.address, false);
      await add(1, erin.address, false);
      await add(1, erin.address, false);
      await expect(add(1, erin.address, false)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerTooManyLiens");
      for (let i = 0; i < 3; ++i) await add(100_000, dave.address, true);
      await add(400_000, dave.address, true);
      await expect(add(1, dave.address, true)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerTooManyLiens");
      await ledger.touch(child, COIN);
      await pay(child, 10_000n);
      // 9,000 for the owner: 70 % by rulings, then 30 % to the first, and nothing for the rest.
      const due: bigint[] = [];
      for (let index = 0n; index < 8n; ++index) due.push(await ledger.lienDue(child, index, COIN));
      expect(due).to.deep.equal([2700n, 0n, 0n, 0n, 900n, 900n, 900n, 3600n]);
    });

    it("never lowers what the owner can claim by another unit coming in", async () => {
      const { ledger, parent, disputes, erin, carol, pay } = await loadFixture(disputed);
      for (const person of [erin, carol])
        await ledger.connect(disputes).addLien(parent, 500_000, 0n, person.address, true);
      await ledger.touch(parent, COIN);
      let last = 0n;
      for (let i = 0; i < 5; ++i) {
        await pay(parent, 1n);
        const now = await ledger.claimable(parent, COIN);
        expect(now >= last).to.equal(true);
        last = now;
      }
      expect(await ledger.lienDue(parent, 0n, COIN)).to.equal(2n);
      expect(last).to.equal(0n);
    });

    it("is bounded: at most 8, at most the whole, never to the work itself or to nobody", async () => {
      const { ledger, parent, child, disputes, erin } = await loadFixture(disputed);
      const add = (ppm: number, work: bigint, account: string) =>
        ledger.connect(disputes).addLien(child, ppm, work, account, true);
      await expect(add(0, parent, erin.address)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerBadLien");
      await expect(add(1, child, erin.address)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerBadLien");
      await expect(add(1, 0n, ethers.ZeroAddress)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerBadLien");
      await expect(add(1, 99n, erin.address)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownWork");
      await expect(add(1_000_001, parent, erin.address)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerBadLien");
      for (let i = 0; i < 7; ++i) await add(1000, parent, ethers.ZeroAddress);
      await expect(add(993_001, parent, ethers.ZeroAddress))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerBadLien")
        .withArgs(child);
      await add(993_000, parent, ethers.ZeroAddress);
      await expect(add(1, parent, ethers.ZeroAddress))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerTooManyLiens")
        .withArgs(child);
      expect((await ledger.liensOf(child)).length).to.equal(8);
      for (const call of [() => ledger.settleLien(child, 8n, COIN), () => ledger.lienDue(child, 8n, COIN)]) {
        await expect(call()).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownLien").withArgs(child, 8n);
      }
    });

    it("costs less than 5M gas with 8 liens in 8 held currencies, and so does every claim under them", async () => {
      const { core, ledger, child, parent, disputes, dave } = await loadFixture(disputed);
      const currencies: string[] = [];
      for (let i = 0; i < 8; ++i) currencies.push((await tokenFor(core, "PlainToken", dave)).currency);
      expect(await gasOf(ledger.connect(disputes).hold(child, currencies))).to.be.within(100_000, 5_000_000);
      for (let i = 0; i < 8; ++i) {
        const add = ledger.connect(disputes).addLien(child, 100_000, parent, ethers.ZeroAddress, true);
        expect(await gasOf(add)).to.be.within(100_000, 5_000_000);
      }
      await ledger.connect(disputes).release(child);
      const [currency = ""] = currencies;
      await ledger.connect(dave).pay(child, currency, 1_000_000n);
      expect(await gasOf(ledger.claim(child, currency))).to.be.within(60_000, 5_000_000);
      await ledger.connect(dave).pay(child, COIN, 1_000_000n, { value: 1_000_000n });
      expect(await gasOf(ledger.claim(child, COIN))).to.be.within(60_000, 5_000_000);
    });
  });

  it("pays balances to their accounts only, to an address of their choice if they want", async () => {
    const { core, ledger, alice, erin, dave, stranger } = await loadFixture(disputed);
    const split = splitOf([
      [erin, 750_000],
      [dave, 250_000],
    ]);
    const shared = await coCreate(core, alice, split, "shared");
    const { token, currency } = await tokenFor(core, "PlainToken", dave);
    await ledger.connect(dave).pay(shared, currency, 1000n);
    await expect(ledger.claimSplit(shared, currency, split.payees, split.ppm))
      .to.emit(ledger, "Credited")
      .withArgs(erin.address, currency, 750n, shared)
      .and.to.emit(ledger, "SplitClaimed")
      .withArgs(shared, currency, 1000n);
    await expect(ledger.connect(stranger).withdraw(currency)).not.to.emit(ledger, "Withdrawn");
    await expect(ledger.connect(erin).withdrawTo(currency, stranger.address))
      .to.emit(ledger, "Withdrawn")
      .withArgs(erin.address, currency, stranger.address, 750n);
    expect(await token.balanceOf(stranger.address)).to.equal(750n);
    await expect(ledger.connect(erin).withdraw(currency)).not.to.emit(ledger, "Withdrawn");
    for (const call of [() => ledger.claim(shared, currency), () => ledger.claimMany([shared], currency)]) {
      await expect(call()).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerHasSplit").withArgs(shared);
    }
    await expect(ledger.connect(alice).claimTo(shared, currency, alice.address)).to.be.revertedWithCustomError(
      ledger,
      "RoyaltyLedgerHasSplit",
    );
    expect(await ledger.claimable(shared, currency)).to.equal(0n);
  });
});
