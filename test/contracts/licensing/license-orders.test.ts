import { expect } from "chai";
import { DAY, deployToken, offerOf, terms, termsIdOf } from "../house.ts";
import { ethers, loadFixture, time } from "../network.ts";
import {
  ANY_STACK,
  type Contract,
  licensingHouse,
  type Order,
  ORDER_TYPES,
  orderDomain,
  orderOf,
  root,
  signOrder,
} from "./licensing-house.ts";

/** A root of alice's. */
async function signing() {
  const house = await licensingHouse();
  const work = await root(house, house.alice, "a");
  return { ...house, work };
}

type Signing = Awaited<ReturnType<typeof signing>>;

async function fillBy(house: Signing, order: Order, signature: string, value = 0n) {
  return await house.orders.connect(house.bob).fill(order, signature, house.bob.address, ANY_STACK, { value });
}

describe("LicenseOrders", () => {
  it("sell a license the owner signed for, and pay the work", async () => {
    const house = await loadFixture(signing);
    const { licenses, orders, ledger, alice, bob, carol, work } = house;
    const order = orderOf(work, alice.address, { price: 700n, shareOverride: 33_000 });
    const call = orders
      .connect(bob)
      .fill(order, await signOrder(house, alice, order), carol.address, ANY_STACK, { value: 700n });
    await expect(call).to.changeEtherBalances(ethers, [bob, house.addresses.RoyaltyLedger], [-700n, 700n]);
    await expect(call)
      .to.emit(licenses, "LicenseIssued")
      .withArgs(1n, work, carol.address, 0n, termsIdOf(order.terms), bob.address, order.currency, 700n, 0n, 33_000n)
      .and.to.emit(orders, "OrderFilled")
      .withArgs(await orders.digestOf(order), 1n, alice.address, 0n)
      .and.to.emit(licenses, "TermsRegistered");
    const license = await licenses.licenseOf(1n);
    expect([license.offerId, license.derivativeShare, license.termsId]).to.deep.equal([
      0n,
      33_000n,
      termsIdOf(order.terms),
    ]);
    expect(await ledger.claimable(work, order.currency)).to.equal(700n);
    expect(await licenses.ownerOf(1n)).to.equal(carol.address);
  });

  it("hash as EIP-712 says", async () => {
    const house = await loadFixture(signing);
    const { orders, alice, work } = house;
    const order = orderOf(work, alice.address, { price: 9n, nonce: 77n, supply: 4, shareOverride: 5 });
    expect(await orders.digestOf(order)).to.equal(
      ethers.TypedDataEncoder.hash(await orderDomain(house), ORDER_TYPES, order),
    );
    const encoder = ethers.TypedDataEncoder.from(ORDER_TYPES);
    expect(await orders.LICENSE_ORDER_TYPEHASH()).to.equal(ethers.id(encoder.encodeType("LicenseOrder")));
    expect(await orders.TERMS_TYPEHASH()).to.equal(ethers.id(encoder.encodeType("Terms")));
  });

  it("take a token's price from the buyer through the ledger's allowance", async () => {
    const house = await loadFixture(signing);
    const { ledger, alice, bob, work } = house;
    const token = await deployToken("NoReturnToken", [bob], [house.addresses.RoyaltyLedger]);
    const currency = await token.getAddress();
    const order = orderOf(work, alice.address, { price: 40n, currency });
    await fillBy(house, order, await signOrder(house, alice, order));
    expect(await ledger.claimable(work, currency)).to.equal(40n);
  });

  describe("a signature counts", () => {
    const changes: [what: string, change: (house: Signing) => Partial<Order>][] = [
      ["work", () => ({ workId: 2n })],
      ["price (no offer changed after signing)", () => ({ price: 0n })],
      ["currency", (h) => ({ currency: h.bob.address })],
      ["flags", () => ({ terms: terms(10_000, "commercial", "derivatives", "training", "transferable") })],
      ["share", () => ({ terms: terms(9_999, "commercial", "derivatives", "transferable") })],
      ["exclusivity", (h) => ({ terms: { ...orderOf(h.work, "").terms, exclusivity: 2 } })],
      ["legal text", (h) => ({ terms: { ...orderOf(h.work, "").terms, legalText: ethers.id("x") as `0x${string}` } })],
      ["share override", () => ({ shareOverride: 1 })],
      ["supply", () => ({ supply: 2 })],
      ["holder", (h) => ({ holder: h.bob.address })],
      ["expiry", () => ({ expiresAt: 4_000_000_001 })],
      ["nonce", () => ({ nonce: 1n })],
    ];
    for (const [what, change] of changes) {
      it(`for its own ${what} only`, async () => {
        const house = await loadFixture(signing);
        const { orders, alice, work } = house;
        await root(house, alice, "second");
        const order = orderOf(work, alice.address, { price: 5n });
        const signature = await signOrder(house, alice, order);
        const changed = { ...order, ...change(house) };
        await expect(fillBy(house, changed, signature, changed.currency === ethers.ZeroAddress ? changed.price : 0n))
          .to.be.revertedWithCustomError(orders, "LicenseOrdersBadSignature")
          .withArgs(alice.address);
      });
    }

    it("on one chain, through one contract, for one action", async () => {
      const house = await loadFixture(signing);
      const { orders, alice, work } = house;
      const order = orderOf(work, alice.address);
      const domain = await orderDomain(house);
      const wrong = [
        { ...domain, chainId: domain.chainId + 1n },
        { ...domain, verifyingContract: house.addresses.LicenseToken },
        { ...domain, name: "Another" },
        { ...domain, version: "2" },
      ];
      for (const each of wrong) {
        await expect(fillBy(house, order, await alice.signTypedData(each, ORDER_TYPES, order)))
          .to.be.revertedWithCustomError(orders, "LicenseOrdersBadSignature")
          .withArgs(alice.address);
      }
      const renamed = { Listing: ORDER_TYPES.LicenseOrder, Terms: ORDER_TYPES.Terms };
      await expect(
        fillBy(house, order, await alice.signTypedData(domain, renamed, order)),
      ).to.be.revertedWithCustomError(orders, "LicenseOrdersBadSignature");
    });

    it("in no second form: high s, compact, cut, empty", async () => {
      const house = await loadFixture(signing);
      const { orders, alice, work } = house;
      const order = orderOf(work, alice.address, { supply: 3 });
      const signature = await signOrder(house, alice, order);
      const { r, s, v } = ethers.Signature.from(signature);
      const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
      const highS = ethers.toBeHex(N - BigInt(s), 32);
      const forms = [
        ethers.concat([r, highS, ethers.toBeHex(v === 27 ? 28 : 27)]),
        ethers.Signature.from(signature).compactSerialized,
        ethers.dataSlice(signature, 0, 64),
        "0x",
        ethers.concat([r, s, "0x00"]),
      ];
      for (const form of forms) {
        await expect(fillBy(house, order, form)).to.be.revertedWithCustomError(orders, "LicenseOrdersBadSignature");
      }
      await fillBy(house, order, signature);
      expect(await orders.soldOf(await orders.digestOf(order))).to.equal(1n);
    });

    it("keeps no count of an order for one license, whose nonce says enough", async () => {
      const house = await loadFixture(signing);
      const { orders, alice, work } = house;
      const order = orderOf(work, alice.address, { supply: 1 });
      await fillBy(house, order, await signOrder(house, alice, order));
      expect(await orders.soldOf(await orders.digestOf(order))).to.equal(0n);
      expect(await orders.nonceUsed(alice.address, order.nonce)).to.equal(true);
    });

    it("until it expires, to the second", async () => {
      const house = await loadFixture(signing);
      const { orders, alice, work } = house;
      const expiresAt = (await time.latest()) + DAY;
      const order = orderOf(work, alice.address, { expiresAt, supply: 2 });
      const signature = await signOrder(house, alice, order);
      await time.setNextBlockTimestamp(expiresAt);
      await fillBy(house, order, signature);
      await time.setNextBlockTimestamp(expiresAt + 1);
      await expect(fillBy(house, order, signature))
        .to.be.revertedWithCustomError(orders, "LicenseOrdersExpired")
        .withArgs(expiresAt);
    });

    it("once, or as often as its supply", async () => {
      const house = await loadFixture(signing);
      const { orders, licenses, alice, work } = house;
      for (const [nonce, supply] of [
        [1n, 1],
        [2n, 3],
      ] as const) {
        const order = orderOf(work, alice.address, { supply, nonce });
        const signature = await signOrder(house, alice, order);
        for (let i = 0; i < supply; ++i) await fillBy(house, order, signature);
        expect(await orders.nonceUsed(alice.address, nonce)).to.equal(true);
        await expect(fillBy(house, order, signature))
          .to.be.revertedWithCustomError(orders, "LicenseOrdersNonceUsed")
          .withArgs(alice.address, nonce);
      }
      expect(await licenses.totalLicenses()).to.equal(4n);
    });

    it("without end where the supply is unlimited, until the seller cancels", async () => {
      const house = await loadFixture(signing);
      const { orders, alice, work } = house;
      const order = orderOf(work, alice.address, { supply: 0, nonce: 300n });
      const signature = await signOrder(house, alice, order);
      for (let i = 0; i < 3; ++i) await fillBy(house, order, signature);
      await expect(orders.connect(alice).cancelNonce(300n)).to.emit(orders, "NonceUsed").withArgs(alice.address, 300n);
      await expect(fillBy(house, order, signature)).to.be.revertedWithCustomError(orders, "LicenseOrdersNonceUsed");
    });
  });

  describe("cancelling", () => {
    it("one nonce ends it for its seller only", async () => {
      const house = await loadFixture(signing);
      const { orders, alice, bob, work } = house;
      const order = orderOf(work, alice.address, { nonce: 5n });
      await orders.connect(bob).cancelNonce(5n);
      await fillBy(house, order, await signOrder(house, alice, order));
      await expect(orders.connect(alice).cancelNonce(5n))
        .to.be.revertedWithCustomError(orders, "LicenseOrdersNonceUsed")
        .withArgs(alice.address, 5n);
    });

    it("leaves neighboring nonces alone, in the same word and the next", async () => {
      const house = await loadFixture(signing);
      const { orders, alice } = house;
      await orders.connect(alice).cancelNonce(256n);
      const used = [];
      for (const nonce of [0n, 255n, 256n, 257n, 512n]) used.push(await orders.nonceUsed(alice.address, nonce));
      expect(used).to.deep.equal([false, false, true, false, false]);
    });

    it("all at once raises the counter", async () => {
      const house = await loadFixture(signing);
      const { orders, alice, work } = house;
      const order = orderOf(work, alice.address);
      const signature = await signOrder(house, alice, order);
      await expect(orders.connect(alice).raiseCounter()).to.emit(orders, "CounterRaised").withArgs(alice.address, 1n);
      await expect(fillBy(house, order, signature))
        .to.be.revertedWithCustomError(orders, "LicenseOrdersOldCounter")
        .withArgs(alice.address, 0n);
      const next = { ...order, counter: 1n };
      await fillBy(house, next, await signOrder(house, alice, next));
      const future = { ...order, counter: 2n, nonce: 9n };
      await expect(fillBy(house, future, await signOrder(house, alice, future))).to.be.revertedWithCustomError(
        orders,
        "LicenseOrdersOldCounter",
      );
    });

    it("of another order with the same nonce comes with selling out", async () => {
      const house = await loadFixture(signing);
      const { orders, alice, work } = house;
      const dear = orderOf(work, alice.address, { price: 10n });
      const cheap = orderOf(work, alice.address, { price: 1n });
      await fillBy(house, cheap, await signOrder(house, alice, cheap), 1n);
      await expect(fillBy(house, dear, await signOrder(house, alice, dear), 10n)).to.be.revertedWithCustomError(
        orders,
        "LicenseOrdersNonceUsed",
      );
    });
  });

  describe("the signer", () => {
    it("must own the work when it is sold: neither a stranger nor a former owner", async () => {
      const house = await loadFixture(signing);
      const { orders, works, alice, bob, carol, work } = house;
      const strangers = orderOf(work, carol.address);
      await expect(fillBy(house, strangers, await signOrder(house, carol, strangers)))
        .to.be.revertedWithCustomError(orders, "LicenseOrdersNotWorkOwner")
        .withArgs(work, carol.address);
      const order = orderOf(work, alice.address);
      const signature = await signOrder(house, alice, order);
      await works.connect(alice).transferFrom(alice.address, carol.address, work);
      await expect(fillBy(house, order, signature))
        .to.be.revertedWithCustomError(orders, "LicenseOrdersNotWorkOwner")
        .withArgs(work, alice.address);
      await works.connect(carol).transferFrom(carol.address, alice.address, work);
      await orders.connect(bob).fill(order, signature, bob.address, ANY_STACK);
    });

    it("may be a contract (ERC-1271), by its word at the sale", async () => {
      const house = await loadFixture(signing);
      const { orders, works, licenses, alice, bob, carol, work } = house;
      const wallet = (await ethers.deployContract("WalletOfOne", [carol.address])) as unknown as Contract<"setSigner">;
      const seller = await wallet.getAddress();
      await works.connect(alice).transferFrom(alice.address, seller, work);
      const order = orderOf(work, seller, { supply: 2 });
      const signature = await signOrder(house, carol, order);
      await orders.connect(bob).fill(order, signature, bob.address, ANY_STACK);
      await wallet.setSigner(bob.address);
      await expect(fillBy(house, order, signature))
        .to.be.revertedWithCustomError(orders, "LicenseOrdersBadSignature")
        .withArgs(seller);
      expect(await licenses.totalLicenses()).to.equal(1n);
    });

    it("of one contract account can't be replayed for another with the same key", async () => {
      const house = await loadFixture(signing);
      const { orders, works, alice, bob, carol, work } = house;
      const [one, two] = [
        await (await ethers.deployContract("WalletOfOne", [carol.address])).getAddress(),
        await (await ethers.deployContract("WalletOfOne", [carol.address])).getAddress(),
      ];
      await works.connect(alice).transferFrom(alice.address, two, work);
      const signature = await signOrder(house, carol, orderOf(work, one));
      await expect(orders.connect(bob).fill(orderOf(work, two), signature, bob.address, ANY_STACK))
        .to.be.revertedWithCustomError(orders, "LicenseOrdersBadSignature")
        .withArgs(two);
    });
  });

  describe("the buyer", () => {
    it("names the holder, unless the seller did", async () => {
      const house = await loadFixture(signing);
      const { orders, licenses, alice, bob, carol, work } = house;
      const order = orderOf(work, alice.address, { holder: carol.address });
      const signature = await signOrder(house, alice, order);
      await expect(orders.connect(bob).fill(order, signature, bob.address, ANY_STACK))
        .to.be.revertedWithCustomError(orders, "LicenseOrdersWrongHolder")
        .withArgs(bob.address);
      await orders.connect(bob).fill(order, signature, carol.address, ANY_STACK);
      expect(await licenses.ownerOf(1n)).to.equal(carol.address);
    });

    it("sends the price exactly", async () => {
      const house = await loadFixture(signing);
      const { orders, alice, work } = house;
      const order = orderOf(work, alice.address, { price: 10n });
      const signature = await signOrder(house, alice, order);
      for (const value of [0n, 9n, 11n]) {
        await expect(fillBy(house, order, signature, value))
          .to.be.revertedWithCustomError(orders, "LicenseOrdersWrongPayment")
          .withArgs(10n, value);
      }
      const free = orderOf(work, alice.address, { currency: house.bob.address, price: 10n });
      await expect(fillBy(house, free, await signOrder(house, alice, free), 1n))
        .to.be.revertedWithCustomError(orders, "LicenseOrdersWrongPayment")
        .withArgs(0n, 1n);
    });

    it("says how much a derivative may owe", async () => {
      const house = await loadFixture(signing);
      const { orders, licenses, alice, bob, work } = house;
      const order = orderOf(work, alice.address);
      const signature = await signOrder(house, alice, order);
      await expect(orders.connect(bob).fill(order, signature, bob.address, 9_999))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenStackTooHigh")
        .withArgs(10_000n, 9_999n);
      expect(await orders.nonceUsed(alice.address, 0n)).to.equal(false);
      await orders.connect(bob).fill(order, signature, bob.address, 10_000);
    });
  });

  it("sell nothing of a work that is blocked or licensed alone", async () => {
    const house = await loadFixture(signing);
    const { licenses, alice, bob, judge, work } = house;
    const order = orderOf(work, alice.address);
    const signature = await signOrder(house, alice, order);
    await licenses.connect(judge).setBlocked(work, true);
    await expect(fillBy(house, order, signature)).to.be.revertedWithCustomError(licenses, "LicenseTokenBlocked");
    await licenses.connect(judge).setBlocked(work, false);
    await licenses.connect(alice).setOffer(work, { ...terms(0), exclusivity: 2 }, offerOf(0n));
    await licenses.connect(bob).buy(1n, bob.address, 0n);
    await expect(fillBy(house, order, signature)).to.be.revertedWithCustomError(
      licenses,
      "LicenseTokenExclusivelyLicensed",
    );
  });

  it("go through the license token, which takes no one else's word", async () => {
    const house = await loadFixture(signing);
    const { licenses, alice, work } = house;
    const sale = {
      workId: work,
      payer: alice.address,
      holder: alice.address,
      currency: ethers.ZeroAddress,
      price: 0n,
      shareOverride: 0,
      maxStack: ANY_STACK,
      terms: terms(0),
    };
    await expect(licenses.connect(alice).issueSigned(sale))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenNotOrders")
      .withArgs(alice.address);
  });

  it("refuse bad terms and a share above the whole, whoever signed", async () => {
    const house = await loadFixture(signing);
    const { licenses, alice, work } = house;
    for (const fields of [{ shareOverride: 1_000_001 }, { terms: { ...terms(0), flags: 64 } }]) {
      const order = orderOf(work, alice.address, fields);
      await expect(fillBy(house, order, await signOrder(house, alice, order))).to.be.revertedWithCustomError(
        licenses,
        "LicenseTokenBadTerms",
      );
    }
  });

  it("can't be entered again from a token's transfer", async () => {
    const house = await loadFixture(signing);
    const { orders, licenses, alice, bob, work } = house;
    const token = await deployToken("ReentrantToken", [bob], [house.addresses.RoyaltyLedger]);
    const order = orderOf(work, alice.address, { price: 5n, currency: await token.getAddress(), supply: 2 });
    const signature = await signOrder(house, alice, order);
    const again = orders.interface.encodeFunctionData("fill", [order, signature, bob.address, ANY_STACK]);
    await token.arm(await orders.getAddress(), again);
    await fillBy(house, order, signature);
    expect(await token.succeeded()).to.equal(false);
    expect(await token.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
    expect(await licenses.totalLicenses()).to.equal(1n);
  });
});
