import { expect } from "chai";
import {
  COIN,
  deployHouse,
  deployPuppet,
  deployToken,
  type House,
  offerOf,
  registerChild,
  registerRoot,
  remixTerms,
} from "./house.ts";
import { ethers, loadFixture } from "./network.ts";

/** root (alice) <- middle (bob, 10 %) <- leaf (carol, 20 % to middle). */
async function chainOfThree() {
  const house = await deployHouse();
  const root = await registerRoot(house, house.alice, "root");
  const middle = await registerChild(house, house.bob, "middle", [{ id: root, share: 100_000 }]);
  const leaf = await registerChild(house, house.carol, "leaf", [{ id: middle, share: 200_000 }]);
  return { ...house, house, root, middle, leaf };
}

async function payCoin(house: House, workId: bigint, amount: bigint) {
  await house.ledger.connect(house.dave).pay(workId, COIN, amount, { value: amount });
}

describe("RoyaltyLedger", () => {
  describe("pay", () => {
    it("credits coin to the work and logs who paid", async () => {
      const { house, ledger, root, dave, addresses } = await loadFixture(chainOfThree);
      const call = ledger.connect(dave).pay(root, COIN, 1000n, { value: 1000n });
      await expect(call).to.changeEtherBalances(ethers, [dave, addresses.RoyaltyLedger], [-1000n, 1000n]);
      await expect(call).to.emit(ledger, "Paid").withArgs(root, COIN, dave.address, 1000n, 0n, 0n);
      await payCoin(house, root, 1n);
      expect((await ledger.accountOf(root, COIN)).toObject()).to.deep.equal({
        direct: 1001n,
        passed: 0n,
        earned: 0n,
        claimed: 0n,
      });
    });

    it("credits what arrived of a token, and keeps currencies apart", async () => {
      const { house, ledger, root, dave, addresses } = await loadFixture(chainOfThree);
      const plain = await deployToken("PlainToken", [dave], [addresses.RoyaltyLedger]);
      const fee = await deployToken("FeeToken", [dave], [addresses.RoyaltyLedger]);
      await payCoin(house, root, 5n);
      await ledger.connect(dave).pay(root, await plain.getAddress(), 1000n);
      await expect(ledger.connect(dave).pay(root, await fee.getAddress(), 1000n))
        .to.emit(ledger, "Paid")
        .withArgs(root, await fee.getAddress(), dave.address, 970n, 0n, 0n);
      expect(await ledger.claimable(root, COIN)).to.equal(5n);
      expect(await ledger.claimable(root, await plain.getAddress())).to.equal(1000n);
      expect(await ledger.claimable(root, await fee.getAddress())).to.equal(970n);
    });

    it("refuses nothing, the wrong coin, and unknown works", async () => {
      const { ledger, root, dave, addresses } = await loadFixture(chainOfThree);
      const token = await deployToken("PlainToken", [dave], [addresses.RoyaltyLedger]);
      const currency = await token.getAddress();
      await expect(ledger.pay(root, COIN, 0n)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerNothingPaid");
      await expect(ledger.connect(dave).pay(root, currency, 0n)).to.be.revertedWithCustomError(
        ledger,
        "RoyaltyLedgerNothingPaid",
      );
      for (const [amount, value] of [
        [2n, 1n],
        [1n, 2n],
      ]) {
        await expect(ledger.pay(root, COIN, amount, { value }))
          .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerWrongValue")
          .withArgs(amount, value);
      }
      await expect(ledger.connect(dave).pay(root, currency, 5n, { value: 1n }))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerWrongValue")
        .withArgs(0n, 1n);
      for (const id of [0n, 4n]) {
        await expect(ledger.pay(id, COIN, 1n, { value: 1n }))
          .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownWork")
          .withArgs(id);
        for (const view of [() => ledger.claimable(id, COIN), () => ledger.accountOf(id, COIN)]) {
          await expect(view()).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownWork").withArgs(id);
        }
        await expect(ledger.claim(id, COIN)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownWork");
        await expect(ledger.claimTo(id, COIN, dave.address)).to.be.revertedWithCustomError(
          ledger,
          "RoyaltyLedgerUnknownWork",
        );
        await expect(ledger.claimMany([id], COIN)).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownWork");
      }
    });

    it("refuses sums that do not fit, and hurts only that token", async () => {
      const { ledger, root, dave, addresses } = await loadFixture(chainOfThree);
      const token = await deployToken("PlainToken", [dave], [addresses.RoyaltyLedger]);
      await token.mint(dave.address, 2n ** 200n);
      const most = 2n ** 128n - 1n;
      await ledger.connect(dave).pay(root, await token.getAddress(), most);
      await expect(ledger.connect(dave).pay(root, await token.getAddress(), 1n))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerAmountTooLarge")
        .withArgs(most + 1n);
    });

    it("takes no coin without a work to credit", async () => {
      const { ledger, dave, addresses } = await loadFixture(chainOfThree);
      await expect(dave.sendTransaction({ to: addresses.RoyaltyLedger, value: 1n })).to.revert(ethers);
      expect(await ethers.provider.getBalance(ledger.getAddress())).to.equal(0n);
    });

    it("lets only license token and job market pay in another's name", async () => {
      const { ledger, root, dave, alice, addresses } = await loadFixture(chainOfThree);
      const token = await deployToken("PlainToken", [alice], [addresses.RoyaltyLedger]);
      await expect(ledger.connect(dave).payFrom(alice.address, root, await token.getAddress(), 1n, 1, 1n))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerNotModule")
        .withArgs(dave.address);
    });
  });

  describe("the absolute-edge rule", () => {
    it("gives each ancestor its part of the whole payment at any depth", async () => {
      const { house, ledger, root, middle, leaf } = await loadFixture(chainOfThree);
      await payCoin(house, leaf, 1000n);
      // Stack of the leaf: 20 % to the middle, 10 % to the root.
      expect(await ledger.claimable(leaf, COIN)).to.equal(700n);
      expect(await ledger.pullable(leaf, 0n, COIN)).to.equal(1000n);
      await expect(ledger.pull(leaf, 0n, COIN))
        .to.emit(ledger, "Pulled")
        .withArgs(leaf, middle, COIN, 1000n, 200n);
      expect(await ledger.claimable(middle, COIN)).to.equal(200n);
      await expect(ledger.pull(middle, 0n, COIN))
        .to.emit(ledger, "Pulled")
        .withArgs(middle, root, COIN, 1000n, 100n);
      expect(await ledger.claimable(root, COIN)).to.equal(100n);
      expect((await ledger.accountOf(middle, COIN)).toObject()).to.deep.equal({
        direct: 0n,
        passed: 1000n,
        earned: 200n,
        claimed: 0n,
      });
    });

    it("adds what a work is paid itself to what passes through it", async () => {
      const { house, ledger, root, middle, leaf } = await loadFixture(chainOfThree);
      await payCoin(house, middle, 500n);
      await payCoin(house, leaf, 1000n);
      await ledger.pullPath(leaf, [0n, 0n], COIN);
      expect([
        await ledger.claimable(root, COIN),
        await ledger.claimable(middle, COIN),
        await ledger.claimable(leaf, COIN),
      ]).to.deep.equal([150n, 650n, 700n]);
    });

    it("pulls a path leaf first, in one call", async () => {
      const { house, ledger, root, middle, leaf } = await loadFixture(chainOfThree);
      await payCoin(house, leaf, 1000n);
      await expect(ledger.pullPath(leaf, [0n, 0n], COIN))
        .to.emit(ledger, "Pulled")
        .withArgs(leaf, middle, COIN, 1000n, 200n)
        .and.to.emit(ledger, "Pulled")
        .withArgs(middle, root, COIN, 1000n, 100n);
      expect(await ledger.pullable(leaf, 0n, COIN)).to.equal(0n);
      expect(await ledger.pullable(middle, 0n, COIN)).to.equal(0n);
      await expect(ledger.pullPath(leaf, [0n, 0n], COIN)).not.to.emit(ledger, "Pulled");
    });

    it("pays a diamond once per path", async () => {
      const { house, ledger, root, middle, carol } = await loadFixture(chainOfThree);
      const side = await registerChild(house, house.dave, "side", [{ id: root, share: 50_000 }]);
      const tip = await registerChild(house, carol, "tip", [
        { id: middle, share: 10_000 },
        { id: side, share: 20_000 },
      ]);
      expect(await house.works.stackOf(tip)).to.equal(180_000n);
      await payCoin(house, tip, 1000n);
      await ledger.pullPath(tip, [0n, 0n], COIN);
      await ledger.pullPath(tip, [1n, 0n], COIN);
      expect([
        await ledger.claimable(tip, COIN),
        await ledger.claimable(middle, COIN),
        await ledger.claimable(side, COIN),
        await ledger.claimable(root, COIN),
      ]).to.deep.equal([820n, 10n, 20n, 150n]);
    });

    it("can't be diluted by deriving from oneself", async () => {
      const { house, ledger, leaf, root, middle, carol } = await loadFixture(chainOfThree);
      const own = await registerChild(house, carol, "own", [{ id: leaf, share: 0 }]);
      await payCoin(house, own, 1000n);
      await ledger.pullPath(own, [0n, 0n, 0n], COIN);
      expect(await ledger.claimable(own, COIN)).to.equal(700n);
      expect(await ledger.claimable(leaf, COIN)).to.equal(0n);
      expect(await ledger.claimable(middle, COIN)).to.equal(200n);
      expect(await ledger.claimable(root, COIN)).to.equal(100n);
    });

    it("rounds obligations up and earnings down, and many small pulls earn what one large pull earns", async () => {
      const { house, ledger, root, middle } = await loadFixture(chainOfThree);
      for (let i = 0; i < 15; ++i) {
        await payCoin(house, middle, 1n);
        await ledger.pull(middle, 0n, COIN);
      }
      expect(await ledger.claimable(root, COIN)).to.equal(1n);
      expect(await ledger.claimable(middle, COIN)).to.equal(13n);
    });

    it("moves nothing over an edge that carries no money", async () => {
      const { house, ledger, root, bob } = await loadFixture(chainOfThree);
      const free = await registerChild(house, bob, "free", [{ id: root, share: 0 }]);
      await payCoin(house, free, 1000n);
      expect(await ledger.pullable(free, 0n, COIN)).to.equal(0n);
      await expect(ledger.pull(free, 0n, COIN)).not.to.emit(ledger, "Pulled");
      expect(await ledger.claimable(free, COIN)).to.equal(1000n);
      expect((await ledger.accountOf(root, COIN)).passed).to.equal(0n);
    });

    it("refuses edges and paths that are not there, and paths of more than 32 hops", async () => {
      const { ledger, root, leaf } = await loadFixture(chainOfThree);
      for (const call of [() => ledger.pull(leaf, 1n, COIN), () => ledger.pullable(leaf, 1n, COIN)]) {
        await expect(call()).to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownEdge").withArgs(leaf, 1n);
      }
      await expect(ledger.pull(root, 0n, COIN))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerUnknownEdge")
        .withArgs(root, 0n);
      await expect(ledger.pullPath(leaf, [0n, 0n, 0n], COIN))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerBrokenPath")
        .withArgs(2n);
      await expect(ledger.pullPath(leaf, Array(33).fill(0n), COIN))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerPathTooLong")
        .withArgs(33n);
    });
  });

  describe("claim", () => {
    it("pays the owner, whoever calls, and only once", async () => {
      const { house, ledger, root, alice, dave, addresses } = await loadFixture(chainOfThree);
      await payCoin(house, root, 1000n);
      const call = ledger.connect(dave).claim(root, COIN);
      await expect(call).to.changeEtherBalances(ethers, [alice, dave, addresses.RoyaltyLedger], [1000n, 0n, -1000n]);
      await expect(call).to.emit(ledger, "Claimed").withArgs(root, COIN, alice.address, 1000n);
      expect(await ledger.claimable(root, COIN)).to.equal(0n);
      await expect(ledger.connect(dave).claim(root, COIN)).not.to.emit(ledger, "Claimed");
      await payCoin(house, root, 5n);
      expect(await ledger.claimable(root, COIN)).to.equal(5n);
    });

    it("pays tokens, also those that return nothing", async () => {
      const { ledger, root, alice, dave, addresses } = await loadFixture(chainOfThree);
      for (const name of ["PlainToken", "NoReturnToken"]) {
        const token = await deployToken(name, [dave], [addresses.RoyaltyLedger]);
        await ledger.connect(dave).pay(root, await token.getAddress(), 700n);
        await ledger.claim(root, await token.getAddress());
        expect(await token.balanceOf(alice.address)).to.equal(700n);
        expect(await token.balanceOf(addresses.RoyaltyLedger)).to.equal(0n);
      }
    });

    it("goes to another address only when the owner says so", async () => {
      const { house, ledger, root, alice, bob, carol } = await loadFixture(chainOfThree);
      await payCoin(house, root, 1000n);
      await expect(ledger.connect(bob).claimTo(root, COIN, bob.address))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerNotOwner")
        .withArgs(root, bob.address);
      const call = ledger.connect(alice).claimTo(root, COIN, carol.address);
      await expect(call).to.changeEtherBalances(ethers, [carol], [1000n]);
      await expect(call).to.emit(ledger, "Claimed").withArgs(root, COIN, carol.address, 1000n);
    });

    it("follows the work to a new owner", async () => {
      const { house, works, ledger, root, alice, bob } = await loadFixture(chainOfThree);
      await payCoin(house, root, 1000n);
      await works.connect(alice).transferFrom(alice.address, bob.address, root);
      await expect(ledger.claim(root, COIN)).to.changeEtherBalances(ethers, [alice, bob], [0n, 1000n]);
    });

    it("claims many works at once, at most 64", async () => {
      const { house, ledger, root, middle, leaf, alice, bob, carol } = await loadFixture(chainOfThree);
      await payCoin(house, leaf, 1000n);
      await ledger.pullPath(leaf, [0n, 0n], COIN);
      await expect(ledger.claimMany([root, middle, leaf], COIN)).to.changeEtherBalances(
        ethers,
        [alice, bob, carol],
        [100n, 200n, 700n],
      );
      await expect(ledger.claimMany(Array(65).fill(root), COIN))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerTooManyClaims")
        .withArgs(65n);
    });

    it("keeps the money of an owner who can't take it, who can name another address", async () => {
      const { house, works, ledger, root, alice, dave } = await loadFixture(chainOfThree);
      const puppet = await deployPuppet();
      await works.connect(alice).transferFrom(alice.address, await puppet.getAddress(), root);
      await payCoin(house, root, 1000n);
      await expect(ledger.claim(root, COIN))
        .to.be.revertedWithCustomError(ledger, "RoyaltyLedgerTransferFailed")
        .withArgs(await puppet.getAddress());
      expect(await ledger.claimable(root, COIN)).to.equal(1000n);
      const order = ledger.interface.encodeFunctionData("claimTo", [root, COIN, dave.address]);
      await expect(puppet.act(ledger.getAddress(), 0n, order)).to.changeEtherBalances(ethers, [dave], [1000n]);
    });

    it("can't be entered again by the receiver of coin", async () => {
      const { house, works, ledger, root, middle, alice } = await loadFixture(chainOfThree);
      const puppet = await deployPuppet();
      await puppet.setTakesCoin(true);
      await works.connect(alice).transferFrom(alice.address, await puppet.getAddress(), root);
      await payCoin(house, root, 1000n);
      await payCoin(house, middle, 1000n);
      await puppet.arm(ledger.getAddress(), ledger.interface.encodeFunctionData("claim", [root, COIN]));
      await ledger.claim(root, COIN);
      expect(await puppet.succeeded()).to.equal(false);
      expect(await puppet.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
      expect(await ethers.provider.getBalance(puppet.getAddress())).to.equal(1000n);
    });

    it("can't be entered again by a token in the middle of a payment", async () => {
      const { ledger, root, dave, addresses } = await loadFixture(chainOfThree);
      const token = await deployToken("ReentrantToken", [dave], [addresses.RoyaltyLedger]);
      const currency = await token.getAddress();
      await ledger.connect(dave).pay(root, currency, 100n);
      for (const attack of [
        ledger.interface.encodeFunctionData("claim", [root, currency]),
        ledger.interface.encodeFunctionData("pay", [root, currency, 1n]),
      ]) {
        await token.arm(addresses.RoyaltyLedger, attack);
        await ledger.connect(dave).pay(root, currency, 100n);
        expect(await token.succeeded()).to.equal(false);
      }
      expect(await ledger.claimable(root, currency)).to.equal(300n);
      expect(await token.balanceOf(addresses.RoyaltyLedger)).to.equal(300n);
    });
  });

  describe("through the license token", () => {
    it("a license of a derivative pays its ancestors", async () => {
      const { licenses, ledger, root, middle, leaf, carol, dave } = await loadFixture(chainOfThree);
      await licenses.connect(carol).setOffer(leaf, remixTerms(0), offerOf(10_000n));
      await licenses.connect(dave).buy(await licenses.totalOffers(), dave.address, 10_000n, { value: 10_000n });
      await ledger.pullPath(leaf, [0n, 0n], COIN);
      expect([
        await ledger.claimable(root, COIN),
        await ledger.claimable(middle, COIN),
        await ledger.claimable(leaf, COIN),
      ]).to.deep.equal([1000n, 2000n, 7000n]);
    });
  });

  describe("gas", () => {
    it("of registering, paying and pulling does not grow with depth", async () => {
      const house = await loadFixture(deployHouse);
      const { works, ledger, alice } = house;
      let id = await registerRoot(house, alice, "root");
      const seen: { depth: number; register: bigint; pay: bigint; pull: bigint }[] = [];
      for (let depth = 1; depth <= 24; ++depth) {
        id = await registerChild(house, alice, `depth ${depth}`, [{ id, share: 1000 }]);
        if (depth !== 2 && depth !== 24) continue;
        const filter = works.filters.WorkRegistered?.(id);
        const [event] = await works.queryFilter(filter ?? "WorkRegistered");
        const register = (await event?.getTransactionReceipt())?.gasUsed ?? 0n;
        await payCoin(house, id, 1000n);
        const pay = await gasOf(ledger.connect(house.dave).pay(id, COIN, 1000n, { value: 1000n }));
        await ledger.pull(id, 0n, COIN);
        await payCoin(house, id, 1000n);
        seen.push({ depth, register, pay, pull: await gasOf(ledger.pull(id, 0n, COIN)) });
      }
      const [shallow, deep] = seen;
      for (const step of ["register", "pay", "pull"] as const) {
        const [low, high] = [Number(shallow?.[step]), Number(deep?.[step])];
        expect(low).to.be.greaterThan(21_000);
        expect(high / low).to.be.within(0.98, 1.02);
      }
    });
  });
});

async function gasOf(call: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<bigint> {
  const receipt = await (await call).wait();
  return receipt?.gasUsed ?? 0n;
}
