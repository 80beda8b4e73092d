import { expect } from "chai";
import { COIN, deployToken, newWork, offerOf, terms } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import {
  type Account,
  ANY_STACK,
  type Contract,
  licenseUnder,
  licensingHouse,
  type LicensingHouse,
  orderOf,
  root,
  signOrder,
} from "./licensing-house.ts";

/** Registers a chain of derivatives by bob under a root of alice's; returns the leaf. */
async function chain(house: LicensingHouse, hops: number): Promise<bigint> {
  let leaf = await root(house, house.alice, "root");
  for (let hop = 0; hop < hops; ++hop) {
    const license = await licenseUnder(house, leaf, terms(1000, "commercial", "derivatives", "training"), house.bob);
    await house.works.connect(house.bob).registerDerivative(newWork(`hop ${hop}`), [license]);
    leaf = await house.works.totalWorks();
  }
  return leaf;
}

async function permitToken(holder: Account) {
  const token = (await ethers.deployContract("PermitToken")) as unknown as Contract<
    "mint" | "approve" | "balanceOf" | "allowance" | "nonces" | "permit"
  >;
  await token.mint(holder.address, 10_000n);
  return token;
}

async function permitOf(token: Contract<"nonces">, owner: Account, spender: string, value: bigint) {
  const at = await token.getAddress();
  const { chainId } = await ethers.provider.getNetwork();
  const deadline = 4_000_000_000n;
  const Permit = ["owner:address", "spender:address", "value:uint256", "nonce:uint256", "deadline:uint256"].map(
    (f) => ({
      name: f.split(":")[0] ?? "",
      type: f.split(":")[1] ?? "",
    }),
  );
  const signature = await owner.signTypedData(
    { name: "Permit", version: "1", chainId, verifyingContract: at },
    { Permit },
    { owner: owner.address, spender, value, nonce: await token.nonces(owner.address), deadline },
  );
  const { v, r, s } = ethers.Signature.from(signature);
  return { token: at, value, deadline, v, r, s };
}

describe("Router", () => {
  describe("collect", () => {
    it("brings money down paths and out to whom it is due, whoever calls", async () => {
      const house = await loadFixture(licensingHouse);
      const { router, ledger, alice, bob, carol } = house;
      const leaf = await chain(house, 3);
      await ledger.connect(carol).pay(leaf, COIN, 1_000_000n, { value: 1_000_000n });
      const call = router.connect(carol).collect(
        [{ leafId: leaf, edgeIndexes: [0n, 0n, 0n], currency: COIN }],
        [
          { workId: 1n, currency: COIN },
          { workId: leaf, currency: COIN },
        ],
      );
      await expect(call).to.changeEtherBalances(ethers, [alice, bob, carol, router], [1000n, 997_000n, 0n, 0n]);
    });

    it("takes at most 48 hops and 24 claims, and these fit in a block", async function () {
      this.timeout(120_000);
      const house = await loadFixture(licensingHouse);
      const { router, ledger, carol } = house;
      const leaf = await chain(house, 24);
      await ledger.connect(carol).pay(leaf, COIN, 10n ** 12n, { value: 10n ** 12n });
      await ledger.connect(carol).pay(1n, COIN, 1n, { value: 1n });
      const path = { leafId: leaf, edgeIndexes: Array(24).fill(0n), currency: COIN };
      const claims = Array.from({ length: 24 }, (_, i) => ({ workId: BigInt(i + 1), currency: COIN }));
      const tooFar = { ...path, edgeIndexes: [0n] };
      await expect(router.collect([path, path, tooFar], []))
        .to.be.revertedWithCustomError(router, "RouterTooMany")
        .withArgs(49n, 48n);
      await expect(
        router.collect(
          Array.from({ length: 49 }, () => ({ ...path, edgeIndexes: [] })),
          [],
        ),
      )
        .to.be.revertedWithCustomError(router, "RouterTooMany")
        .withArgs(49n, 48n);
      await expect(router.collect([], [...claims, claims[0]]))
        .to.be.revertedWithCustomError(router, "RouterTooMany")
        .withArgs(25n, 24n);
      const receipt = await (await router.collect([path, path], claims)).wait();
      expect(receipt?.gasUsed).to.be.lessThan(5_000_000n);
      expect(await ledger.claimable(1n, COIN)).to.equal(0n);
    });
  });

  describe("buyMany", () => {
    it("buys from offers and signed orders, in coin and a permitted token, and keeps nothing", async () => {
      const house = await loadFixture(licensingHouse);
      const { router, licenses, ledger, alice, bob, carol } = house;
      const work = await root(house, alice, "a");
      const token = await permitToken(bob);
      const currency = await token.getAddress();
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(10n));
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(20n, currency));
      const inCoin = orderOf(work, alice.address, { price: 30n, nonce: 1n });
      const inToken = orderOf(work, alice.address, { price: 40n, currency, nonce: 2n });
      const signed = [];
      for (const order of [inCoin, inToken]) {
        const signature = await signOrder(house, alice, order);
        signed.push({ order, signature, holder: bob.address, maxStack: ANY_STACK });
      }
      const buys = [
        { offerId: 1n, holder: bob.address, maxPrice: 10n, maxStack: ANY_STACK },
        { offerId: 2n, holder: carol.address, maxPrice: 20n, maxStack: 0 },
      ];
      const permit = await permitOf(token, bob, await router.getAddress(), 60n);
      const call = router.connect(bob).buyMany(buys, signed, [permit], { value: 40n });
      await expect(call).to.changeEtherBalances(ethers, [bob, router, house.addresses.RoyaltyLedger], [-40n, 0n, 40n]);
      await expect(call)
        .to.emit(router, "BoughtFor")
        .withArgs(bob.address, 1n)
        .and.to.emit(router, "BoughtFor")
        .withArgs(bob.address, 4n);
      expect([await licenses.ownerOf(1n), await licenses.ownerOf(2n), await licenses.ownerOf(4n)]).to.deep.equal([
        bob.address,
        carol.address,
        bob.address,
      ]);
      expect([await ledger.claimable(work, COIN), await ledger.claimable(work, currency)]).to.deep.equal([40n, 60n]);
      const at = await router.getAddress();
      expect([
        await token.balanceOf(at),
        await token.allowance(bob.address, at),
        await token.allowance(at, house.addresses.RoyaltyLedger),
      ]).to.deep.equal([0n, 0n, 0n]);
    });

    it("wants the exact coin and keeps to the buyer's limits", async () => {
      const house = await loadFixture(licensingHouse);
      const { router, licenses, alice, bob } = house;
      const work = await root(house, alice, "a");
      await licenses.connect(alice).setOffer(work, terms(5, "derivatives"), offerOf(10n));
      const buy = { offerId: 1n, holder: bob.address, maxPrice: 10n, maxStack: 5 };
      const send = (change: object, value: bigint) =>
        router.connect(bob).buyMany([{ ...buy, ...change }], [], [], { value });
      for (const value of [9n, 11n]) {
        await expect(send({}, value)).to.be.revertedWithCustomError(router, "RouterWrongValue").withArgs(10n, value);
      }
      await expect(send({ maxPrice: 9n }, 10n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenWrongPayment")
        .withArgs(10n, 9n);
      await expect(send({ maxStack: 4 }, 10n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenStackTooHigh")
        .withArgs(5n, 4n);
      await expect(
        router.connect(bob).buyMany(
          Array.from({ length: 17 }, () => buy),
          [],
          [],
          { value: 170n },
        ),
      )
        .to.be.revertedWithCustomError(router, "RouterTooMany")
        .withArgs(17n, 16n);
      const receipt = await (
        await router.connect(bob).buyMany(
          Array.from({ length: 16 }, () => buy),
          [],
          [],
          { value: 160n },
        )
      ).wait();
      expect(receipt?.gasUsed).to.be.lessThan(5_000_000n);
    });

    it("never spends what others approved to it", async () => {
      const house = await loadFixture(licensingHouse);
      const { router, licenses, alice, bob, carol } = house;
      const work = await root(house, alice, "a");
      const token = await deployToken("PlainToken", [bob], [await router.getAddress()]);
      const currency = await token.getAddress();
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(10n, currency));
      const buy = { offerId: 1n, holder: carol.address, maxPrice: 10n, maxStack: ANY_STACK };
      await expect(router.connect(carol).buyMany([buy], [], [])).to.be.revertedWithCustomError(
        token,
        "ERC20InsufficientAllowance",
      );
      await expect(
        router.connect(carol).payMany([{ workId: work, currency, amount: 1n }], []),
      ).to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance");
    });

    it("goes on when the permit was used by another before", async () => {
      const house = await loadFixture(licensingHouse);
      const { router, licenses, alice, bob, carol } = house;
      const work = await root(house, alice, "a");
      const token = await permitToken(bob);
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(20n, await token.getAddress()));
      const at = await router.getAddress();
      const permit = await permitOf(token, bob, at, 20n);
      await token.connect(carol).permit(bob.address, at, 20n, permit.deadline, permit.v, permit.r, permit.s);
      const buy = { offerId: 1n, holder: bob.address, maxPrice: 20n, maxStack: ANY_STACK };
      await router.connect(bob).buyMany([buy], [], [permit]);
      expect(await licenses.ownerOf(1n)).to.equal(bob.address);
    });

    it("can't be entered again from a token's transfer", async () => {
      const house = await loadFixture(licensingHouse);
      const { router, licenses, alice, bob } = house;
      const work = await root(house, alice, "a");
      const at = await router.getAddress();
      const token = await deployToken("ReentrantToken", [bob], [at]);
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(20n, await token.getAddress()));
      await token.arm(at, router.interface.encodeFunctionData("collect", [[], []]));
      const buy = { offerId: 1n, holder: bob.address, maxPrice: 20n, maxStack: ANY_STACK };
      await router.connect(bob).buyMany([buy], [], []);
      expect([await token.succeeded(), await token.answer()]).to.deep.equal([
        false,
        ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10),
      ]);
    });
  });

  describe("payMany", () => {
    it("pays works in coin, by permit, and what arrives of a token that keeps a fee", async () => {
      const house = await loadFixture(licensingHouse);
      const { router, ledger, alice, bob } = house;
      const work = await root(house, alice, "a");
      const at = await router.getAddress();
      const permitted = await permitToken(bob);
      const taxed = await deployToken("FeeToken", [bob], [at]);
      const payments = [
        { workId: work, currency: COIN, amount: 70n },
        { workId: work, currency: await permitted.getAddress(), amount: 80n },
        { workId: work, currency: await taxed.getAddress(), amount: 10_000n },
      ];
      const permit = await permitOf(permitted, bob, at, 80n);
      await expect(router.connect(bob).payMany(payments, [permit], { value: 70n }))
        .to.emit(router, "PaidFor")
        .withArgs(bob.address, work, COIN, 70n);
      const due = [];
      for (const { currency } of payments) due.push(await ledger.claimable(work, currency));
      // 3 % on the way in, and 3 % of the rest on the way on.
      expect(due).to.deep.equal([70n, 80n, 9409n]);
      expect(await taxed.balanceOf(at)).to.equal(0n);
    });

    it("wants the exact coin", async () => {
      const house = await loadFixture(licensingHouse);
      const { router, alice, bob } = house;
      const work = await root(house, alice, "a");
      const payments = [{ workId: work, currency: COIN, amount: 70n }];
      for (const value of [69n, 71n]) {
        await expect(router.connect(bob).payMany(payments, [], { value }))
          .to.be.revertedWithCustomError(router, "RouterWrongValue")
          .withArgs(70n, value);
      }
    });
  });

  describe("sendMany", () => {
    it("sends what others signed, all or none, with their coin and no more", async () => {
      const house = await loadFixture(licensingHouse);
      const { router, licenses, withSig, works, alice, bob, dave } = house;
      const work = await root(house, alice, "a");
      const { chainId } = await ethers.provider.getNetwork();
      const domain = { name: "Colophon", version: "1", chainId, verifyingContract: await withSig.getAddress() };
      const SignedCall = ["signer:address", "target:address", "value:uint256", "nonce:uint256", "deadline:uint256"]
        .concat("data:bytes")
        .map((f) => ({ name: f.split(":")[0] ?? "", type: f.split(":")[1] ?? "" }));
      const callOf = (signer: Account, value: bigint, data: string) => ({
        signer: signer.address,
        target: house.addresses.LicenseToken,
        value,
        nonce: 0n,
        deadline: 4_000_000_000n,
        data,
      });
      const offer = licenses.interface.encodeFunctionData("setOffer", [work, terms(0), offerOf(25n)]);
      const buy = licenses.interface.encodeFunctionData("buy", [1n, bob.address, 25n]);
      const calls = [callOf(alice, 0n, offer), callOf(bob, 25n, buy)];
      const signatures = [
        await alice.signTypedData(domain, { SignedCall }, calls[0] ?? {}),
        await bob.signTypedData(domain, { SignedCall }, calls[1] ?? {}),
      ];
      for (const value of [24n, 26n]) {
        await expect(router.connect(dave).sendMany(calls, signatures, { value }))
          .to.be.revertedWithCustomError(router, "RouterWrongValue")
          .withArgs(25n, value);
      }
      await expect(router.connect(dave).sendMany(calls, signatures.slice(1), { value: 25n }))
        .to.be.revertedWithCustomError(router, "RouterTooMany")
        .withArgs(1n, 2n);
      await router.connect(dave).sendMany(calls, signatures, { value: 25n });
      expect(await licenses.ownerOf(1n)).to.equal(bob.address);
      expect(await works.ownerOf(work)).to.equal(alice.address);
    });
  });
});
