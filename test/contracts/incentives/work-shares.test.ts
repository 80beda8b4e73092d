import { expect } from "chai";
import {
  COIN,
  DAY,
  type DisputeHouse,
  deployDisputeHouse,
  newWork,
  offerOf,
  payCoin,
  register,
  registerChild,
  termsOf,
} from "../disputes/dispute-house.ts";
import { ethers, loadFixture, time } from "../network.ts";

const UNITS = 1_000_000n;

/** Alice deposited a work that shares coin and a token. */
async function withShares() {
  const house = await deployDisputeHouse();
  const work = await register(house, house.alice, "shared");
  const token = await tokenFor(house, "PlainToken");
  await house.works.connect(house.alice).approve(house.addresses.workShares, work);
  await house.shares.connect(house.alice).deposit(work, house.dave.address, [COIN, await token.getAddress()]);
  return { ...house, work, token };
}

async function tokenFor(house: DisputeHouse, name: string) {
  const token = await ethers.deployContract(name);
  await token.getFunction("mint")(house.deployer.address, 10n ** 24n);
  await token.getFunction("approve")(house.addresses.ledger, ethers.MaxUint256);
  return token;
}

async function earn(house: DisputeHouse, work: bigint, amount: bigint) {
  await payCoin(house, work, amount);
  await house.shares.collect(work, COIN);
}

describe("WorkShares", () => {
  describe("deposit", () => {
    it("takes the work, pays what it earned before to the depositor, and gives him a million units", async () => {
      const house = await loadFixture(deployDisputeHouse);
      const work = await register(house, house.alice, "shared");
      await payCoin(house, work, 77n);
      await house.works.connect(house.alice).approve(house.addresses.workShares, work);
      const deposit = house.shares.connect(house.alice).deposit(work, house.dave.address, [COIN]);
      await expect(deposit).to.changeEtherBalances(ethers, [house.addresses.ledger], [-77n]);
      await expect(deposit)
        .to.emit(house.shares, "Transfer")
        .withArgs(house.alice.address, ethers.ZeroAddress, house.alice.address, work, UNITS);
      expect(await house.works.ownerOf(work)).to.equal(house.addresses.workShares);
      expect(await house.shares.balanceOf(house.alice.address, work)).to.equal(UNITS);
    });

    it("is for the owner alone", async () => {
      const house = await loadFixture(deployDisputeHouse);
      const work = await register(house, house.alice, "shared");
      await house.works.connect(house.alice).approve(house.addresses.workShares, work);
      await expect(house.shares.connect(house.bob).deposit(work, house.bob.address, [COIN]))
        .to.be.revertedWithCustomError(house.shares, "WorkCustodyNotOwner")
        .withArgs(work, house.bob.address);
    });
  });

  describe("income", () => {
    it("goes to who holds units when it is collected, in proportion", async () => {
      const house = await loadFixture(withShares);
      const { shares, alice, bob, work } = house;
      await shares.connect(alice).transfer(bob.address, work, 250_000n);
      await earn(house, work, 1000n);
      await shares.connect(alice).transfer(bob.address, work, 750_000n);
      await earn(house, work, 100n);
      await expect(shares.claim(work, COIN, bob.address)).to.changeEtherBalances(ethers, [bob], [350n]);
      await expect(shares.claim(work, COIN, alice.address)).to.changeEtherBalances(ethers, [alice], [750n]);
      expect(await ethers.provider.getBalance(house.addresses.workShares)).to.equal(0n);
    });

    it("peer's rounding: no holder takes another's units of money, however often anybody claims", async () => {
      const house = await loadFixture(withShares);
      const { shares, alice, bob, carol, work } = house;
      await shares.connect(alice).transfer(bob.address, work, 333_333n);
      await shares.connect(alice).transfer(carol.address, work, 333_333n);
      const paid: Record<string, bigint> = {};
      for (let i = 0; i < 10; i++) {
        await earn(house, work, 1n);
        for (const holder of [alice, bob, carol]) {
          const before = await shares.claimable(work, COIN, holder.address);
          await shares.claim(work, COIN, holder.address);
          paid[holder.address] = (paid[holder.address] ?? 0n) + before;
        }
      }
      // 10 units of 333334, 333333 and 333333 millionths: 3.33 each; the rest stays with each for the next income.
      expect(Object.values(paid)).to.deep.equal([3n, 3n, 3n]);
      await earn(house, work, 999_990n);
      await shares.claim(work, COIN, alice.address);
      expect(await shares.claimable(work, COIN, bob.address)).to.equal(333_333n - 3n);
      expect(await ethers.provider.getBalance(house.addresses.workShares)).to.equal(2n * (333_333n - 3n));
    });

    it("can't reach the contract past its count: only its own call makes the ledger pay it", async () => {
      const house = await loadFixture(withShares);
      await payCoin(house, house.work, 10n);
      await expect(house.ledger.claim(house.work, COIN)).to.be.revertedWithCustomError(
        house.ledger,
        "RoyaltyLedgerInCustody",
      );
      await expect(
        house.deployer.sendTransaction({ to: house.addresses.workShares, value: 1n }),
      ).to.be.revertedWithCustomError(house.shares, "WorkCustodyNotLedger");
    });

    it("comes from children through the ledger's rule", async () => {
      const house = await loadFixture(withShares);
      const { shares, dave, work } = house;
      await shares.connect(dave).setOffer(work, termsOf(100_000), offerOf());
      const offer = await house.licenses.totalOffers();
      await house.licenses.connect(house.carol).buy(offer, house.carol.address, 0n);
      await house.works
        .connect(house.carol)
        .registerDerivative(newWork("child"), [await house.licenses.totalLicenses()]);
      const child = (await house.works.totalWorks()) as bigint;
      await payCoin(house, child, 1000n);
      await house.ledger.pull(child, 0, COIN);
      await shares.collect(work, COIN);
      expect(await shares.claimable(work, COIN, house.alice.address)).to.equal(100n);
    });

    it("is kept apart by currency; one that is not shared out waits in the ledger", async () => {
      const house = await loadFixture(withShares);
      const other = await tokenFor(house, "PlainToken");
      const address = await other.getAddress();
      await house.ledger.pay(house.work, address, 50n);
      await expect(house.shares.collect(house.work, address)).to.be.revertedWithCustomError(
        house.shares,
        "WorkSharesUnknownCurrency",
      );
      await expect(house.shares.connect(house.alice).addCurrency(house.work, address)).to.be.revertedWithCustomError(
        house.shares,
        "WorkCustodyNotSteward",
      );
      await house.shares.connect(house.dave).addCurrency(house.work, address);
      await house.shares.collect(house.work, address);
      expect(await house.shares.claimable(house.work, address, house.alice.address)).to.equal(50n);
    });

    it("in a token that keeps a fee is what arrived; a token that refuses a holder harms nobody else", async () => {
      const house = await loadFixture(withShares);
      const { shares, alice, bob, dave, work } = house;
      const fee = await tokenFor(house, "FeeToken");
      const blocking = await tokenFor(house, "BlockingToken");
      for (const token of [fee, blocking]) await shares.connect(dave).addCurrency(work, await token.getAddress());
      await shares.connect(alice).transfer(bob.address, work, 500_000n);
      await house.ledger.pay(work, await fee.getAddress(), 10_000n);
      await shares.collect(work, await fee.getAddress());
      const arrived = (await fee.getFunction("balanceOf")(house.addresses.workShares)) as bigint;
      expect(arrived).to.be.within(1n, 9_999n);
      expect(await shares.claimable(work, await fee.getAddress(), bob.address)).to.equal(arrived / 2n);

      const currency = await blocking.getAddress();
      await house.ledger.pay(work, currency, 100n);
      await shares.collect(work, currency);
      await blocking.getFunction("setBlocked")(alice.address, true);
      await expect(shares.claim(work, currency, alice.address)).to.revert(ethers);
      await shares.claim(work, currency, bob.address);
      await shares.connect(alice).claimTo(work, currency, dave.address);
      expect(await blocking.getFunction("balanceOf")(dave.address)).to.equal(50n);
    });

    it("is paid once to a receiver that calls back", async () => {
      const house = await loadFixture(withShares);
      const { shares, alice, work } = house;
      const puppet = await ethers.deployContract("Puppet");
      const address = await puppet.getAddress();
      await shares.connect(alice).transfer(address, work, 500_000n);
      await earn(house, work, 1000n);
      await puppet.getFunction("setTakesCoin")(true);
      const again = shares.interface.encodeFunctionData("claim", [work, COIN, address]);
      await puppet.getFunction("arm")(house.addresses.workShares, again);
      await shares.claim(work, COIN, address);
      expect(await puppet.getFunction("succeeded")()).to.equal(false);
      expect(await ethers.provider.getBalance(address)).to.equal(500n);
    });

    it("reads the same to a receiver in the middle of its payment", async () => {
      const house = await loadFixture(withShares);
      const { shares, alice, work } = house;
      const puppet = await ethers.deployContract("Puppet");
      const address = await puppet.getAddress();
      await shares.connect(alice).transfer(address, work, 500_000n);
      await earn(house, work, 1000n);
      await puppet.getFunction("setTakesCoin")(true);
      const view = shares.interface.encodeFunctionData("claimable", [work, COIN, address]);
      await puppet.getFunction("arm")(house.addresses.workShares, view);
      await shares.claim(work, COIN, address);
      expect(await puppet.getFunction("succeeded")()).to.equal(true);
      expect(BigInt(await puppet.getFunction("answer")())).to.equal(0n);
    });
  });

  describe("grants", () => {
    const YEAR = 365 * DAY;

    async function withGrant() {
      const house = await withShares();
      const start = (await time.latest()) + 100;
      await house.shares.connect(house.alice).grant(house.work, house.bob.address, 400_000, start, YEAR / 4, YEAR);
      return { ...house, start };
    }

    it("vest linearly after a cliff, and pay their income to the beneficiary from the start", async () => {
      const house = await loadFixture(withGrant);
      const { shares, bob, work, start } = house;
      await earn(house, work, 1000n);
      await expect(shares.claimGrant(1, COIN)).to.changeEtherBalances(ethers, [bob], [400n]);
      await time.setNextBlockTimestamp(start + YEAR / 4 - 1);
      await shares.releaseGrant(1);
      expect(await shares.balanceOf(bob.address, work)).to.equal(0n);
      await time.setNextBlockTimestamp(start + YEAR / 2);
      await shares.releaseGrant(1);
      expect(await shares.balanceOf(bob.address, work)).to.equal(200_000n);
      await time.setNextBlockTimestamp(start + YEAR);
      await shares.releaseGrant(1);
      expect(await shares.balanceOf(bob.address, work)).to.equal(400_000n);
    });

    it("are revoked only when both sides agree; what vested stays", async () => {
      const house = await loadFixture(withGrant);
      const { shares, alice, bob, carol, work, start } = house;
      await expect(shares.connect(carol).agreeToRevoke(1)).to.be.revertedWithCustomError(shares, "WorkSharesNotParty");
      await shares.connect(alice).agreeToRevoke(1);
      expect(await shares.balanceOf(alice.address, work)).to.equal(600_000n);
      await time.setNextBlockTimestamp(start + YEAR / 2);
      await expect(shares.connect(bob).agreeToRevoke(1)).to.emit(shares, "GrantRevoked").withArgs(1n, 200_000n);
      expect(await shares.balanceOf(bob.address, work)).to.equal(200_000n);
      expect(await shares.balanceOf(alice.address, work)).to.equal(800_000n);
      await time.increase(YEAR);
      await shares.releaseGrant(1);
      expect(await shares.balanceOf(bob.address, work)).to.equal(200_000n);
    });

    it("need units, a beneficiary and a cliff inside the duration", async () => {
      const house = await loadFixture(withShares);
      const { shares, alice, bob, work } = house;
      for (const [to, units, cliff, duration] of [
        [bob.address, 0, 0, 1],
        [ethers.ZeroAddress, 1, 0, 1],
        [bob.address, 1, 0, 0],
        [bob.address, 1, 2, 1],
      ] as const) {
        await expect(shares.connect(alice).grant(work, to, units, 0, cliff, duration)).to.be.revertedWithCustomError(
          shares,
          "WorkSharesBadGrant",
        );
      }
      await expect(shares.connect(bob).grant(work, bob.address, 1, 0, 0, 1)).to.be.revertedWithCustomError(
        shares,
        "ERC6909InsufficientBalance",
      );
    });
  });

  describe("redeem", () => {
    it("gives the work back for all of its units, and leaves earlier holders what they earned", async () => {
      const house = await loadFixture(withShares);
      const { shares, works, alice, bob, work } = house;
      await shares.connect(alice).transfer(bob.address, work, 100_000n);
      await earn(house, work, 1000n);
      await expect(shares.connect(alice).redeem(work, alice.address))
        .to.be.revertedWithCustomError(shares, "WorkSharesNotAllUnits")
        .withArgs(work, 900_000n);
      await shares.connect(bob).transfer(alice.address, work, 100_000n);
      await shares.connect(alice).redeem(work, alice.address);
      expect(await works.ownerOf(work)).to.equal(alice.address);
      await expect(shares.claim(work, COIN, bob.address)).to.changeEtherBalances(ethers, [bob], [100n]);
      await expect(shares.collect(work, COIN)).to.be.revertedWithCustomError(shares, "WorkCustodyNotHeld");
      // Deposited again, units start anew: nothing of before is paid twice.
      await works.connect(alice).approve(house.addresses.workShares, work);
      await shares.connect(alice).deposit(work, alice.address, [COIN]);
      expect(await shares.claimable(work, COIN, alice.address)).to.equal(900n);
    });
  });

  describe("steward", () => {
    it("sets offers, metadata and a model's share, and can't move the work or its money", async () => {
      const house = await loadFixture(withShares);
      const { shares, dave, alice, work } = house;
      await shares.connect(dave).setOffer(work, termsOf(1), offerOf(5n));
      const offer = await house.licenses.totalOffers();
      await shares.connect(dave).closeOffer(work, offer);
      expect((await house.licenses.offerOf(offer)).closed).to.equal(true);
      await shares.connect(dave).setMetadata(work, ethers.id("new"));
      expect((await house.works.workOf(work)).metadataDigest).to.equal(ethers.id("new"));
      for (const [name, args] of [
        ["setOffer", [work, termsOf(1), offerOf()]],
        ["closeOffer", [work, offer]],
        ["setMetadata", [work, ethers.id("x")]],
        ["setModelShare", [work, 1]],
      ] as [string, unknown[]][]) {
        const data = shares.interface.encodeFunctionData(name, args);
        await expect(alice.sendTransaction({ to: house.addresses.workShares, data })).to.be.revertedWithCustomError(
          shares,
          "WorkCustodyNotSteward",
        );
      }
      await expect(shares.connect(dave).redeem(work, dave.address)).to.be.revertedWithCustomError(
        shares,
        "WorkSharesNotAllUnits",
      );
    });

    it("can't close offers of another work, and is named by himself or by most units", async () => {
      const house = await loadFixture(withShares);
      const { shares, works, alice, bob, carol, dave, work } = house;
      const other = await register(house, alice, "other");
      await works.connect(alice).approve(house.addresses.workShares, other);
      await shares.connect(alice).deposit(other, carol.address, [COIN]);
      await shares.connect(carol).setOffer(other, termsOf(1), offerOf());
      await expect(
        shares.connect(dave).closeOffer(work, await house.licenses.totalOffers()),
      ).to.be.revertedWithCustomError(shares, "WorkCustodyNotSteward");
      await shares.connect(alice).transfer(bob.address, work, 500_000n);
      for (const half of [alice, bob]) {
        await expect(shares.connect(half).setSteward(work, half.address)).to.be.revertedWithCustomError(
          shares,
          "WorkSharesNotMajority",
        );
      }
      await shares.connect(alice).transfer(bob.address, work, 1n);
      await shares.connect(bob).setSteward(work, carol.address);
      expect(await shares.stewardOf(work)).to.equal(carol.address);
    });
  });

  describe("ERC-6909", () => {
    it("answers its interface ids", async () => {
      const { shares } = await loadFixture(withShares);
      expect(await shares.supportsInterface("0x0f632fb3")).to.equal(true);
      expect(await shares.supportsInterface("0x01ffc9a7")).to.equal(true);
      expect(await shares.supportsInterface("0xffffffff")).to.equal(false);
    });

    it("moves units by balance, allowance and operator as the standard says", async () => {
      const { shares, alice, bob, carol, work } = await loadFixture(withShares);
      await expect(shares.connect(alice).transfer(bob.address, work, 5n))
        .to.emit(shares, "Transfer")
        .withArgs(alice.address, alice.address, bob.address, work, 5n);
      await expect(shares.connect(alice).approve(bob.address, work, 10n))
        .to.emit(shares, "Approval")
        .withArgs(alice.address, bob.address, work, 10n);
      await shares.connect(bob).transferFrom(alice.address, carol.address, work, 4n);
      expect(await shares.allowance(alice.address, bob.address, work)).to.equal(6n);
      await expect(
        shares.connect(bob).transferFrom(alice.address, carol.address, work, 7n),
      ).to.be.revertedWithCustomError(shares, "ERC6909InsufficientAllowance");
      // The largest allowance is never used up.
      await shares.connect(alice).approve(bob.address, work, ethers.MaxUint256);
      await shares.connect(bob).transferFrom(alice.address, carol.address, work, 7n);
      expect(await shares.allowance(alice.address, bob.address, work)).to.equal(ethers.MaxUint256);
      await shares.connect(alice).approve(bob.address, work, 0n);
      await expect(shares.connect(alice).setOperator(bob.address, true))
        .to.emit(shares, "OperatorSet")
        .withArgs(alice.address, bob.address, true);
      await shares.connect(bob).transferFrom(alice.address, carol.address, work, 1n);
      expect(await shares.balanceOf(carol.address, work)).to.equal(12n);
      await shares.connect(alice).setOperator(bob.address, false);
      await expect(
        shares.connect(bob).transferFrom(alice.address, carol.address, work, 1n),
      ).to.be.revertedWithCustomError(shares, "ERC6909InsufficientAllowance");
      await expect(shares.connect(bob).transfer(carol.address, work, 6n)).to.be.revertedWithCustomError(
        shares,
        "ERC6909InsufficientBalance",
      );
      await expect(shares.connect(alice).transfer(ethers.ZeroAddress, work, 1n)).to.be.revertedWithCustomError(
        shares,
        "ERC6909InvalidReceiver",
      );
    });
  });

  it("settles eight currencies on a transfer for less than 5M gas", async () => {
    const house = await loadFixture(withShares);
    const { shares, alice, bob, dave, work } = house;
    const currencies = [COIN, await house.token.getAddress()];
    for (let i = 0; i < 6; i++) {
      const address = await (await tokenFor(house, "PlainToken")).getAddress();
      await shares.connect(dave).addCurrency(work, address);
      currencies.push(address);
    }
    await expect(shares.connect(dave).addCurrency(work, bob.address)).to.be.revertedWithCustomError(
      shares,
      "WorkCustodyTooManyCurrencies",
    );
    for (const currency of currencies) {
      await house.ledger.pay(work, currency, 1000n, { value: currency === COIN ? 1000n : 0n });
      await shares.collect(work, currency);
    }
    const sent = await (await shares.connect(alice).transfer(bob.address, work, 1n)).wait();
    expect(sent.gasUsed).to.be.lessThan(5_000_000n);
    for (const currency of currencies) expect(await shares.claimable(work, currency, alice.address)).to.equal(1000n);
  });

  it("a work of whose child the owner is a contract still registers derivatives", async () => {
    const house = await loadFixture(withShares);
    const parent = await register(house, house.bob, "parent");
    const child = await registerChild(house, parent, house.bob, house.alice, "derived");
    await house.works.connect(house.alice).approve(house.addresses.workShares, child);
    await house.shares.connect(house.alice).deposit(child, house.alice.address, [COIN]);
    await earn(house, child, 1000n);
    expect(await house.shares.claimable(child, COIN, house.alice.address)).to.equal(900n);
  });
});
