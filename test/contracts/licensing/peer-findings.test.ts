/** What went wrong elsewhere, as behaviors of ours. */
import { expect } from "chai";
import { COIN, deployToken, newWork, offerOf, remixTerms, terms } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import {
  ANY_STACK,
  derivativeUnder,
  licenseUnder,
  licensingHouse,
  orderOf,
  root,
  signOrder,
  termsWith,
} from "./licensing-house.ts";

const REMIX = terms(100_000, "commercial", "derivatives", "transferable");

describe("Findings at peers: licensing", () => {
  it("Story: ceilings of derivatives are stored and enforced, not only stored", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, bob } = house;
    const { workId } = await derivativeUnder(house, bob, "child", termsWith(1, { territories: 1 }, "derivatives"));
    expect(await licenses.limitsOf(workId)).not.to.equal(0n);
    for (const beyond of [terms(0), termsWith(0, { territories: 1 }, "commercial"), termsWith(0, { territories: 2 })]) {
      await expect(licenses.connect(bob).setOffer(workId, beyond, offerOf(0n))).to.be.revertedWithCustomError(
        licenses,
        "LicenseTokenBeyondInherited",
      );
    }
  });

  it("Story: derivatives add terms of their own for their own added value", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, bob, carol } = house;
    const { workId } = await derivativeUnder(house, bob, "child", REMIX);
    const own = terms(70_000, "commercial", "derivatives", "attribution");
    const sold = await licenseUnder(house, workId, own, carol);
    expect((await licenses.licenseOf(sold)).derivativeShare).to.equal(70_000n);
    await licenses.connect(bob).setOffer(workId, terms(0, "commercial"), offerOf(5n));
    expect(await licenses.totalOffers()).to.equal(3n);
  });

  it("Story: a derivative's maker can't bring terms of his own for the parent", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, orders, works, alice, bob } = house;
    const parent = await root(house, alice, "parent");
    await licenses.connect(bob).registerTerms(terms(0, "commercial", "derivatives"));
    await expect(licenses.connect(bob).setOffer(parent, terms(0, "derivatives"), offerOf(0n)))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenNotWorkOwner")
      .withArgs(parent, bob.address);
    const order = orderOf(parent, bob.address, { terms: terms(0, "derivatives") });
    await expect(
      orders.connect(bob).fill(order, await signOrder(house, bob, order), bob.address, ANY_STACK),
    ).to.be.revertedWithCustomError(orders, "LicenseOrdersNotWorkOwner");
    await expect(works.connect(bob).registerDerivative(newWork("child"), [1n])).to.be.revertedWithCustomError(
      licenses,
      "LicenseTokenUnknownLicense",
    );
  });

  it("Story: terms can't be re-pointed after a sale", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    const license = await licenseUnder(house, work, REMIX, bob);
    const { termsId } = await licenses.licenseOf(license);
    const before = await licenses.termsOf(termsId);
    await licenses.connect(alice).registerTerms(terms(999_999, "derivatives"));
    await licenses.connect(alice).setOffer(work, terms(999_999, "derivatives"), offerOf(0n));
    await licenses.connect(alice).registerTerms(REMIX);
    expect((await licenses.licenseOf(license)).termsId).to.equal(termsId);
    expect((await licenses.termsOf(termsId)).toObject()).to.deep.equal(before.toObject());
  });

  it("Story: an owner can't raise the share between a buyer's look and his purchase", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, alice, bob } = house;
    const work = await root(house, alice, "a");
    await licenses.connect(alice).setOffer(work, REMIX, offerOf(0n));
    await licenses.connect(alice).setOffer(work, REMIX, { ...offerOf(0n), shareOverride: 900_000 });
    await licenses.connect(bob).buyWithin(1n, bob.address, 0n, 100_000);
    await expect(licenses.connect(bob).buyWithin(2n, bob.address, 0n, 100_000))
      .to.be.revertedWithCustomError(licenses, "LicenseTokenStackTooHigh")
      .withArgs(900_000n, 100_000n);
    await works.connect(bob).registerDerivative(newWork("child"), [1n]);
    expect(await works.stackOf(2n)).to.equal(100_000n);
  });

  it("TITLES: nobody gets around a price by an edition of his own", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, alice, bob } = house;
    await licenses.connect(alice).publish(newWork("a"), REMIX, offerOf(500n));
    await expect(licenses.connect(bob).publish(newWork("a"), REMIX, offerOf(0n))).to.be.revertedWithCustomError(
      works,
      "WorkRegistryAlreadyRegistered",
    );
    await expect(licenses.connect(bob).setOffer(1n, REMIX, offerOf(0n))).to.be.revertedWithCustomError(
      licenses,
      "LicenseTokenNotWorkOwner",
    );
    await expect(
      licenses.connect(bob).publishDerivative(newWork("child"), [], [1n], REMIX, offerOf(0n)),
    ).to.be.revertedWithCustomError(licenses, "LicenseTokenWrongPayment");
    await licenses.connect(bob).publishDerivative(newWork("child"), [], [1n], REMIX, offerOf(0n), { value: 500n });
    expect(await works.stackOf(2n)).to.equal(100_000n);
  });

  it("TITLES: the account that pays is recorded, not the holder and not who relays", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, orders, alice, bob, carol } = house;
    const work = await root(house, alice, "a");
    const order = orderOf(work, alice.address, { price: 9n });
    const call = orders
      .connect(bob)
      .fill(order, await signOrder(house, alice, order), carol.address, ANY_STACK, { value: 9n });
    const receipt = await (await call).wait();
    const topic = licenses.interface.getEvent("LicenseIssued")?.topicHash;
    const log = receipt?.logs.find(({ topics }: { topics: readonly string[] }) => topics[0] === topic);
    if (!log) throw new Error("no license was issued");
    const issued = licenses.interface.parseLog(log);
    expect([issued?.args["holder"], issued?.args["payer"]]).to.deep.equal([carol.address, bob.address]);
  });

  it("TITLES: every parent gets its share, not the first alone", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, ledger, works, bob, carol } = house;
    const { workId } = await derivativeUnder(house, bob, "child", REMIX, REMIX);
    await licenses.connect(bob).setOffer(workId, terms(0), offerOf(1000n));
    await licenses.connect(carol).buy(await licenses.totalOffers(), carol.address, 1000n, { value: 1000n });
    const edges = await works.edgesOf(workId);
    const pulls = await ethers.getContractAt("RoyaltyLedger", house.addresses.RoyaltyLedger);
    for (const index of [0, 1]) {
      await pulls.getFunction("pull")(workId, index, COIN);
      expect(await ledger.claimable(edges[index].parent, COIN)).to.equal(100n);
    }
    expect(await ledger.claimable(workId, COIN)).to.equal(800n);
  });

  it("TITLES: a state change asked for is stored, not made on a copy (used, revoked, closed, blocked)", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, works, rights, alice, bob, judge } = house;
    const work = await root(house, alice, "a");
    const license = await licenseUnder(house, work, remixTerms(1), bob);
    await works.connect(bob).registerDerivative(newWork("child"), [license]);
    await licenses.connect(judge).revoke(license);
    await licenses.connect(judge).setBlocked(work, true);
    await licenses.connect(alice).closeOffer(1n);
    const { used, revoked } = await licenses.licenseOf(license);
    expect([used, revoked, (await licenses.offerOf(1n)).closed, (await rights.limitsOf(work)).blocked]).to.deep.equal([
      true,
      true,
      true,
      true,
    ]);
  });

  it("TITLES: one signature does not serve two actions", async () => {
    const house = await loadFixture(licensingHouse);
    const { withSig, orders, alice, bob } = house;
    const work = await root(house, alice, "a");
    const order = orderOf(work, alice.address);
    const signature = await signOrder(house, alice, order);
    const call = {
      signer: alice.address,
      target: await orders.getAddress(),
      value: 0n,
      nonce: 0n,
      deadline: 4_000_000_000n,
      data: orders.interface.encodeFunctionData("raiseCounter"),
    };
    await expect(withSig.connect(bob).send(call, signature)).to.be.revertedWithCustomError(
      withSig,
      "WithSigBadSignature",
    );
    await orders.connect(bob).fill(order, signature, bob.address, ANY_STACK);
  });

  it("TITLES: free fields can't block a signature: nobody but the seller ends an order", async () => {
    const house = await loadFixture(licensingHouse);
    const { orders, alice, bob, carol } = house;
    const work = await root(house, alice, "a");
    const order = orderOf(work, alice.address, { nonce: 3n });
    const signature = await signOrder(house, alice, order);
    await orders.connect(carol).cancelNonce(3n);
    await orders.connect(carol).raiseCounter();
    await expect(
      orders.connect(carol).fill(order, `${signature}00`, carol.address, ANY_STACK),
    ).to.be.revertedWithCustomError(orders, "LicenseOrdersBadSignature");
    await orders.connect(bob).fill(order, signature, bob.address, ANY_STACK);
    expect(await orders.nonceUsed(alice.address, 3n)).to.equal(true);
  });

  it("Lazy minting: only the work's owner may sign, whatever the signer made or minted", async () => {
    const house = await loadFixture(licensingHouse);
    const { orders, works, alice, bob, carol } = house;
    const work = await root(house, alice, "a");
    await works.connect(alice).transferFrom(alice.address, carol.address, work);
    const creators = orderOf(work, carol.address);
    await expect(orders.connect(bob).fill(creators, await signOrder(house, alice, creators), bob.address, ANY_STACK))
      .to.be.revertedWithCustomError(orders, "LicenseOrdersBadSignature")
      .withArgs(carol.address);
    await orders.connect(bob).fill(creators, await signOrder(house, carol, creators), bob.address, ANY_STACK);
  });

  it("Seaport: an offer signed at one price can't be taken at another", async () => {
    const house = await loadFixture(licensingHouse);
    const { orders, alice, bob } = house;
    const work = await root(house, alice, "a");
    const order = orderOf(work, alice.address, { price: 1000n });
    const signature = await signOrder(house, alice, order);
    const cheaper = orderOf(work, alice.address, { price: 1n });
    await expect(
      orders.connect(bob).fill(cheaper, signature, bob.address, ANY_STACK, { value: 1n }),
    ).to.be.revertedWithCustomError(orders, "LicenseOrdersBadSignature");
  });

  it("Splits: a token that blocks the ledger stops its own sales only", async () => {
    const house = await loadFixture(licensingHouse);
    const { licenses, alice, bob } = house;
    const work = await root(house, alice, "a");
    const token = await deployToken("BlockingToken", [bob], [house.addresses.RoyaltyLedger]);
    await licenses.connect(alice).setOffer(work, terms(0), offerOf(5n, await token.getAddress()));
    await licenses.connect(alice).setOffer(work, terms(0), offerOf(5n));
    await token.setBlocked(house.addresses.RoyaltyLedger, true);
    await expect(licenses.connect(bob).buy(1n, bob.address, 5n)).to.revert(ethers);
    await licenses.connect(bob).buy(2n, bob.address, 5n, { value: 5n });
    expect(await licenses.totalLicenses()).to.equal(1n);
  });
});
