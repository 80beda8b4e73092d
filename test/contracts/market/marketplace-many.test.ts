import { expect } from "chai";
import { newWork, registerChild } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import { COIN, deployCollection, marketHouse, PRICE } from "./market-house.ts";
import { Kind, newOrder, type Order, type Signature, signed, signTree, traitTree } from "./orders.ts";

function fillOf({ order, signature }: { order: Order; signature: Signature }, changes: object = {}) {
  return { kind: Kind.Listing, tokenId: order.item, minProceeds: 0n, order, signature, traitProof: [], ...changes };
}

/** Tokens 1 to 4 of a foreign collection of bob, listed for coin. */
async function fourListings() {
  const house = await marketHouse();
  const { collection, asset } = await deployCollection(house, house.bob);
  const listings = [];
  for (const item of [1n, 2n, 3n, 4n]) {
    listings.push(await signed(house, house.bob, Kind.Listing, { asset, item, currency: COIN }));
  }
  return { ...house, house, collection, asset, listings };
}

describe("Marketplace fillMany", () => {
  it("buys many for the sum of their prices and gives the rest back", async () => {
    const { house, market, collection, listings, bob, carol, addresses } = await loadFixture(fourListings);
    const call = market.connect(carol).fillMany(
      listings.map((l) => fillOf(l)),
      false,
      { value: 5n * PRICE },
    );
    await expect(call).to.changeEtherBalances(
      ethers,
      [bob, carol, addresses.marketplace],
      [4n * PRICE, -4n * PRICE, 0n],
    );
    for (const id of [1n, 2n, 3n, 4n]) expect(await collection.ownerOf(id)).to.equal(carol.address);
    expect(await house.market.creditOf(carol.address, COIN)).to.equal(0n);
  });

  it("undoes everything when one fails, unless failures are to be skipped", async () => {
    const { market, collection, listings, bob, carol } = await loadFixture(fourListings);
    await collection.connect(bob).transferFrom(bob.address, carol.address, 2n);
    const fills = listings.map((l) => fillOf(l));
    await expect(market.connect(carol).fillMany(fills, false, { value: 4n * PRICE })).to.be.revertedWithCustomError(
      collection,
      "ERC721IncorrectOwner",
    );
    expect(await collection.ownerOf(1n)).to.equal(bob.address);
    expect(await market.connect(carol).fillMany.staticCall(fills, true, { value: 4n * PRICE })).to.deep.equal([
      true,
      false,
      true,
      true,
    ]);
    const call = market.connect(carol).fillMany(fills, true, { value: 4n * PRICE });
    await expect(call).to.emit(market, "FillSkipped").withArgs(1n);
    await expect(call).to.changeEtherBalances(ethers, [bob, carol], [3n * PRICE, -3n * PRICE]);
    expect(await market.nonceUsed(bob.address, listings[1]?.order.nonce)).to.equal(false);
  });

  it("spends no more coin than was sent, whatever was sent before", async () => {
    const { market, listings, carol, bob } = await loadFixture(fourListings);
    const fills = listings.map((l) => fillOf(l));
    await expect(market.connect(carol).fillMany(fills, false, { value: 3n * PRICE }))
      .to.be.revertedWithCustomError(market, "SettlementWrongValue")
      .withArgs(PRICE, 0n);
    const call = market.connect(carol).fillMany(fills, true, { value: 3n * PRICE + 1n });
    await expect(call).to.changeEtherBalances(ethers, [bob, carol], [3n * PRICE, -3n * PRICE]);
  });

  it("can't be made to fill the same order twice", async () => {
    const { market, listings, carol } = await loadFixture(fourListings);
    const first = fillOf(listings[0] as never);
    expect(await market.connect(carol).fillMany.staticCall([first, first], true, { value: 2n * PRICE })).to.deep.equal([
      true,
      false,
    ]);
    await expect(
      market.connect(carol).fillMany([first, first], false, { value: 2n * PRICE }),
    ).to.be.revertedWithCustomError(market, "MarketplaceNonceUsed");
  });

  it("leaves the others their gas when one item burns all it gets (Seaport's router ran out of gas on large sets)", async () => {
    const { house, market, listings, bob, carol } = await loadFixture(fourListings);
    const { collection: bad, asset } = await deployCollection(house, bob, "AwkwardCollection");
    // A transfer that runs for ever: the token calls a loop in itself.
    await bad.arm(house.addresses.marketplace, "0x");
    const burner = await ethers.deployContract("GasBurner");
    await bad.arm(await burner.getAddress(), "0x");
    const burning = await signed(house, bob, Kind.Listing, { asset, item: 1n, currency: COIN });
    const fills = [fillOf(burning), ...listings.map((l) => fillOf(l))];
    const filled = await market
      .connect(carol)
      .fillMany.staticCall(fills, true, { value: 5n * PRICE, gasLimit: 3_000_000n });
    expect(filled.slice(1)).to.deep.equal([true, true, true, true]);
  });

  it("sells into offers and buys in one call, for the caller alone", async () => {
    const { house, market, collection, asset, bob, carol, dave } = await loadFixture(fourListings);
    const tree = traitTree([5n, 6n]);
    const token = await signed(house, carol, Kind.TokenOffer, { asset, item: 3n });
    const any = await signed(house, carol, Kind.CollectionOffer, { asset, item: 0n });
    const trait = await signed(house, dave, Kind.TraitOffer, { asset, item: tree.root });
    await market
      .connect(bob)
      .fillMany(
        [
          fillOf(token, { kind: Kind.TokenOffer, tokenId: 3n }),
          fillOf(any, { kind: Kind.CollectionOffer, tokenId: 4n }),
          fillOf(trait, { kind: Kind.TraitOffer, tokenId: 6n, traitProof: tree.proofOf(6n) }),
        ],
        false,
      );
    expect(await collection.ownerOf(4n)).to.equal(carol.address);
    expect(await collection.ownerOf(6n)).to.equal(dave.address);
    const listing = await signed(house, bob, Kind.Listing, { asset, item: 7n });
    await expect(market.connect(dave).fillMany([fillOf(listing, { tokenId: 8n })], false))
      .to.be.revertedWithCustomError(market, "MarketplaceWrongToken")
      .withArgs(8n);
    await expect(market.connect(dave).fillFor(carol.address, fillOf(listing), 0n))
      .to.be.revertedWithCustomError(market, "MarketplaceNotSelf")
      .withArgs(dave.address);
  });

  it("stays under 5 million gas at its cap, with royalties, from a tree of ten levels", async () => {
    const house = await loadFixture(marketHouse);
    const { market, works, bob, carol } = house;

    const orders: Order[] = [];
    for (let i = 0; i < 24; ++i) {
      const item = await registerChild(house as never, bob, `cap ${i}`, [{ id: 1n, share: 10_000 }]);
      orders.push(newOrder(house, bob, { item, nonce: BigInt(i) * 300n + 10_000n }));
    }
    await works.connect(carol).register(newWork("cap"));
    const all = [...orders, ...Array.from({ length: 1000 }, () => orders[0] as Order)];
    const signatures = await signTree(house, bob, "Listing", all);
    const fills = orders.map((order, i) => fillOf({ order, signature: signatures[i] as Signature }));
    for (const skip of [true, false]) {
      const gas = await market.connect(carol).fillMany.estimateGas(fills, skip);
      expect(gas).to.be.below(5_000_000n);
    }
    await expect(market.connect(carol).fillMany([...fills, fills[0]], false))
      .to.be.revertedWithCustomError(market, "MarketplaceTooMany")
      .withArgs(25n);
    await market.connect(carol).fillMany(fills, false);
    for (const { item } of orders) expect(await works.ownerOf(item)).to.equal(carol.address);
  });
});
