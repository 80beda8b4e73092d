import { expect } from "chai";
import { newWork, registerChild, remixTerms, terms } from "../house.ts";
import { ethers, loadFixture, time } from "../network.ts";
import {
  balances,
  COIN,
  deployCollection,
  issueLicense,
  type MarketHouse,
  marketHouse,
  PRICE,
  setProtocolFee,
} from "./market-house.ts";
import { Kind, nameOf, newOrder, sign, signed, traitTree, typedOf, typesOf } from "./orders.ts";

/** 7 % of the price: the stack of the sold work. */
const ROYALTY = 70_000n;

async function buyChild(house: MarketHouse, changes: Parameters<typeof signed>[3] = {}) {
  const { order, signature } = await signed(house, house.bob, Kind.Listing, changes);
  const value = order.currency === COIN ? order.price : 0n;
  return { order, call: house.market.connect(house.carol).buy(order, signature, house.carol.address, { value }) };
}

describe("Marketplace", () => {
  describe("buy", () => {
    it("hands over the work and pays seller and ledger in the token, and says so", async () => {
      const house = await loadFixture(marketHouse);
      const { market, works, ledger, token, bob, carol, child, currency, addresses } = house;
      const before = await balances(token, bob, carol);
      const { order, call } = await buyChild(house);
      await expect(call)
        .to.emit(market, "OrderFilled")
        .withArgs(
          await market.hashOf(Kind.Listing, order),
          bob.address,
          carol.address,
          0n,
          addresses.works,
          child,
          currency,
          PRICE,
          ROYALTY,
          0n,
          COIN,
          0n,
        )
        .and.to.emit(ledger, "PaidUpstream")
        .withArgs(
          child,
          currency,
          carol.address,
          ROYALTY,
          PRICE,
          BigInt((await market.hashOf(Kind.Listing, order)) as string),
        );
      expect(await works.ownerOf(child)).to.equal(carol.address);
      expect(await balances(token, bob, carol)).to.deep.equal([
        (before[0] ?? 0n) + PRICE - ROYALTY,
        (before[1] ?? 0n) - PRICE,
      ]);
      expect(await token.balanceOf(addresses.marketplace)).to.equal(0n);
      expect((await ledger.accountOf(child, currency)).passed).to.equal(PRICE);
    });

    it("pays a resale's royalty to the work's ancestors whole, and nothing of it to the buyer, its new owner", async () => {
      const house = await loadFixture(marketHouse);
      const { ledger, child, currency } = house;
      await buyChild(house);
      expect(await ledger.claimable(child, currency)).to.equal(0n);
      await ledger.pull(child, 0n, currency);
      expect(await ledger.claimable(1n, currency)).to.equal(ROYALTY);
    });

    it("sends the seller coin, and the ledger its royalty", async () => {
      const house = await loadFixture(marketHouse);
      const { bob, carol, addresses } = house;
      const { call } = await buyChild(house, { currency: COIN });
      await expect(call).to.changeEtherBalances(
        ethers,
        [bob, carol, addresses.ledger, addresses.marketplace],
        [PRICE - ROYALTY, -PRICE, ROYALTY, 0n],
      );
    });

    it("needs one approval only: without the ledger's the royalty passes through the market", async () => {
      const house = await loadFixture(marketHouse);
      const { token, carol, ledger, child, currency, addresses } = house;
      await token.connect(carol).approve(addresses.ledger, 0n);
      const { call } = await buyChild(house);
      await expect(call)
        .to.emit(ledger, "PaidUpstream")
        .withArgs(child, currency, addresses.marketplace, ROYALTY, PRICE, (ref: bigint) => ref > 0n);
      expect((await ledger.accountOf(child, currency)).passed).to.equal(PRICE);
      expect(await token.balanceOf(addresses.marketplace)).to.equal(0n);
    });

    it("hands the token to whom the buyer names", async () => {
      const house = await loadFixture(marketHouse);
      const { order, signature } = await signed(house, house.bob, Kind.Listing);
      await house.market.connect(house.carol).buy(order, signature, house.dave.address);
      expect(await house.works.ownerOf(house.child)).to.equal(house.dave.address);
    });

    it("asks no royalty of a work without ancestors", async () => {
      const house = await loadFixture(marketHouse);
      const { order, signature } = await signed(house, house.alice, Kind.Listing, { item: 1n });
      const [before] = await balances(house.token, house.alice);
      await house.market.connect(house.carol).buy(order, signature, house.carol.address);
      expect(await balances(house.token, house.alice)).to.deep.equal([(before ?? 0n) + PRICE]);
      expect(await house.ledger.claimable(1n, house.currency)).to.equal(0n);
    });

    it("asks what the registry's ERC-2981 says, at any price", async () => {
      const { market, works, child } = await loadFixture(marketHouse);
      for (const price of [0n, 1n, 13n, 14n, 15n, 999_999n, 2n ** 96n - 1n]) {
        const { royaltyAmount } = await works.royaltyInfo(child, price);
        expect((await market.royaltyOf(await works.getAddress(), child, price)).royalty).to.equal(royaltyAmount);
      }
    });

    it("asks at most 10 % of a work whose stack is higher", async () => {
      const house = await loadFixture(marketHouse);
      const { market, works, ledger, bob, carol, currency } = house;
      const item = await registerChild(house as never, bob, "deep", [{ id: 1n, share: 250_000 }]);
      const { order, signature } = await signed(house, bob, Kind.Listing, { item });
      await market.connect(carol).buy(order, signature, carol.address);
      expect((await ledger.accountOf(item, currency)).passed).to.equal(400_000n);
      const { royaltyAmount } = await works.royaltyInfo(item, PRICE);
      expect(royaltyAmount).to.equal(100_000n);
    });

    it("sells for nothing, and for one unit", async () => {
      for (const price of [0n, 1n]) {
        const house = await loadFixture(marketHouse);
        const { call } = await buyChild(house, { price });
        await call;
        expect(await house.works.ownerOf(house.child)).to.equal(house.carol.address);
      }
    });

    it("refuses coin that is not the price, and any coin for a price in a token", async () => {
      const house = await loadFixture(marketHouse);
      const { market, bob, carol } = house;
      const coin = await signed(house, bob, Kind.Listing, { currency: COIN });
      const token = await signed(house, bob, Kind.Listing);
      for (const [{ order, signature }, value, due] of [
        [coin, PRICE - 1n, PRICE],
        [coin, PRICE + 1n, PRICE],
        [token, 1n, 0n],
      ] as const) {
        await expect(market.connect(carol).buy(order, signature, carol.address, { value }))
          .to.be.revertedWithCustomError(market, "SettlementWrongValue")
          .withArgs(due, value);
      }
    });

    it("fills from the first to the last second signed, and at no other time", async () => {
      for (const [at, good] of [
        [99, false],
        [100, true],
        [200, true],
        [201, false],
      ] as const) {
        const house = await loadFixture(marketHouse);
        const { market, bob, carol } = house;
        const now = await time.latest();
        const { order, signature } = await signed(house, bob, Kind.Listing, { startsAt: now + 100, endsAt: now + 200 });
        await time.setNextBlockTimestamp(now + at);
        const call = market.connect(carol).buy(order, signature, carol.address);
        if (good) await expect(call).to.emit(market, "OrderFilled");
        else {
          await expect(call)
            .to.be.revertedWithCustomError(market, "MarketplaceNotActive")
            .withArgs(order.startsAt, order.endsAt);
        }
      }
    });

    it("sells to the named taker only, and to nobody his own", async () => {
      const house = await loadFixture(marketHouse);
      const { market, bob, carol, dave } = house;
      const { order, signature } = await signed(house, bob, Kind.Listing, { taker: dave.address });
      await expect(market.connect(carol).buy(order, signature, carol.address))
        .to.be.revertedWithCustomError(market, "MarketplaceNotTaker")
        .withArgs(dave.address, carol.address);
      await market.connect(dave).buy(order, signature, dave.address);
      const own = await signed(house, bob, Kind.Listing);
      await expect(market.connect(bob).buy(own.order, own.signature, bob.address))
        .to.be.revertedWithCustomError(market, "MarketplaceOwnOrder")
        .withArgs(bob.address);
    });

    it("sells a token once, however often it is listed, and not after the seller gave it away", async () => {
      const house = await loadFixture(marketHouse);
      const { market, works, bob, carol, dave, child } = house;
      const first = await signed(house, bob, Kind.Listing);
      const second = await signed(house, bob, Kind.Listing);
      await market.connect(carol).buy(first.order, first.signature, carol.address);
      await expect(
        market.connect(dave).buy(second.order, second.signature, dave.address),
      ).to.be.revertedWithCustomError(works, "ERC721IncorrectOwner");
      await works.connect(carol).transferFrom(carol.address, bob.address, child);
      await expect(market.connect(dave).buy(first.order, first.signature, dave.address))
        .to.be.revertedWithCustomError(market, "MarketplaceNonceUsed")
        .withArgs(bob.address, first.order.nonce);
    });
  });

  describe("licenses", () => {
    it("pays 5 % of a resale to the licensed work", async () => {
      const house = await loadFixture(marketHouse);
      const id = await issueLicense(house, house.bob);
      const { order, signature } = await signed(house, house.bob, Kind.Listing, {
        asset: house.addresses.licenses,
        item: id,
      });
      await house.market.connect(house.carol).buy(order, signature, house.carol.address);
      expect(await house.licenses.ownerOf(id)).to.equal(house.carol.address);
      expect(await house.ledger.claimable(1n, house.currency)).to.equal(50_000n);
    });

    it("refuses one that may not be transferred, has expired, or was used", async () => {
      const house = await loadFixture(marketHouse);
      const { market, bob, carol } = house;
      const locked = await issueLicense(house, bob, terms(0, "derivatives"));
      const expiring = await issueLicense(house, bob, { ...remixTerms(0), duration: 1000 });
      const used = await issueLicense(house, bob);
      await house.works.connect(bob).registerDerivative({ ...newWork("uses it") }, [used]);
      await time.increase(1001);
      for (const [item, error] of [
        [locked, "SettlementLicenseLocked"],
        [expiring, "SettlementLicenseSpent"],
        [used, "SettlementLicenseSpent"],
      ] as const) {
        const { order, signature } = await signed(house, bob, Kind.Listing, { asset: house.addresses.licenses, item });
        await expect(market.connect(carol).buy(order, signature, carol.address))
          .to.be.revertedWithCustomError(market, error)
          .withArgs(item);
      }
    });
  });

  describe("acceptOffer", () => {
    it("takes the price from the maker, pays the caller, and gives the maker the work", async () => {
      const house = await loadFixture(marketHouse);
      const { market, works, ledger, token, bob, carol, child, currency } = house;
      const { order, signature } = await signed(house, carol, Kind.TokenOffer);
      const before = await balances(token, bob, carol);
      await expect(market.connect(bob).acceptOffer(Kind.TokenOffer, order, signature, child, [], PRICE - ROYALTY))
        .to.emit(market, "OrderFilled")
        .withArgs(
          await market.hashOf(Kind.TokenOffer, order),
          bob.address,
          carol.address,
          1n,
          await works.getAddress(),
          child,
          currency,
          PRICE,
          ROYALTY,
          0n,
          COIN,
          0n,
        );
      expect(await works.ownerOf(child)).to.equal(carol.address);
      expect(await balances(token, bob, carol)).to.deep.equal([
        (before[0] ?? 0n) + PRICE - ROYALTY,
        (before[1] ?? 0n) - PRICE,
      ]);
      expect((await ledger.accountOf(child, currency)).passed).to.equal(PRICE);
    });

    it("takes any token of the collection, or those of a trait, and no other", async () => {
      const house = await loadFixture(marketHouse);
      const { market, bob, carol } = house;
      const { collection, asset } = await deployCollection(house, bob);
      const tree = traitTree([2n, 3n, 5n, 7n, 8n]);
      const any = await signed(house, carol, Kind.CollectionOffer, { asset, item: 0n });
      await market.connect(bob).acceptOffer(Kind.CollectionOffer, any.order, any.signature, 4n, [], 0n);
      for (const id of [2n, 7n, 8n]) {
        const { order, signature } = await signed(house, carol, Kind.TraitOffer, { asset, item: tree.root });
        await expect(market.connect(bob).acceptOffer(Kind.TraitOffer, order, signature, 1n, tree.proofOf(id), 0n))
          .to.be.revertedWithCustomError(market, "MarketplaceWrongToken")
          .withArgs(1n);
        await expect(
          market.connect(bob).acceptOffer(Kind.TraitOffer, order, signature, id, tree.proofOf(id).slice(1), 0n),
        )
          .to.be.revertedWithCustomError(market, "MarketplaceWrongToken")
          .withArgs(id);
        await market.connect(bob).acceptOffer(Kind.TraitOffer, order, signature, id, tree.proofOf(id), 0n);
        expect(await collection.ownerOf(id)).to.equal(carol.address);
      }
      const one = await signed(house, carol, Kind.TokenOffer, { asset, item: 5n });
      await expect(market.connect(bob).acceptOffer(Kind.TokenOffer, one.order, one.signature, 6n, [], 0n))
        .to.be.revertedWithCustomError(market, "MarketplaceWrongToken")
        .withArgs(6n);
    });

    it("refuses an inner node of a trait's tree as a token id", async () => {
      const house = await loadFixture(marketHouse);
      const { market, bob, carol } = house;
      const { collection, asset } = await deployCollection(house, bob);
      const tree = traitTree([1n, 2n, 3n, 4n]);
      const inner = traitTree([1n, 2n]).root;
      await collection.mint(bob.address, inner);
      const { order, signature } = await signed(house, carol, Kind.TraitOffer, { asset, item: tree.root });
      const proof = [ethers.toBeHex(traitTree([3n, 4n]).root, 32)];
      await expect(market.connect(bob).acceptOffer(Kind.TraitOffer, order, signature, inner, proof, 0n))
        .to.be.revertedWithCustomError(market, "MarketplaceWrongToken")
        .withArgs(inner);
      const long = await signed(house, carol, Kind.TraitOffer, { asset, item: tree.root });
      await expect(
        market
          .connect(bob)
          .acceptOffer(Kind.TraitOffer, long.order, long.signature, 1n, Array(33).fill(ethers.ZeroHash), 0n),
      ).to.be.revertedWithCustomError(market, "MarketplaceWrongToken");
    });

    it("refuses less than the seller wants, coin, and what is no offer", async () => {
      const house = await loadFixture(marketHouse);
      const { market, bob, carol, child } = house;
      const { order, signature } = await signed(house, carol, Kind.TokenOffer);
      await expect(market.connect(bob).acceptOffer(Kind.TokenOffer, order, signature, child, [], PRICE - ROYALTY + 1n))
        .to.be.revertedWithCustomError(market, "MarketplaceBelowMinProceeds")
        .withArgs(PRICE - ROYALTY + 1n, PRICE - ROYALTY);
      const coin = await signed(house, carol, Kind.TokenOffer, { currency: COIN });
      await expect(
        market.connect(bob).acceptOffer(Kind.TokenOffer, coin.order, coin.signature, child, [], 0n),
      ).to.be.revertedWithCustomError(market, "MarketplaceCoinOffer");
      const listing = await signed(house, carol, Kind.Listing);
      await expect(
        market.connect(bob).acceptOffer(Kind.Listing, listing.order, listing.signature, child, [], 0n),
      ).to.be.revertedWithCustomError(market, "MarketplaceNotAnOffer");
      const odd = await signed(house, carol, Kind.CollectionOffer, { item: 5n });
      await expect(
        market.connect(bob).acceptOffer(Kind.CollectionOffer, odd.order, odd.signature, child, [], 0n),
      ).to.be.revertedWithCustomError(market, "MarketplaceWrongToken");
    });
  });

  describe("fees", () => {
    it("pays the referrer the maker signed, and not whom the buyer would like (TITLES: the wrong referrer was paid)", async () => {
      const house = await loadFixture(marketHouse);
      const { market, token, bob, carol, referrer, dave } = house;
      const { order, signature } = await signed(house, bob, Kind.Listing, {
        referrer: referrer.address,
        referrerFee: 25_000,
      });
      await expect(market.connect(carol).buy({ ...order, referrer: dave.address }, signature, carol.address))
        .to.be.revertedWithCustomError(market, "MarketplaceBadSignature")
        .withArgs(bob.address);
      await market.connect(carol).buy(order, signature, carol.address);
      expect(await balances(token, referrer)).to.deep.equal([25_000n]);
    });

    it("pays nobody a referrer's fee without a referrer, and refuses more than 10 %", async () => {
      const house = await loadFixture(marketHouse);
      const { market, token, bob, carol } = house;
      const [before] = await balances(token, bob);
      const { order, signature } = await signed(house, bob, Kind.Listing, { referrerFee: 100_000 });
      await market.connect(carol).buy(order, signature, carol.address);
      expect(await balances(token, bob)).to.deep.equal([(before ?? 0n) + PRICE - ROYALTY]);
      const greedy = await signed(house, carol, Kind.Listing, { referrerFee: 100_001 });
      await expect(market.connect(bob).buy(greedy.order, greedy.signature, bob.address))
        .to.be.revertedWithCustomError(market, "MarketplaceReferrerFeeTooHigh")
        .withArgs(100_001n);
    });

    it("keeps the protocol's fee for the rewards, in coin and token, whoever asks for it", async () => {
      const house = await loadFixture(marketHouse);
      const { market, token, bob, carol, rewards, dave, currency, child, works } = house;
      await setProtocolFee(house, market, 20_000n);
      const first = await buyChild(house);
      await expect(first.call).to.emit(market, "Credited").withArgs(rewards.address, currency, 20_000n);
      await works.connect(carol).transferFrom(carol.address, bob.address, child);
      await (await buyChild(house, { currency: COIN })).call;
      await expect(market.connect(dave).withdrawFor(rewards.address, currency))
        .to.emit(market, "Withdrawn")
        .withArgs(rewards.address, currency, rewards.address, 20_000n);
      expect(await balances(token, rewards)).to.deep.equal([20_000n]);
      await expect(market.connect(rewards).withdrawTo(COIN, dave.address)).to.changeEtherBalance(ethers, dave, 20_000n);
      await expect(market.connect(rewards).withdraw(COIN)).not.to.emit(market, "Withdrawn");
    });

    it("refuses an order signed for a lower protocol fee instead of charging more", async () => {
      const house = await loadFixture(marketHouse);
      const { market, bob, carol } = house;
      const { order, signature } = await signed(house, bob, Kind.Listing, { maxFee: 19_999 });
      await setProtocolFee(house, market, 20_000n);
      await expect(market.connect(carol).buy(order, signature, carol.address))
        .to.be.revertedWithCustomError(market, "MarketplaceFeeAboveSigned")
        .withArgs(19_999n, 20_000n);
    });

    it("lets only the delayed role set the fee, and at most 5 %", async () => {
      const house = await loadFixture(marketHouse);
      for (const target of [house.market, house.auctions]) {
        await expect(target.connect(house.alice).setProtocolFee(1n)).to.be.revertedWithCustomError(
          house.market,
          "AccessManagedUnauthorized",
        );
        await setProtocolFee(house, target, 50_000n);
        expect(await target.protocolFee()).to.equal(50_000n);
        await expect(setProtocolFee(house, target, 50_001n))
          .to.be.revertedWithCustomError(target as never, "SettlementFeeTooHigh")
          .withArgs(50_001n);
        await expect(target.connect(house.deployer).setProtocolFee(0n)).to.revert(ethers);
      }
    });
  });

  describe("cancelling", () => {
    it("makes what was signed with a nonce worthless, whatever it was", async () => {
      const house = await loadFixture(marketHouse);
      const { market, bob, carol, child } = house;
      const listing = await signed(house, bob, Kind.Listing, { nonce: 900n });
      const offer = await signed(house, bob, Kind.TokenOffer, { nonce: 900n });
      await expect(market.connect(bob).cancelOrder(900n)).to.emit(market, "OrderCancelled").withArgs(bob.address, 900n);
      expect(await market.nonceUsed(bob.address, 900n)).to.equal(true);
      expect(await market.nonceUsed(bob.address, 901n)).to.equal(false);
      expect(await market.nonceUsed(carol.address, 900n)).to.equal(false);
      await expect(
        market.connect(carol).buy(listing.order, listing.signature, carol.address),
      ).to.be.revertedWithCustomError(market, "MarketplaceNonceUsed");
      await expect(
        market.connect(carol).acceptOffer(Kind.TokenOffer, offer.order, offer.signature, child, [], 0n),
      ).to.be.revertedWithCustomError(market, "MarketplaceNonceUsed");
      await expect(market.connect(bob).cancelOrder(900n))
        .to.be.revertedWithCustomError(market, "MarketplaceNonceUsed")
        .withArgs(bob.address, 900n);
    });

    it("cancels up to 64 at once", async () => {
      const { market, bob } = await loadFixture(marketHouse);
      const nonces = Array.from({ length: 64 }, (_, i) => BigInt(i) * 257n + 5000n);
      await market.connect(bob).cancelOrders(nonces);
      for (const nonce of nonces) expect(await market.nonceUsed(bob.address, nonce)).to.equal(true);
      await expect(market.connect(bob).cancelOrders([...nonces.map((n) => n + 1n), 1n]))
        .to.be.revertedWithCustomError(market, "MarketplaceTooMany")
        .withArgs(65n);
    });

    it("of all changes the counter to one that could not be signed for before", async () => {
      const house = await loadFixture(marketHouse);
      const { market, bob, carol } = house;
      const old = await signed(house, bob, Kind.Listing);
      const next = await signed(house, bob, Kind.Listing, { counter: 1n });
      await expect(market.connect(bob).cancelAll())
        .to.emit(market, "AllCancelled")
        .withArgs(bob.address, (counter: bigint) => counter > 2n ** 64n);
      const counter = (await market.counterOf(bob.address)) as bigint;
      for (const { order, signature } of [old, next]) {
        await expect(market.connect(carol).buy(order, signature, carol.address))
          .to.be.revertedWithCustomError(market, "MarketplaceOldCounter")
          .withArgs(order.counter, counter);
      }
      const fresh = await signed(house, bob, Kind.Listing, { counter });
      await market.connect(carol).buy(fresh.order, fresh.signature, carol.address);
    });
  });

  it("does for a signer what he signed for the forwarder (WithSig)", async () => {
    const house = await loadFixture(marketHouse);
    const { market, withSig, works, bob, carol, relayer, child } = house;
    const { order, signature } = await signed(house, bob, Kind.Listing, { currency: COIN, taker: carol.address });
    const data = market.interface.encodeFunctionData("buy", [order, signature, carol.address]);
    const call = {
      signer: carol.address,
      target: await market.getAddress(),
      value: PRICE,
      nonce: 1n,
      deadline: 2n ** 40n,
      data,
    };
    const { chainId } = await ethers.provider.getNetwork();
    const domain = { name: "Colophon", version: "1", chainId, verifyingContract: await withSig.getAddress() };
    const fields = [
      "address signer",
      "address target",
      "uint256 value",
      "uint256 nonce",
      "uint256 deadline",
      "bytes data",
    ];
    const types = {
      SignedCall: fields.map((f) => ({ type: f.split(" ")[0] as string, name: f.split(" ")[1] as string })),
    };
    await withSig.connect(relayer).send(call, await carol.signTypedData(domain, types, call), { value: PRICE });
    expect(await works.ownerOf(child)).to.equal(carol.address);
  });

  it("has its own order hash equal to EIP-712's", async () => {
    const house = await loadFixture(marketHouse);
    for (const kind of Object.values(Kind)) {
      const order = newOrder(house, house.bob);
      expect(await house.market.hashOf(kind, order)).to.equal(
        ethers.TypedDataEncoder.hashStruct(nameOf(kind), typesOf(nameOf(kind)), typedOf(nameOf(kind), order)),
      );
    }
    expect(await sign(house, house.bob, "Listing", newOrder(house, house.bob))).to.have.property("index", 0n);
  });
});
