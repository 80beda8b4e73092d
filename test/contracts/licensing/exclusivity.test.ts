import { expect } from "chai";
import { DAY, newWork, offerOf, terms } from "../house.ts";
import { loadFixture, networkHelpers, time } from "../network.ts";
import { licenseUnder, licensingHouse, root, termsWith } from "./licensing-house.ts";

const PLAIN = terms(0, "commercial");
const EXCLUSIVE = termsWith(0, { exclusivity: 1, duration: 10 * DAY }, "commercial");
const SOLE = termsWith(0, { exclusivity: 2, duration: 10 * DAY }, "commercial", "derivatives");
const FOREVER = 2n ** 40n - 1n;

/** A work with an offer under plain (1), exclusive (2) and sole (3) terms. */
async function offered() {
  const house = await licensingHouse();
  const { licenses, alice } = house;
  const work = await root(house, alice, "a");
  for (const each of [PLAIN, EXCLUSIVE, SOLE]) await licenses.connect(alice).setOffer(work, each, offerOf(0n));
  return { ...house, work };
}

describe("Exclusive licenses", () => {
  it("live one at a time, beside plain ones", async () => {
    const { licenses, bob, carol, work } = await loadFixture(offered);
    await licenses.connect(bob).buy(1n, bob.address, 0n);
    await licenses.connect(bob).buy(2n, bob.address, 0n);
    for (const offer of [2n, 3n]) {
      await expect(licenses.connect(carol).buy(offer, carol.address, 0n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenExclusivelyLicensed")
        .withArgs(work, 2n);
    }
    await licenses.connect(carol).buy(1n, carol.address, 0n);
    expect((await licenses.licenseOf(2n)).exclusivity).to.equal(1n);
  });

  it("make room for the next in the second after they expire", async () => {
    const { licenses, bob, carol, work } = await loadFixture(offered);
    await licenses.connect(bob).buy(2n, bob.address, 0n);
    const end = Number((await licenses.licenseOf(1n)).expiresAt);
    await time.setNextBlockTimestamp(end);
    await expect(licenses.connect(carol).buy(2n, carol.address, 0n))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenExclusivelyLicensed")
      .withArgs(work, 1n);
    await time.setNextBlockTimestamp(end + 1);
    await licenses.connect(carol).buy(2n, carol.address, 0n);
    expect(await licenses.ownerOf(2n)).to.equal(carol.address);
  });

  it("that are sole admit no other license while they live", async () => {
    const { licenses, bob, carol, work } = await loadFixture(offered);
    await licenses.connect(bob).buy(3n, bob.address, 0n);
    for (const offer of [1n, 2n, 3n]) {
      await expect(licenses.connect(carol).buy(offer, carol.address, 0n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenExclusivelyLicensed")
        .withArgs(work, 1n);
    }
    await time.increaseTo(Number((await licenses.licenseOf(1n)).expiresAt) + 1);
    await licenses.connect(carol).buy(1n, carol.address, 0n);
    expect(await licenses.totalLicenses()).to.equal(2n);
  });

  it("that are sole are not sold while another license lives", async () => {
    const { licenses, bob, work } = await loadFixture(offered);
    await licenses.connect(bob).buy(1n, bob.address, 0n);
    await expect(licenses.connect(bob).buy(3n, bob.address, 0n))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenLicensedUntil")
      .withArgs(work, FOREVER);
  });

  it("that are sole wait for the last of several licenses to end", async () => {
    const house = await loadFixture(offered);
    const { licenses, alice, bob, work } = house;
    await licenseUnder(house, work, termsWith(0, { duration: 3 * DAY }), bob);
    await licenseUnder(house, work, termsWith(0, { duration: DAY }), bob);
    const end = (await licenses.licenseOf(1n)).expiresAt;
    await expect(licenses.connect(alice).buy(3n, bob.address, 0n))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenLicensedUntil")
      .withArgs(work, end);
    await time.setNextBlockTimestamp(Number(end));
    await expect(licenses.connect(alice).buy(3n, bob.address, 0n)).to.be.revertedWithCustomError(
      licenses,
      "LicenseTokenLicensedUntil",
    );
    await time.setNextBlockTimestamp(Number(end) + 1);
    await licenses.connect(alice).buy(3n, bob.address, 0n);
    expect((await licenses.licenseOf(3n)).exclusivity).to.equal(2n);
  });

  it("don't bind other works, and leave licenses sold before as they are", async () => {
    const house = await loadFixture(offered);
    const { licenses, works, alice, bob, carol, work } = house;
    const remix = await licenseUnder(house, work, terms(5, "derivatives"), carol);
    await licenses.connect(bob).buy(2n, bob.address, 0n);
    await works.connect(carol).registerDerivative(newWork("child"), [remix]);
    const other = await root(house, alice, "other");
    await licenseUnder(house, other, EXCLUSIVE, carol);
    expect(await licenses.totalLicenses()).to.equal(3n);
  });
});

describe("Rulings", () => {
  it("alone revoke a license, once; nobody else ever", async () => {
    const house = await loadFixture(offered);
    const { licenses, alice, bob, deployer, judge } = house;
    await licenses.connect(bob).buy(1n, bob.address, 0n);
    for (const other of [alice, bob, deployer]) {
      await expect(licenses.connect(other).revoke(1n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenNotDisputes")
        .withArgs(other.address);
      await expect(licenses.connect(other).setBlocked(1n, true))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenNotDisputes")
        .withArgs(other.address);
    }
    const before = (await licenses.licenseOf(1n)).toObject();
    await expect(licenses.connect(judge).revoke(1n)).to.emit(licenses, "LicenseRevoked").withArgs(1n);
    expect((await licenses.licenseOf(1n)).toObject()).to.deep.equal({ ...before, revoked: true });
    expect(await licenses.isActive(1n)).to.equal(false);
    expect(await licenses.ownerOf(1n)).to.equal(bob.address);
    await expect(licenses.connect(judge).revoke(1n))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenRevoked")
      .withArgs(1n);
    await expect(licenses.connect(judge).revoke(9n))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenUnknownLicense")
      .withArgs(9n);
  });

  it("that revoke a license stop derivatives with it, not those registered", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, alice, bob, judge } = house;
    const work = await root(house, alice, "a");
    const used = await licenseUnder(house, work, terms(5, "derivatives"), bob);
    const unused = await licenseUnder(house, work, terms(5, "derivatives"), bob);
    await works.connect(bob).registerDerivative(newWork("child"), [used]);
    await licenses.connect(judge).revoke(used);
    await licenses.connect(judge).revoke(unused);
    expect(await works.ownerOf(2n)).to.equal(bob.address);
    expect((await licenses.licenseOf(used)).used).to.equal(true);
    await expect(works.connect(bob).registerDerivative(newWork("other"), [unused]))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenRevoked")
      .withArgs(unused);
  });

  it("that revoke an exclusive license make room for the next", async () => {
    const { licenses, bob, carol, judge } = await loadFixture(offered);
    await licenses.connect(bob).buy(2n, bob.address, 0n);
    await licenses.connect(judge).revoke(1n);
    await licenses.connect(carol).buy(2n, carol.address, 0n);
    await licenses.connect(judge).revoke(2n);
    // The second of them would have lived longer; a sole license waits for that, as nobody counts what else lives.
    await expect(licenses.connect(carol).buy(3n, carol.address, 0n)).to.be.revertedWithCustomError(
      licenses,
      "LicenseTokenLicensedUntil",
    );
  });

  it("that revoke a sole license make room for another sole one at once", async () => {
    const { licenses, bob, carol, judge } = await loadFixture(offered);
    await licenses.connect(bob).buy(3n, bob.address, 0n);
    await licenses.connect(judge).revoke(1n);
    await licenses.connect(carol).buy(3n, carol.address, 0n);
    expect(await licenses.isActive(2n)).to.equal(true);
  });

  it("block new licenses of a work until lifted, and touch no old one", async () => {
    const house = await loadFixture(offered);
    const { licenses, works, rights, alice, bob, judge, work } = house;
    const license = await licenseUnder(house, work, terms(5, "derivatives"), bob);
    await expect(licenses.connect(judge).setBlocked(work, true)).to.emit(licenses, "WorkBlocked").withArgs(work, true);
    expect((await rights.limitsOf(work)).blocked).to.equal(true);
    await expect(licenses.connect(bob).buy(1n, bob.address, 0n))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenBlocked")
      .withArgs(work);
    await works.connect(bob).registerDerivative(newWork("child"), [license]);
    await works.connect(alice).transferFrom(alice.address, bob.address, work);
    await expect(licenses.connect(judge).setBlocked(work, false))
      .to.emit(licenses, "WorkBlocked")
      .withArgs(work, false);
    await licenses.connect(bob).buy(1n, bob.address, 0n);
    expect(await licenses.totalLicenses()).to.equal(2n);
  });

  it("that block a derivative keep what it inherited", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, alice, bob, judge } = house;
    const work = await root(house, alice, "a");
    const license = await licenseUnder(house, work, terms(5, "derivatives"), bob);
    await works.connect(bob).registerDerivative(newWork("child"), [license]);
    const before = await licenses.limitsOf(2n);
    await licenses.connect(judge).setBlocked(2n, true);
    await licenses.connect(judge).setBlocked(2n, false);
    expect(await licenses.limitsOf(2n)).to.equal(before);
    expect(before).not.to.equal(0n);
  });

  it("don't keep an expired license from counting as expired", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    const license = await licenseUnder(house, work, termsWith(0, { duration: DAY }), bob);
    expect(await licenses.isActive(license)).to.equal(true);
    await time.increase(DAY + 1);
    await networkHelpers.mine();
    expect(await licenses.isActive(license)).to.equal(false);
  });
});
