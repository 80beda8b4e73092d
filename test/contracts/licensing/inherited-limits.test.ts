import { expect } from "chai";
import { termFlags, ZERO_DIGEST } from "../../../common/terms.ts";
import { DAY, newWork, offerOf, terms, termsIdOf } from "../house.ts";
import { loadFixture, time } from "../network.ts";
import {
  derivativeUnder,
  licenseUnder,
  licensingHouse,
  orderOf,
  root,
  signOrder,
  type Terms,
  termsWith,
  ANY_STACK,
} from "./licensing-house.ts";

const LIMIT = { right: 0n, attribution: 1n, reciprocity: 2n, payment: 3n, territory: 4n, channel: 5n, expiry: 6n };
const EVERYTHING = terms(0, "commercial", "derivatives", "training", "transferable");

describe("A derivative's own offers", () => {
  const cases: {
    what: string;
    parent: Terms;
    refused: Terms;
    allowed: Terms;
    limit: bigint;
    price?: bigint;
    allowedPrice?: bigint;
  }[] = [
    {
      what: "grant no commercial use that the parent's license does not grant",
      parent: terms(1, "derivatives"),
      refused: terms(0, "commercial"),
      allowed: terms(0),
      limit: LIMIT.right,
    },
    {
      what: "grant no training that the parent's license does not grant",
      parent: terms(1, "commercial", "derivatives"),
      refused: terms(0, "commercial", "training"),
      allowed: terms(0, "commercial"),
      limit: LIMIT.right,
    },
    {
      what: "pass attribution on",
      parent: terms(1, "commercial", "derivatives", "attribution"),
      refused: terms(0, "commercial"),
      allowed: terms(0, "commercial", "attribution"),
      limit: LIMIT.attribution,
    },
    {
      what: "keep reciprocal terms, and no others",
      parent: terms(1, "commercial", "derivatives", "reciprocal"),
      refused: terms(2, "commercial", "derivatives", "reciprocal"),
      allowed: terms(1, "commercial", "derivatives", "reciprocal"),
      limit: LIMIT.reciprocity,
    },
    {
      what: "ask no price where the parent's license is not commercial and agreed on no share",
      parent: terms(0, "derivatives"),
      refused: terms(0),
      allowed: terms(0),
      limit: LIMIT.payment,
      price: 1n,
      allowedPrice: 0n,
    },
    {
      what: "ask no share either then",
      parent: terms(0, "derivatives"),
      refused: terms(1, "derivatives"),
      allowed: terms(0, "derivatives"),
      limit: LIMIT.payment,
    },
    {
      what: "reach no territory that the parent's license does not reach",
      parent: termsWith(1, { territories: 0b11 }, "commercial", "derivatives"),
      refused: termsWith(0, { territories: 0b110 }, "commercial"),
      allowed: termsWith(0, { territories: 0b10 }, "commercial"),
      limit: LIMIT.territory,
    },
    {
      what: "don't reach everywhere when the parent's license does not",
      parent: termsWith(1, { territories: 0b11 }, "commercial", "derivatives"),
      refused: terms(0, "commercial"),
      allowed: termsWith(0, { territories: 0b11 }, "commercial"),
      limit: LIMIT.territory,
    },
    {
      what: "use no channel that the parent's license does not use",
      parent: termsWith(1, { channels: 0b101 }, "commercial", "derivatives"),
      refused: termsWith(0, { channels: 0b010 }, "commercial"),
      allowed: termsWith(0, { channels: 0b100 }, "commercial"),
      limit: LIMIT.channel,
    },
    {
      what: "last no longer than the parent's license",
      parent: termsWith(1, { duration: 10 * DAY }, "commercial", "derivatives"),
      refused: termsWith(0, { duration: 11 * DAY }, "commercial"),
      allowed: termsWith(0, { duration: 9 * DAY }, "commercial"),
      limit: LIMIT.expiry,
    },
    {
      what: "don't last for ever when the parent's license does not",
      parent: termsWith(1, { duration: 10 * DAY }, "commercial", "derivatives"),
      refused: terms(0, "commercial"),
      allowed: termsWith(0, { duration: DAY }, "commercial"),
      limit: LIMIT.expiry,
    },
  ];

  for (const { what, parent, refused, allowed, limit, price = 0n, allowedPrice = price } of cases) {
    it(`${what}, on chain and signed`, async () => {
      const house = await loadFixture(licensingHouse);
      const { licenses, orders, bob, carol } = house;
      const { workId } = await derivativeUnder(house, bob, "child", parent);
      await expect(licenses.connect(bob).setOffer(workId, refused, offerOf(price)))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenBeyondInherited")
        .withArgs(workId, limit);
      const bad = orderOf(workId, bob.address, { terms: refused, price });
      await expect(
        orders.connect(carol).fill(bad, await signOrder(house, bob, bad), carol.address, ANY_STACK, { value: price }),
      )
        .to.be.revertedWithCustomError(licenses, "LicenseTokenBeyondInherited")
        .withArgs(workId, limit);
      await expect(licenses.connect(bob).setOffer(workId, allowed, offerOf(allowedPrice))).to.emit(
        licenses,
        "OfferSet",
      );
      const good = orderOf(workId, bob.address, { terms: allowed, price: allowedPrice });
      await expect(
        orders
          .connect(carol)
          .fill(good, await signOrder(house, bob, good), carol.address, ANY_STACK, { value: allowedPrice }),
      ).to.emit(licenses, "LicenseIssued");
    });
  }

  it("are free where the parent's license grants all and asks for nothing", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, bob } = house;
    const { workId } = await derivativeUnder(house, bob, "child", EVERYTHING);
    await expect(licenses.connect(bob).setOffer(workId, terms(500_000, "commercial", "training"), offerOf(5n))).to.emit(
      licenses,
      "OfferSet",
    );
  });

  it("may ask a price under a license that is not commercial, if a share of it was agreed on", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, bob } = house;
    const { workId } = await derivativeUnder(house, bob, "child", terms(1, "derivatives"));
    await expect(licenses.connect(bob).setOffer(workId, terms(0), offerOf(5n))).to.emit(licenses, "OfferSet");
  });

  it("may not replace the share of reciprocal terms", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, bob } = house;
    const shareAlike = terms(1, "commercial", "derivatives", "reciprocal");
    const { workId } = await derivativeUnder(house, bob, "child", shareAlike);
    await expect(licenses.connect(bob).setOffer(workId, shareAlike, { ...offerOf(0n), shareOverride: 5 }))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenBeyondInherited")
      .withArgs(workId, LIMIT.reciprocity);
  });

  it("keep to all parents at once", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, rights, bob } = house;
    const { workId, licenseIds } = await derivativeUnder(
      house,
      bob,
      "child",
      termsWith(0, { territories: 0b0111, duration: 20 * DAY }, "commercial", "derivatives"),
      termsWith(1, { territories: 0b1110, channels: 1, duration: 10 * DAY }, "derivatives", "training", "attribution"),
      terms(3, "commercial", "derivatives", "reciprocal"),
    );
    const until = (await licenses.licenseOf(licenseIds[1])).expiresAt;
    expect((await rights.limitsOf(workId)).toObject()).to.deep.equal({
      blocked: false,
      unpaid: false,
      deniedFlags: BigInt(termFlags("commercial", "training")),
      requiredFlags: BigInt(termFlags("attribution")),
      deniedTerritories: BigInt(2 ** 23 - 1 - 0b0110),
      deniedChannels: BigInt(2 ** 12 - 2),
      until,
      reciprocalTerms: termsIdOf(terms(3, "commercial", "derivatives", "reciprocal")),
      parentLicense: licenseIds[0],
      exclusiveLicense: 0n,
      liveUntil: 0n,
    });
  });

  it("can't follow two reciprocal terms: such a work is not registered", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, alice, bob } = house;
    const one = await root(house, alice, "one");
    const two = await root(house, alice, "two");
    const licenseIds = [
      await licenseUnder(house, one, terms(1, "derivatives", "reciprocal"), bob),
      await licenseUnder(house, two, terms(2, "derivatives", "reciprocal"), bob),
    ];
    await expect(works.connect(bob).registerDerivative(newWork("child"), licenseIds))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenTwoReciprocities")
      .withArgs(licenseIds[1]);
    const same = await licenseUnder(house, two, terms(1, "derivatives", "reciprocal"), bob);
    await works.connect(bob).registerDerivative(newWork("child"), [licenseIds[0], same]);
    expect(await works.totalWorks()).to.equal(3n);
  });

  it("can't keep both to reciprocal terms and to the time those terms leave: nothing is offered then", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, bob } = house;
    const shareAlike = termsWith(1, { duration: 10 * DAY }, "commercial", "derivatives", "reciprocal");
    const { workId } = await derivativeUnder(house, bob, "child", shareAlike);
    for (const [under, limit] of [
      [shareAlike, LIMIT.expiry],
      [{ ...shareAlike, duration: DAY }, LIMIT.reciprocity],
    ] as const) {
      await expect(licenses.connect(bob).setOffer(workId, under, offerOf(0n)))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenBeyondInherited")
        .withArgs(workId, limit);
    }
  });

  it("stop selling when time has brought them beyond the parent's license", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, bob, carol } = house;
    const parent = termsWith(1, { duration: 10 * DAY }, "commercial", "derivatives");
    const { workId, licenseIds } = await derivativeUnder(house, bob, "child", parent);
    await licenses.connect(bob).setOffer(workId, termsWith(0, { duration: 5 * DAY }), offerOf(0n));
    const offer = await licenses.totalOffers();
    const end = Number((await licenses.licenseOf(licenseIds[0])).expiresAt);
    await time.setNextBlockTimestamp(end - 5 * DAY);
    await licenses.connect(carol).buy(offer, carol.address, 0n);
    expect((await licenses.licenseOf(await licenses.totalLicenses())).expiresAt).to.equal(BigInt(end));
    await time.setNextBlockTimestamp(end - 5 * DAY + 1);
    await expect(licenses.connect(carol).buy(offer, carol.address, 0n))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenBeyondInherited")
      .withArgs(workId, LIMIT.expiry);
  });

  it("bind in publishDerivative too, and undo it", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, alice, bob } = house;
    const parent = await root(house, alice, "parent");
    await licenses.connect(alice).setOffer(parent, terms(1, "derivatives"), offerOf(0n));
    await expect(
      licenses.connect(bob).publishDerivative(newWork("child"), [], [1n], terms(0, "commercial"), offerOf(0n)),
    )
      .to.be.revertedWithCustomError(licenses, "LicenseTokenBeyondInherited")
      .withArgs(2n, LIMIT.right);
    expect([await works.totalWorks(), await licenses.totalLicenses()]).to.deep.equal([1n, 0n]);
  });

  it("reach down any number of generations", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, bob, carol } = house;
    const { workId } = await derivativeUnder(house, bob, "child", terms(0, "derivatives"));
    const license = await licenseUnder(house, workId, terms(0, "derivatives"), carol);
    await works.connect(carol).registerDerivative(newWork("grandchild"), [license]);
    const grandchild = await works.totalWorks();
    await expect(licenses.connect(carol).setOffer(grandchild, terms(0), offerOf(1n)))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenBeyondInherited")
      .withArgs(grandchild, LIMIT.payment);
    await expect(licenses.connect(carol).setOffer(grandchild, terms(0, "commercial"), offerOf(0n)))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenBeyondInherited")
      .withArgs(grandchild, LIMIT.right);
  });

  it("leave roots alone", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice } = house;
    const work = await root(house, alice, "root");
    await licenses.connect(alice).setOffer(work, { ...EVERYTHING, legalText: ZERO_DIGEST }, offerOf(7n));
    expect(await licenses.limitsOf(work)).to.equal(0n);
  });
});
