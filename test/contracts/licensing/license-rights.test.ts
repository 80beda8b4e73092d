import { expect } from "chai";
import { DAY, newWork, terms } from "../house.ts";
import { ethers, loadFixture, networkHelpers, time } from "../network.ts";
import { derivativeUnder, licenseUnder, licensingHouse, root, termsWith } from "./licensing-house.ts";

describe("LicenseRights (ERC-5218, reads)", () => {
  it("say whose a license is, to what, and who can revoke it", async () => {
    const house = await loadFixture(licensingHouse);
    const { rights, licenses, alice, bob, carol, judge } = house;
    await root(house, alice, "first");
    const work = await root(house, alice, "second");
    const license = await licenseUnder(house, work, terms(1, "transferable"), bob);
    expect(await rights.getLicenseTokenId(license)).to.equal(work);
    expect(await rights.getLicenseHolder(license)).to.equal(bob.address);
    expect(await rights.getLicenseRevoker(license)).to.equal(judge.address);
    await licenses.connect(bob).transferFrom(bob.address, carol.address, license);
    expect(await rights.getLicenseHolder(license)).to.equal(carol.address);
  });

  it("call a license active until it expires or is revoked, and unknown ones never", async () => {
    const house = await loadFixture(licensingHouse);
    const { rights, licenses, alice, bob, judge } = house;
    const work = await root(house, alice, "a");
    const timed = await licenseUnder(house, work, termsWith(0, { duration: DAY }), bob);
    const other = await licenseUnder(house, work, terms(0), bob);
    expect([await rights.isLicenseActive(timed), await rights.isLicenseActive(9n)]).to.deep.equal([true, false]);
    await licenses.connect(judge).revoke(other);
    expect(await rights.isLicenseActive(other)).to.equal(false);
    await time.increase(DAY + 1);
    await networkHelpers.mine();
    expect(await rights.isLicenseActive(timed)).to.equal(false);
  });

  it("make a tree of licenses, and an ancestor's fate changes none below", async () => {
    const house = await loadFixture(licensingHouse);
    const { rights, licenses, works, bob, carol, judge } = house;
    const { workId, licenseIds } = await derivativeUnder(
      house,
      bob,
      "child",
      terms(1, "derivatives"),
      terms(2, "derivatives"),
    );
    const second = await licenseUnder(house, workId, terms(1, "derivatives"), carol);
    await works.connect(carol).registerDerivative(newWork("grandchild"), [second]);
    const third = await licenseUnder(house, await works.totalWorks(), terms(0), bob);
    expect(await rights.getParentLicenseId(licenseIds[0])).to.equal(0n);
    expect(await rights.getParentLicenseId(second)).to.equal(licenseIds[0]);
    expect(await rights.getParentLicenseId(third)).to.equal(second);
    await licenses.connect(judge).revoke(licenseIds[0]);
    expect([await rights.isLicenseActive(licenseIds[0]), await rights.isLicenseActive(second)]).to.deep.equal([
      false,
      true,
    ]);
  });

  it("point to the prose where there is one, else to the record", async () => {
    const house = await loadFixture(licensingHouse);
    const { rights, licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    const legalText = ethers.sha256(ethers.toUtf8Bytes("prose")) as `0x${string}`;
    const worded = await licenseUnder(house, work, termsWith(0, { legalText }), bob);
    const plain = await licenseUnder(house, work, terms(0), bob);
    expect(await rights.getLicenseURI(worded)).to.match(/^ipfs:\/\/bafkrei[a-z2-7]{52}$/);
    expect(await rights.getLicenseURI(plain)).to.equal(await licenses.tokenURI(plain));
  });

  it("refuse to speak of unknown licenses", async () => {
    const { rights, licenses } = await loadFixture(licensingHouse);
    for (const ask of [
      () => rights.getLicenseTokenId(1n),
      () => rights.getParentLicenseId(1n),
      () => rights.getLicenseURI(1n),
    ]) {
      await expect(ask()).to.be.revertedWithCustomError(licenses, "LicenseTokenUnknownLicense").withArgs(1n);
    }
    for (const ask of [() => rights.getLicenseHolder(1n), () => rights.getLicenseRevoker(1n)]) {
      await expect(ask()).to.be.revertedWithCustomError(licenses, "ERC721NonexistentToken").withArgs(1n);
    }
  });

  it("answer for ERC-165", async () => {
    const { rights } = await loadFixture(licensingHouse);
    expect([await rights.supportsInterface("0x01ffc9a7"), await rights.supportsInterface("0xffffffff")]).to.deep.equal([
      true,
      false,
    ]);
  });
});
