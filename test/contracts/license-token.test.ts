import { expect } from "chai";
import { TERM_FLAGS, termFlags } from "../../common/terms.ts";
import {
  COIN,
  DAY,
  deployHouse,
  deployPuppet,
  deployToken,
  freeLicense,
  newWork,
  offerOf,
  registerRoot,
  remixTerms,
  terms,
  termsIdOf,
} from "./house.ts";
import { ethers, loadFixture, networkHelpers, time } from "./network.ts";

const MAX_PRICE = 2n ** 96n - 1n;

describe("LicenseToken", () => {
  describe("terms", () => {
    it("are stored once under the hash of their encoding", async () => {
      const { licenses } = await loadFixture(deployHouse);
      const given = {
        flags: 63,
        derivativeShare: 1_000_000,
        duration: 86_400,
        legalText: ethers.id("prose") as `0x${string}`,
        exclusivity: 2,
        shareMode: 1,
        territories: 2 ** 23 - 1,
        channels: 2 ** 12 - 1,
      };
      const id = termsIdOf(given);
      expect(await licenses.termsIdOf(given)).to.equal(id);
      await expect(licenses.termsOf(id))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenUnknownTerms")
        .withArgs(id);
      await expect(licenses.registerTerms(given))
        .to.emit(licenses, "TermsRegistered")
        .withArgs(id, 63n, 1_000_000n, 86_400n, given.legalText, 2n, 1n, 2n ** 23n - 1n, 2n ** 12n - 1n);
      await expect(licenses.registerTerms(given)).not.to.emit(licenses, "TermsRegistered");
      expect((await licenses.termsOf(id)).toObject()).to.deep.equal({
        flags: 63n,
        derivativeShare: 1_000_000n,
        duration: 86_400n,
        legalText: given.legalText,
        exclusivity: 2n,
        shareMode: 1n,
        territories: 2n ** 23n - 1n,
        channels: 2n ** 12n - 1n,
      });
    });

    it("with unknown bits or values, or more than a whole as share, are refused", async () => {
      const { licenses } = await loadFixture(deployHouse);
      for (const bad of [
        { flags: 64 },
        { derivativeShare: 1_000_001 },
        { exclusivity: 3 },
        { shareMode: 2 },
        { territories: 2 ** 23 },
        { channels: 2 ** 12 },
      ].map((field) => ({ ...terms(0), ...field }))) {
        await expect(licenses.registerTerms(bad)).to.be.revertedWithCustomError(licenses, "LicenseTokenBadTerms");
      }
    });

    it("may be all zero", async () => {
      const { licenses } = await loadFixture(deployHouse);
      const none = terms(0);
      await licenses.registerTerms(none);
      expect((await licenses.termsOf(termsIdOf(none))).flags).to.equal(0n);
    });
  });

  describe("offers", () => {
    it("are set by the work's owner, with their terms", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, alice } = house;
      const work = await registerRoot(house, alice, "a");
      const remix = remixTerms(100_000);
      const expiresAt = (await time.latest()) + DAY;
      await expect(licenses.connect(alice).setOffer(work, remix, { ...offerOf(7n), supply: 3, expiresAt }))
        .to.emit(licenses, "OfferSet")
        .withArgs(1n, work, termsIdOf(remix), COIN, 7n, 3n, BigInt(expiresAt), 100_000n)
        .and.to.emit(licenses, "TermsRegistered");
      expect((await licenses.offerOf(1n)).toObject()).to.deep.equal({
        workId: work,
        termsId: termsIdOf(remix),
        currency: COIN,
        price: 7n,
        supply: 3n,
        sold: 0n,
        expiresAt: BigInt(expiresAt),
        closed: false,
        derivativeShare: 100_000n,
      });
      expect(await licenses.totalOffers()).to.equal(1n);
    });

    it("are refused to strangers, for unknown works and when they have expired already", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, works, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      await expect(licenses.connect(bob).setOffer(work, terms(0), offerOf(1n)))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenNotWorkOwner")
        .withArgs(work, bob.address);
      await expect(licenses.connect(bob).setOffer(9n, terms(0), offerOf(1n))).to.be.revertedWithCustomError(
        works,
        "ERC721NonexistentToken",
      );
      const past = { ...offerOf(1n), expiresAt: await time.latest() };
      await expect(licenses.connect(alice).setOffer(work, terms(0), past))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenOfferClosed")
        .withArgs(1n);
    });

    it("are closed once, by the owner only, and sell nothing afterwards", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(0n));
      await licenses.connect(bob).buy(1n, bob.address, 0n);
      await expect(licenses.connect(bob).closeOffer(1n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenNotWorkOwner")
        .withArgs(work, bob.address);
      await expect(licenses.connect(alice).closeOffer(1n)).to.emit(licenses, "OfferClosed").withArgs(1n);
      expect((await licenses.offerOf(1n)).closed).to.equal(true);
      await expect(licenses.connect(alice).closeOffer(1n)).to.be.revertedWithCustomError(
        licenses,
        "LicenseTokenOfferClosed",
      );
      await expect(licenses.connect(bob).buy(1n, bob.address, 0n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenOfferClosed")
        .withArgs(1n);
      expect(await licenses.isActive(1n)).to.equal(true);
    });

    it("that don't exist are named", async () => {
      const { licenses, alice } = await loadFixture(deployHouse);
      for (const call of [
        () => licenses.offerOf(5n),
        () => licenses.closeOffer(5n),
        () => licenses.buy(5n, alice.address, 0n),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(licenses, "LicenseTokenUnknownOffer").withArgs(5n);
      }
    });
  });

  describe("buy", () => {
    it("issues the license and hands the coin to the ledger in the same call", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, ledger, alice, bob, carol } = house;
      const work = await registerRoot(house, alice, "a");
      const remix = { ...remixTerms(150_000), duration: 30 * DAY };
      await licenses.connect(alice).setOffer(work, remix, offerOf(1000n));
      const call = licenses.connect(bob).buy(1n, carol.address, 1000n, { value: 1000n });
      await expect(call).to.changeEtherBalances(
        ethers,
        [bob, house.addresses.RoyaltyLedger, house.addresses.LicenseToken],
        [-1000n, 1000n, 0n],
      );
      const now = BigInt(await time.latest());
      const expiresAt = now + BigInt(30 * DAY);
      await expect(call)
        .to.emit(licenses, "LicenseIssued")
        .withArgs(1n, work, carol.address, 1n, termsIdOf(remix), bob.address, COIN, 1000n, expiresAt, 150_000n)
        .and.to.emit(licenses, "Transfer")
        .withArgs(ethers.ZeroAddress, carol.address, 1n)
        .and.to.emit(ledger, "Paid")
        .withArgs(work, COIN, bob.address, 1000n, 1n, 1n);
      expect((await licenses.licenseOf(1n)).toObject()).to.deep.equal({
        workId: work,
        termsId: termsIdOf(remix),
        issuedAt: now,
        expiresAt,
        derivativeShare: 150_000n,
        flags: BigInt(remix.flags),
        used: false,
        revoked: false,
        exclusivity: 0n,
        shareMode: 0n,
        offerId: 1n,
      });
      expect(await licenses.ownerOf(1n)).to.equal(carol.address);
      expect(await licenses.totalLicenses()).to.equal(1n);
      expect((await licenses.offerOf(1n)).sold).to.equal(1n);
      expect(await ledger.claimable(work, COIN)).to.equal(1000n);
    });

    it("takes a token's price from the buyer, through the ledger's allowance", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, ledger, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      for (const name of ["PlainToken", "NoReturnToken"]) {
        const token = await deployToken(name, [bob], [house.addresses.RoyaltyLedger]);
        const currency = await token.getAddress();
        await licenses.connect(alice).setOffer(work, terms(0), offerOf(500n, currency));
        await licenses.connect(bob).buy(await licenses.totalOffers(), bob.address, 500n);
        expect(await token.balanceOf(house.addresses.RoyaltyLedger)).to.equal(500n);
        expect(await ledger.claimable(work, currency)).to.equal(500n);
      }
    });

    it("credits what arrived of a token that keeps a fee", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, ledger, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      const token = await deployToken("FeeToken", [bob], [house.addresses.RoyaltyLedger]);
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(1000n, await token.getAddress()));
      await licenses.connect(bob).buy(1n, bob.address, 1000n);
      expect(await ledger.claimable(work, await token.getAddress())).to.equal(970n);
    });

    it("is free when the price is nothing, and then pays nothing", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, ledger, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(0n));
      await expect(licenses.connect(bob).buy(1n, bob.address, 0n)).not.to.emit(ledger, "Paid");
      expect(await licenses.ownerOf(1n)).to.equal(bob.address);
    });

    it("refuses another amount of coin, coin beside a token price, and a price above the buyer's limit", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      const token = await deployToken("PlainToken", [bob], [house.addresses.RoyaltyLedger]);
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(1000n));
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(1000n, await token.getAddress()));
      const cases: [offer: bigint, maxPrice: bigint, value: bigint, expected: bigint, received: bigint][] = [
        [1n, 1000n, 999n, 1000n, 999n],
        [1n, 1000n, 1001n, 1000n, 1001n],
        [1n, 1000n, 0n, 1000n, 0n],
        [1n, 999n, 1000n, 1000n, 999n],
        [2n, MAX_PRICE, 1n, 0n, 1n],
      ];
      for (const [offer, maxPrice, value, expected, received] of cases) {
        await expect(licenses.connect(bob).buy(offer, bob.address, maxPrice, { value }))
          .to.be.revertedWithCustomError(licenses, "LicenseTokenWrongPayment")
          .withArgs(expected, received);
      }
    });

    it("sells up to the supply and until the offer's last second", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      const expiresAt = (await time.latest()) + DAY;
      await licenses.connect(alice).setOffer(work, terms(0), { ...offerOf(0n), supply: 2 });
      await licenses.connect(alice).setOffer(work, terms(0), { ...offerOf(0n), expiresAt });
      await licenses.connect(bob).buy(1n, bob.address, 0n);
      await licenses.connect(bob).buy(1n, bob.address, 0n);
      await expect(licenses.connect(bob).buy(1n, bob.address, 0n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenSoldOut")
        .withArgs(1n);
      await time.setNextBlockTimestamp(expiresAt);
      await licenses.connect(bob).buy(2n, bob.address, 0n);
      await time.setNextBlockTimestamp(expiresAt + 1);
      await expect(licenses.connect(bob).buy(2n, bob.address, 0n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenOfferClosed")
        .withArgs(2n);
    });

    it("never changes a license sold, whatever becomes of offer and work", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, works, alice, bob, carol } = house;
      const work = await registerRoot(house, alice, "a");
      const license = await freeLicense(house, work, 77_000, bob);
      const before = (await licenses.licenseOf(license)).toObject();
      await licenses.connect(alice).closeOffer(1n);
      await works.connect(alice).transferFrom(alice.address, carol.address, work);
      await licenses.connect(carol).setOffer(work, remixTerms(900_000), offerOf(1n));
      expect((await licenses.licenseOf(license)).toObject()).to.deep.equal(before);
    });

    it("can't be entered again from a token's transfer", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      const token = await deployToken("ReentrantToken", [bob], [house.addresses.RoyaltyLedger]);
      await licenses.connect(alice).setOffer(work, terms(0), { ...offerOf(10n, await token.getAddress()), supply: 1 });
      const again = licenses.interface.encodeFunctionData("buy", [1n, bob.address, MAX_PRICE]);
      await token.arm(house.addresses.LicenseToken, again);
      await licenses.connect(bob).buy(1n, bob.address, MAX_PRICE);
      expect(await token.succeeded()).to.equal(false);
      expect(await token.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
      expect(await licenses.totalLicenses()).to.equal(1n);
    });

    it("does not call the holder: a contract without a receiver hook can hold licenses", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(0n));
      const puppet = await deployPuppet();
      await licenses.connect(bob).buy(1n, puppet.getAddress(), 0n);
      expect(await licenses.ownerOf(1n)).to.equal(await puppet.getAddress());
    });
  });

  describe("useFor", () => {
    it("is for the work registry only", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      const license = await freeLicense(house, work, 1, bob);
      await expect(licenses.connect(bob).useFor(license, bob.address, 2n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenNotRegistry")
        .withArgs(bob.address);
    });

    it("wants a license that allows derivatives and has not expired", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, works, alice, bob } = house;
      const work = await registerRoot(house, alice, "a");
      await licenses.connect(alice).setOffer(work, terms(0, "commercial", "training"), offerOf(0n));
      await licenses.connect(alice).setOffer(work, { ...remixTerms(0), duration: DAY }, offerOf(0n));
      await licenses.connect(bob).buy(1n, bob.address, 0n);
      await licenses.connect(bob).buy(2n, bob.address, 0n);
      const issued = await time.latest();
      await expect(works.connect(bob).registerDerivative(newWork("x"), [1n]))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenNoDerivatives")
        .withArgs(1n);
      await time.setNextBlockTimestamp(issued + DAY + 1);
      await expect(works.connect(bob).registerDerivative(newWork("x"), [2n]))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenExpired")
        .withArgs(2n);
      await networkHelpers.mine();
      expect([await licenses.isActive(1n), await licenses.isActive(2n), await licenses.isActive(3n)]).to.deep.equal([
        true,
        false,
        false,
      ]);
    });
  });

  describe("transfer", () => {
    it("follows the terms (ERC-5192)", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, alice, bob, carol } = house;
      const work = await registerRoot(house, alice, "a");
      await licenses.connect(alice).setOffer(work, terms(0, "commercial"), offerOf(0n));
      await licenses.connect(alice).setOffer(work, terms(0, "commercial", "transferable"), offerOf(0n));
      await expect(licenses.connect(bob).buy(1n, bob.address, 0n))
        .to.emit(licenses, "Locked")
        .withArgs(1n);
      await expect(licenses.connect(bob).buy(2n, bob.address, 0n)).not.to.emit(licenses, "Locked");
      expect([await licenses.locked(1n), await licenses.locked(2n)]).to.deep.equal([true, false]);
      await expect(licenses.locked(3n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenUnknownLicense")
        .withArgs(3n);
      await expect(licenses.connect(bob).transferFrom(bob.address, carol.address, 1n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenLocked")
        .withArgs(1n);
      await licenses.connect(bob).approve(carol.address, 1n);
      await expect(licenses.connect(carol).transferFrom(bob.address, carol.address, 1n)).to.be.revertedWithCustomError(
        licenses,
        "LicenseTokenLocked",
      );
      await licenses.connect(bob).transferFrom(bob.address, carol.address, 2n);
      expect(await licenses.ownerOf(2n)).to.equal(carol.address);
    });

    it("moves the right to register a derivative", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, works, alice, bob, carol } = house;
      const work = await registerRoot(house, alice, "a");
      const license = await freeLicense(house, work, 10, bob);
      await licenses.connect(bob).transferFrom(bob.address, carol.address, license);
      await expect(works.connect(bob).registerDerivative(newWork("x"), [license])).to.be.revertedWithCustomError(
        licenses,
        "LicenseTokenNotHolder",
      );
      await works.connect(carol).registerDerivative(newWork("x"), [license]);
      expect(await works.ownerOf(2n)).to.equal(carol.address);
    });
  });

  describe("publish", () => {
    it("registers a work to the caller and offers licenses to it", async () => {
      const { licenses, works, alice } = await loadFixture(deployHouse);
      const call = licenses.connect(alice).publish(newWork("a"), remixTerms(5), offerOf(9n));
      await expect(call).to.emit(works, "WorkRegistered").and.to.emit(licenses, "OfferSet");
      expect(await works.ownerOf(1n)).to.equal(alice.address);
      expect((await licenses.offerOf(1n)).workId).to.equal(1n);
      await expect(licenses.connect(alice).publish(newWork("a"), remixTerms(5), offerOf(9n)))
        .to.be.revertedWithCustomError(works, "WorkRegistryAlreadyRegistered")
        .withArgs(newWork("a").contentHash, 1n);
    });
  });

  describe("publishDerivative", () => {
    it("uses held licenses and those it buys, pays each work, and offers the child", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, works, ledger, alice, bob, carol } = house;
      const token = await deployToken("PlainToken", [carol], [house.addresses.RoyaltyLedger]);
      const currency = await token.getAddress();
      const [held, coin, priced] = [
        await registerRoot(house, alice, "held"),
        await registerRoot(house, alice, "coin"),
        await registerRoot(house, bob, "token"),
      ];
      const license = await freeLicense(house, held, 10_000, carol);
      await licenses.connect(alice).setOffer(coin, remixTerms(20_000), offerOf(300n));
      await licenses.connect(bob).setOffer(priced, remixTerms(30_000), offerOf(400n, currency));
      const call = licenses
        .connect(carol)
        .publishDerivative(newWork("child"), [license], [2n, 3n], remixTerms(40_000), offerOf(1n), { value: 300n });
      await expect(call).to.changeEtherBalances(
        ethers,
        [carol, house.addresses.RoyaltyLedger, house.addresses.LicenseToken],
        [-300n, 300n, 0n],
      );
      const child = await works.totalWorks();
      expect(await works.ownerOf(child)).to.equal(carol.address);
      expect((await works.edgesOf(child)).map((edge: { parent: bigint }) => edge.parent)).to.deep.equal([
        held,
        coin,
        priced,
      ]);
      expect(await works.stackOf(child)).to.equal(60_000n);
      expect(await ledger.claimable(coin, COIN)).to.equal(300n);
      expect(await ledger.claimable(priced, currency)).to.equal(400n);
      expect((await licenses.offerOf(4n)).workId).to.equal(child);
      for (const id of [1n, 2n, 3n]) expect((await licenses.licenseOf(id)).used).to.equal(true);
    });

    it("wants exactly the coin of the offers it buys", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, alice, bob } = house;
      const one = await registerRoot(house, alice, "one");
      const two = await registerRoot(house, alice, "two");
      await licenses.connect(alice).setOffer(one, remixTerms(1), offerOf(300n));
      await licenses.connect(alice).setOffer(two, remixTerms(1), offerOf(200n));
      for (const value of [0n, 499n, 501n]) {
        await expect(
          licenses.connect(bob).publishDerivative(newWork("x"), [], [1n, 2n], remixTerms(1), offerOf(0n), { value }),
        )
          .to.be.revertedWithCustomError(licenses, "LicenseTokenWrongPayment")
          .withArgs(500n, value);
      }
      await licenses
        .connect(bob)
        .publishDerivative(newWork("x"), [], [1n, 2n], remixTerms(1), offerOf(0n), { value: 500n });
    });

    it("undoes everything when one parent refuses", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, works, ledger, alice, bob } = house;
      const one = await registerRoot(house, alice, "one");
      await licenses.connect(alice).setOffer(one, remixTerms(1), offerOf(300n));
      await licenses.connect(alice).setOffer(one, terms(0), offerOf(0n));
      await licenses.connect(bob).buy(2n, bob.address, 0n);
      await expect(
        licenses.connect(bob).publishDerivative(newWork("x"), [1n], [1n], remixTerms(1), offerOf(0n), { value: 300n }),
      ).to.be.revertedWithCustomError(licenses, "LicenseTokenNoDerivatives");
      expect(await ledger.claimable(one, COIN)).to.equal(0n);
      expect([await works.totalWorks(), await licenses.totalLicenses()]).to.deep.equal([1n, 1n]);
    });
  });

  describe("standards", () => {
    it("says which interfaces it has, and describes each license without a server", async () => {
      const house = await loadFixture(deployHouse);
      const { licenses, alice, bob } = house;
      for (const id of ["0x01ffc9a7", "0x80ac58cd", "0x5b5e139f", "0xb45a3c0e"]) {
        expect(await licenses.supportsInterface(id)).to.equal(true);
      }
      expect(await licenses.supportsInterface("0xffffffff")).to.equal(false);
      const work = await registerRoot(house, alice, "a");
      const license = await freeLicense(house, work, 1, bob);
      const uri: string = await licenses.tokenURI(license);
      const prefix = "data:application/json;base64,";
      expect(uri.startsWith(prefix)).to.equal(true);
      const document = JSON.parse(Buffer.from(uri.slice(prefix.length), "base64").toString("utf8"));
      expect(document).to.deep.equal({
        name: "License 1 to work 1",
        description: `Terms ${termsIdOf(remixTerms(1))}`,
        attributes: [
          { trait_type: "work", value: 1 },
          { trait_type: "flags", value: termFlags("commercial", "derivatives", "transferable") },
        ],
      });
      await expect(licenses.tokenURI(2n)).to.be.revertedWithCustomError(licenses, "LicenseTokenUnknownLicense");
    });

    it("agrees with common/terms.ts about each bit", async () => {
      const { licenses } = await loadFixture(deployHouse);
      const all = Object.values(TERM_FLAGS).reduce((sum, bit) => sum + bit, 0);
      await licenses.registerTerms({ ...terms(0), flags: all });
      await expect(licenses.registerTerms({ ...terms(0), flags: all + 1 })).to.be.revertedWithCustomError(
        licenses,
        "LicenseTokenBadTerms",
      );
    });
  });
});
