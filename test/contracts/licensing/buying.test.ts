import { expect } from "chai";
import { COIN, deployToken, newWork, offerOf, remixTerms, terms } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import { type Contract, licenseUnder, licensingHouse, root, termsWith } from "./licensing-house.ts";

describe("Buying a license", () => {
  it("within a stack counts the share and, in absolute mode, what the work owes itself", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, alice, bob, carol } = house;
    const parent = await root(house, alice, "parent");
    const license = await licenseUnder(house, parent, terms(300_000, "commercial", "derivatives"), bob);
    await works.connect(bob).registerDerivative(newWork("child"), [license]);
    const remix = terms(100_000, "commercial", "derivatives");
    await licenses.connect(bob).setOffer(2n, remix, offerOf(0n));
    await licenses.connect(bob).setOffer(2n, { ...remix, shareMode: 1 }, offerOf(0n));
    await licenses.connect(bob).setOffer(2n, remix, { ...offerOf(0n), shareOverride: 200_000 });
    for (const [offer, stack] of [
      [2n, 400_000n],
      [3n, 100_000n],
      [4n, 500_000n],
    ] as const) {
      await expect(licenses.connect(carol).buyWithin(offer, carol.address, 0n, stack - 1n))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenStackTooHigh")
        .withArgs(stack, stack - 1n);
      await licenses.connect(carol).buyWithin(offer, carol.address, 0n, stack);
    }
    expect((await licenses.licenseOf(3n)).shareMode).to.equal(1n);
    expect((await licenses.licenseOf(4n)).derivativeShare).to.equal(200_000n);
  });

  it("within a stack also keeps to the price", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    await licenses.connect(alice).setOffer(work, terms(0), offerOf(10n));
    await expect(licenses.connect(bob).buyWithin(1n, bob.address, 9n, 0n, { value: 10n }))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenWrongPayment")
      .withArgs(10n, 9n);
    await expect(licenses.connect(bob).buyWithin(1n, bob.address, 10n, 0n, { value: 9n }))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenWrongPayment")
      .withArgs(10n, 9n);
  });

  it("takes the offer's share instead of the terms', at most a whole", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, alice, bob } = house;
    const work = await root(house, alice, "a");
    await expect(
      licenses.connect(alice).setOffer(work, remixTerms(5), { ...offerOf(0n), shareOverride: 1_000_001 }),
    ).to.be.revertedWithCustomError(licenses, "LicenseTokenBadTerms");
    await licenses.connect(alice).setOffer(work, remixTerms(5), { ...offerOf(0n), shareOverride: 70_000 });
    await licenses.connect(bob).buy(1n, bob.address, 0n);
    await works.connect(bob).registerDerivative(newWork("child"), [1n]);
    expect(await works.stackOf(2n)).to.equal(70_000n);
  });

  it("of many offers at once pays each work, coin and tokens", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, ledger, alice, bob, carol } = house;
    const token = await deployToken("PlainToken", [carol], [house.addresses.RoyaltyLedger]);
    const currency = await token.getAddress();
    const one = await root(house, alice, "one");
    const two = await root(house, bob, "two");
    await licenses.connect(alice).setOffer(one, terms(0), offerOf(300n));
    await licenses.connect(bob).setOffer(two, terms(0), offerOf(200n, currency));
    await licenses.connect(bob).setOffer(two, terms(0), offerOf(50n));
    const call = licenses.connect(carol).buyMany([1n, 2n, 3n], carol.address, [300n, 200n, 50n], { value: 350n });
    await expect(call).to.changeEtherBalances(
      ethers,
      [carol, house.addresses.RoyaltyLedger, house.addresses.LicenseToken],
      [-350n, 350n, 0n],
    );
    expect(await ledger.claimable(one, COIN)).to.equal(300n);
    expect(await ledger.claimable(two, currency)).to.equal(200n);
    expect(await ledger.claimable(two, COIN)).to.equal(50n);
    expect(await licenses.balanceOf(carol.address)).to.equal(3n);
  });

  it("of many offers wants a limit for each, the exact coin, and at most 32", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    await licenses.connect(alice).setOffer(work, terms(0), offerOf(10n));
    const buy = (ids: bigint[], limits: bigint[], value: bigint) =>
      licenses.connect(bob).buyMany(ids, bob.address, limits, { value });
    await expect(buy([1n, 1n], [10n], 20n))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenTooMany")
      .withArgs(2n);
    await expect(buy([1n, 1n], [10n, 9n], 20n))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenWrongPayment")
      .withArgs(10n, 9n);
    for (const value of [19n, 21n]) {
      await expect(buy([1n, 1n], [10n, 10n], value))
        .to.be.revertedWithCustomError(licenses, "LicenseTokenWrongPayment")
        .withArgs(20n, value);
    }
    await expect(buy([9n], [10n], 0n)).to.be.revertedWithCustomError(licenses, "LicenseTokenUnknownOffer");
    const many = (count: number) => buy(Array(count).fill(1n), Array(count).fill(10n), 10n * BigInt(count));
    await expect(many(33)).to.be.revertedWithCustomError(licenses, "LicenseTokenTooMany").withArgs(33n);
    const receipt = await (await many(32)).wait();
    expect(receipt?.gasUsed).to.be.lessThan(5_000_000n);
    expect(await licenses.totalLicenses()).to.equal(32n);
  });

  it("undoes all when one of many can't be had", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    await licenses.connect(alice).setOffer(work, terms(0), offerOf(0n));
    await licenses.connect(alice).setOffer(work, terms(0), { ...offerOf(0n), supply: 1 });
    await expect(licenses.connect(bob).buyMany([1n, 2n, 2n], bob.address, [0n, 0n, 0n]))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenSoldOut")
      .withArgs(2n);
    expect(await licenses.totalLicenses()).to.equal(0n);
  });

  it("signed and sent by another is the signer's, paid by the signer", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, withSig, ledger, alice, bob, dave } = house;
    const token = await deployToken("PlainToken", [bob], [house.addresses.RoyaltyLedger]);
    const work = await root(house, alice, "a");
    await licenses.connect(alice).setOffer(work, terms(0), offerOf(60n, await token.getAddress()));
    const call = {
      signer: bob.address,
      target: house.addresses.LicenseToken,
      value: 0n,
      nonce: 0n,
      deadline: 4_000_000_000n,
      data: licenses.interface.encodeFunctionData("buy", [1n, bob.address, 60n]),
    };
    const { chainId } = await ethers.provider.getNetwork();
    const domain = { name: "Colophon", version: "1", chainId, verifyingContract: await withSig.getAddress() };
    const fields = [
      "signer:address",
      "target:address",
      "value:uint256",
      "nonce:uint256",
      "deadline:uint256",
      "data:bytes",
    ];
    const SignedCall = fields.map((f) => ({ name: f.split(":")[0] ?? "", type: f.split(":")[1] ?? "" }));
    const signature = await bob.signTypedData(domain, { SignedCall }, call);
    await expect(withSig.connect(dave).send(call, signature))
      .to.emit(ledger, "Paid")
      .withArgs(work, await token.getAddress(), bob.address, 60n, 1n, 1n);
    expect(await licenses.ownerOf(1n)).to.equal(bob.address);
  });

  it("works in tokens of 0, 6 and 27 decimals, and with amounts that end at 96 bits", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, ledger, alice, bob } = house;
    const work = await root(house, alice, "a");
    const tokens = [
      await ethers.deployContract("ScaledToken", [0]),
      await ethers.deployContract("ScaledToken", [6]),
      await ethers.deployContract("ScaledToken", [27]),
      await ethers.deployContract("NarrowToken"),
    ] as unknown as Contract<"mint" | "approve">[];
    for (const token of tokens) {
      const currency = await token.getAddress();
      await token.mint(bob.address, 10n ** 28n);
      await token.connect(bob).approve(house.addresses.RoyaltyLedger, 10n ** 28n);
      await licenses.connect(alice).setOffer(work, terms(0), offerOf(10n ** 27n, currency));
      await licenses.connect(bob).buy(await licenses.totalOffers(), bob.address, 10n ** 27n);
      expect(await ledger.claimable(work, currency)).to.equal(10n ** 27n);
    }
  });

  it("issues nothing when a token says false, or blocks the buyer", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, ledger, alice, bob } = house;
    const work = await root(house, alice, "a");
    const no = (await ethers.deployContract("SayingNoToken")) as unknown as Contract<"mint" | "approve">;
    await licenses.connect(alice).setOffer(work, terms(0), offerOf(5n, await no.getAddress()));
    await expect(licenses.connect(bob).buy(1n, bob.address, 5n)).to.be.revertedWithCustomError(
      ledger,
      "SafeERC20FailedOperation",
    );
    const blocking = await deployToken("BlockingToken", [bob], [house.addresses.RoyaltyLedger]);
    await blocking.setBlocked(bob.address, true);
    await licenses.connect(alice).setOffer(work, terms(0), offerOf(5n, await blocking.getAddress()));
    await expect(licenses.connect(bob).buy(2n, bob.address, 5n)).to.be.revertedWithCustomError(
      blocking,
      "BlockingTokenBlocked",
    );
    expect(await licenses.totalLicenses()).to.equal(0n);
  });

  it("in a token that shrinks later leaves license and other currencies as they are", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, ledger, alice, bob } = house;
    const work = await root(house, alice, "a");
    const token = (await ethers.deployContract("ShrinkingToken")) as unknown as Contract<"mint" | "approve" | "shrink">;
    await token.mint(bob.address, 100n);
    await token.connect(bob).approve(house.addresses.RoyaltyLedger, 100n);
    await licenses.connect(alice).setOffer(work, terms(0), offerOf(100n, await token.getAddress()));
    await licenses.connect(alice).setOffer(work, terms(0), offerOf(30n));
    await licenses.connect(bob).buy(1n, bob.address, 100n);
    await licenses.connect(bob).buy(2n, bob.address, 30n, { value: 30n });
    await token.shrink(house.addresses.RoyaltyLedger, 60n);
    await expect(ledger.claim(work, COIN)).to.changeEtherBalance(ethers, alice, 30n);
    expect(await licenses.isActive(1n)).to.equal(true);
  });

  it("shows no half-made license to what a token calls in between", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    const token = await deployToken("ReentrantToken", [bob], [house.addresses.RoyaltyLedger]);
    await licenses.connect(alice).setOffer(work, terms(0), { ...offerOf(5n, await token.getAddress()), supply: 3 });
    const ask = licenses.interface.encodeFunctionData("offerOf", [1n]);
    await token.arm(house.addresses.LicenseToken, ask);
    await licenses.connect(bob).buy(1n, bob.address, 5n);
    expect(await token.succeeded()).to.equal(true);
    const [seen] = licenses.interface.decodeFunctionResult("offerOf", (await token.answer()) as string);
    expect(seen.sold).to.equal(1n);
    const askLicense = licenses.interface.encodeFunctionData("licenseOf", [2n]);
    await token.arm(house.addresses.LicenseToken, askLicense);
    await licenses.connect(bob).buy(1n, bob.address, 5n);
    const [license] = licenses.interface.decodeFunctionResult("licenseOf", (await token.answer()) as string);
    expect(license.toObject()).to.deep.equal((await licenses.licenseOf(2n)).toObject());
  });

  it("under relative terms frees a work of the licensed work's own debts", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    const license = await licenseUnder(house, work, termsWith(5, { shareMode: 1 }, "derivatives"), bob);
    const record = await licenses.licenseOf(license);
    expect([record.shareMode, record.derivativeShare]).to.deep.equal([1n, 5n]);
    const registry = await ethers.getImpersonatedSigner(house.addresses.WorkRegistry);
    await house.deployer.sendTransaction({ to: house.deployer.address });
    await ethers.provider.send("hardhat_setBalance", [registry.address, "0xde0b6b3a7640000"]);
    const answer = await (licenses.connect(registry).useFor as ContractCall).staticCall(license, bob.address, 2n);
    expect([...answer]).to.deep.equal([work, 5n, 1n]);
  });
});

type ContractCall = { staticCall(...args: unknown[]): Promise<bigint[]> };
