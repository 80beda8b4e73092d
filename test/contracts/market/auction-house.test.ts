import { expect } from "chai";
import { deployPuppet, deployToken, newWork, remixTerms } from "../house.ts";
import { ethers, loadFixture, time } from "../network.ts";
import {
  balances,
  COIN,
  DAY,
  deployCollection,
  issueLicense,
  type MarketHouse,
  marketHouse,
  PRICE,
  scheduled,
  setProtocolFee,
} from "./market-house.ts";

const Status = { Live: 1n, Sold: 2n, Returned: 3n, Cancelled: 4n, Unwound: 5n, Reclaimed: 6n };
const HOUR = 3600;

function english(house: MarketHouse, changes: object = {}) {
  return {
    asset: house.addresses.works,
    tokenId: house.child,
    currency: COIN,
    reserve: PRICE,
    increment: 50_000,
    extension: 300,
    startsAt: 0,
    duration: DAY,
    ...changes,
  };
}

function dutch(house: MarketHouse, changes: object = {}) {
  return {
    asset: house.addresses.works,
    tokenId: house.child,
    currency: COIN,
    startPrice: 10n * PRICE,
    endPrice: PRICE,
    startsAt: 0,
    duration: 9 * HOUR,
    ...changes,
  };
}

async function openEnglish(changes: object = {}) {
  const house = await marketHouse();
  await house.auctions.connect(house.bob).createEnglish(english(house, changes));
  return { ...house, house };
}
const inCoin = () => openEnglish();
async function inToken() {
  const house = await marketHouse();
  await house.auctions.connect(house.bob).createEnglish(english(house, { currency: house.currency }));
  return { ...house, house };
}
async function openDutch() {
  const house = await marketHouse();
  await house.auctions.connect(house.bob).createDutch(dutch(house));
  return { ...house, house };
}

const bid = (house: MarketHouse, who: MarketHouse["carol"], amount: bigint) =>
  house.auctions.connect(who).bid(1n, amount, { value: amount });

async function pastEnd(house: MarketHouse, id = 1n, by = 0n) {
  await time.increaseTo((await house.auctions.auctionOf(id)).endsAt + by);
}

describe("AuctionHouse", () => {
  describe("English auctions", () => {
    it("take the token into the seller's custody and say what is auctioned", async () => {
      const house = await loadFixture(marketHouse);
      const { auctions, works, bob, child, addresses } = house;
      const now = BigInt(await time.latest()) + 1n;
      await time.setNextBlockTimestamp(now);
      await expect(auctions.connect(bob).createEnglish(english(house)))
        .to.emit(auctions, "AuctionCreated")
        .withArgs(
          1n,
          bob.address,
          addresses.works,
          child,
          COIN,
          false,
          PRICE,
          0n,
          now,
          now + BigInt(DAY),
          50_000n,
          300n,
          0n,
        );
      expect(await works.ownerOf(child)).to.equal(await auctions.custodyOf(bob.address));
      expect(await auctions.priceOf(1n)).to.equal(PRICE);
      expect(await auctions.totalAuctions()).to.equal(1n);
      expect((await auctions.auctionOf(1n)).toObject()).to.deep.equal({
        seller: bob.address,
        dutch: false,
        status: Status.Live,
        asset: addresses.works,
        tokenId: child,
        currency: COIN,
        amount: PRICE,
        endPrice: 0n,
        bidder: ethers.ZeroAddress,
        startsAt: now,
        endsAt: now + BigInt(DAY),
        fee: 0n,
        increment: 50_000n,
        extension: 300n,
        extended: 0n,
      });
    });

    it("go to the highest bidder, with the royalty into the ledger and the refunds to the outbid", async () => {
      const { house, auctions, works, ledger, bob, carol, dave, erin, child, addresses } = await loadFixture(inCoin);
      await expect(bid(house, carol, PRICE))
        .to.emit(auctions, "BidPlaced")
        .withArgs(1n, carol.address, PRICE, (await auctions.auctionOf(1n)).endsAt);
      await expect(bid(house, dave, 2n * PRICE))
        .to.emit(auctions, "Credited")
        .withArgs(carol.address, COIN, PRICE);
      await pastEnd(house);
      const call = auctions.connect(erin).settle(1n);
      await expect(call).to.changeEtherBalances(
        ethers,
        [bob, addresses.ledger, addresses.auctions],
        [1_860_000n, 140_000n, -2n * PRICE],
      );
      await expect(call)
        .to.emit(auctions, "AuctionSold")
        .withArgs(1n, bob.address, dave.address, 2n * PRICE, 140_000n, 0n);
      await expect(call)
        .to.emit(ledger, "PaidUpstream")
        .withArgs(child, COIN, addresses.auctions, 140_000n, 2n * PRICE, 1n);
      expect(await works.ownerOf(child)).to.equal(dave.address);
      await expect(auctions.connect(carol).withdraw(COIN)).to.changeEtherBalance(ethers, carol, PRICE);
      expect(await ethers.provider.getBalance(addresses.auctions)).to.equal(0n);
      await expect(auctions.settle(1n))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseNotLive")
        .withArgs(1n, Status.Sold);
    });

    it("run in tokens too", async () => {
      const { house, auctions, token, ledger, bob, carol, dave, child, currency, addresses } =
        await loadFixture(inToken);
      const before = await balances(token, bob, carol, dave);
      await auctions.connect(carol).bid(1n, PRICE);
      await auctions.connect(dave).bid(1n, 2n * PRICE);
      await pastEnd(house);
      await auctions.settle(1n);
      await auctions.withdrawFor(carol.address, currency);
      expect(await balances(token, bob, carol, dave)).to.deep.equal([
        (before[0] ?? 0n) + 1_860_000n,
        before[1],
        (before[2] ?? 0n) - 2n * PRICE,
      ]);
      expect((await ledger.accountOf(child, currency)).passed).to.equal(2n * PRICE);
      expect(await token.balanceOf(addresses.auctions)).to.equal(0n);
      await expect(auctions.connect(carol).bid(1n, 3n * PRICE)).to.be.revertedWithCustomError(
        auctions,
        "AuctionHouseNotLive",
      );
    });

    it("take no bid below the reserve, nor below the last plus the increment, to the unit", async () => {
      const { house, auctions, bob, carol, dave } = await loadFixture(inCoin);
      const low = async (who: typeof carol, amount: bigint, least: bigint) =>
        await expect(bid(house, who, amount))
          .to.be.revertedWithCustomError(auctions, "AuctionHouseBidTooLow")
          .withArgs(least, amount);
      await low(carol, PRICE - 1n, PRICE);
      await bid(house, carol, PRICE + 1n);
      // 5 % of 1,000,001 is 50,000.05: rounded up.
      await low(dave, 1_050_001n, 1_050_002n);
      expect(await auctions.priceOf(1n)).to.equal(1_050_002n);
      await bid(house, dave, 1_050_002n);
      await expect(bid(house, bob, 5n * PRICE))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseOwnAuction")
        .withArgs(1n);
      await expect(auctions.connect(carol).bid(1n, 5n * PRICE, { value: 5n * PRICE - 1n }))
        .to.be.revertedWithCustomError(auctions, "SettlementWrongValue")
        .withArgs(5n * PRICE, 5n * PRICE - 1n);
    });

    it("refuse bids before the start and from the end on", async () => {
      const house = await loadFixture(marketHouse);
      const { auctions, bob, carol } = house;
      const start = (await time.latest()) + 1000;
      await auctions.connect(bob).createEnglish(english(house, { startsAt: start }));
      await time.setNextBlockTimestamp(start - 1);
      await expect(bid(house, carol, PRICE))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseNotOpen")
        .withArgs(start, start + DAY);
      await time.setNextBlockTimestamp(start);
      await bid(house, carol, PRICE);
      await time.setNextBlockTimestamp(start + DAY - 1);
      await expect(auctions.settle(1n))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseNotOver")
        .withArgs(start + DAY);
      await time.setNextBlockTimestamp(start + DAY);
      await expect(bid(house, carol, 2n * PRICE)).to.be.revertedWithCustomError(auctions, "AuctionHouseNotOpen");
      await auctions.settle(1n);
    });

    it("leave five minutes after a late bid, and two hours in all", async () => {
      const { house, auctions, carol, dave } = await loadFixture(inCoin);
      const end = (await auctions.auctionOf(1n)).endsAt as bigint;
      await time.setNextBlockTimestamp(end - 300n);
      await bid(house, carol, PRICE);
      expect((await auctions.auctionOf(1n)).endsAt).to.equal(end);
      await time.setNextBlockTimestamp(end - 10n);
      await bid(house, dave, 2n * PRICE);
      let { endsAt, extended } = await auctions.auctionOf(1n);
      expect([endsAt, extended]).to.deep.equal([end + 290n, 290n]);
      for (let round = 0n; round < 60n && extended < 7200n; ++round) {
        await time.setNextBlockTimestamp(endsAt - 1n);
        const least = (await auctions.priceOf(1n)) as bigint;
        await bid(house, round % 2n === 0n ? carol : dave, least);
        ({ endsAt, extended } = await auctions.auctionOf(1n));
      }
      expect([endsAt, extended]).to.deep.equal([end + 7200n, 7200n]);
      await time.setNextBlockTimestamp(endsAt - 1n);
      await bid(house, carol, (await auctions.priceOf(1n)) as bigint);
      expect((await auctions.auctionOf(1n)).endsAt).to.equal(endsAt);
    });

    it("are taken back by the seller before the first bid only", async () => {
      const { house, auctions, works, bob, carol, child } = await loadFixture(inCoin);
      await expect(auctions.connect(carol).cancel(1n))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseNotSeller")
        .withArgs(1n, carol.address);
      await auctions.connect(bob).cancel(1n);
      expect(await works.ownerOf(child)).to.equal(bob.address);
      expect((await auctions.auctionOf(1n)).status).to.equal(Status.Cancelled);
      await auctions.connect(bob).createEnglish(english(house));
      await auctions.connect(carol).bid(2n, PRICE, { value: PRICE });
      await expect(auctions.connect(bob).cancel(2n))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseHasBid")
        .withArgs(2n);
    });

    it("give the token back when nobody bid; anyone may do it", async () => {
      const { house, auctions, works, bob, erin, child } = await loadFixture(inCoin);
      await pastEnd(house);
      await expect(auctions.connect(erin).settle(1n)).to.emit(auctions, "AuctionReturned").withArgs(1n);
      expect(await works.ownerOf(child)).to.equal(bob.address);
    });

    it("don't let a bidder that can't take coin stand in the way of a higher bid", async () => {
      const { house, auctions, dave, addresses } = await loadFixture(inCoin);
      const puppet = await deployPuppet();
      const data = auctions.interface.encodeFunctionData("bid", [1n, PRICE]);
      await puppet.act(addresses.auctions, PRICE, data, { value: PRICE });
      await bid(house, dave, 2n * PRICE);
      expect((await auctions.auctionOf(1n)).bidder).to.equal(dave.address);
      expect(await auctions.creditOf(await puppet.getAddress(), COIN)).to.equal(PRICE);
    });

    it("don't let a seller on the token's blocklist, or one that refuses coin, stand in the way of the winner", async () => {
      const house = await loadFixture(marketHouse);
      const { auctions, works, bob, carol, child, addresses } = house;
      const token = await deployToken("BlockingToken", [carol], [addresses.auctions]);
      const currency = await token.getAddress();
      await auctions.connect(bob).createEnglish(english(house, { currency }));
      await auctions.connect(carol).bid(1n, PRICE);
      await token.setBlocked(bob.address, true);
      await pastEnd(house);
      await auctions.settle(1n);
      expect(await works.ownerOf(child)).to.equal(carol.address);
      expect(await auctions.creditOf(bob.address, currency)).to.equal(930_000n);
      await auctions.connect(bob).withdrawTo(currency, house.dave.address);
      expect(await token.balanceOf(house.dave.address)).to.equal(930_000n);
    });

    it("keep the protocol's fee they were made under", async () => {
      const { house, auctions, bob, carol, rewards, works } = await loadFixture(inCoin);
      await works.connect(bob).register(newWork("fee"));
      await bid(house, carol, PRICE);
      await setProtocolFee(house, auctions, 30_000n);
      await auctions.connect(bob).createEnglish(english(house, { tokenId: 3n }));
      await auctions.connect(carol).bid(2n, PRICE, { value: PRICE });
      await auctions.settle(1n);
      expect(await auctions.creditOf(rewards.address, COIN)).to.equal(0n);
      await pastEnd(house, 2n);
      await expect(auctions.settle(2n)).to.changeEtherBalance(ethers, bob, 970_000n);
      expect(await auctions.creditOf(rewards.address, COIN)).to.equal(30_000n);
    });

    it("refuse parameters out of bounds, each on its own", async () => {
      const house = await loadFixture(marketHouse);
      const { auctions, bob } = house;
      const now = await time.latest();
      for (const changes of [
        { reserve: 0n },
        { increment: 9_999 },
        { increment: 500_001 },
        { extension: 601 },
        { duration: 599 },
        { duration: 90 * DAY + 1 },
        { startsAt: now + 90 * DAY + 100 },
      ]) {
        await expect(auctions.connect(bob).createEnglish(english(house, changes))).to.be.revertedWithCustomError(
          auctions,
          "AuctionHouseBadParams",
        );
      }
      for (const changes of [{ endPrice: 0n }, { endPrice: 10n * PRICE + 1n }, { duration: 599 }]) {
        await expect(auctions.connect(bob).createDutch(dutch(house, changes))).to.be.revertedWithCustomError(
          auctions,
          "AuctionHouseBadParams",
        );
      }
      await auctions
        .connect(bob)
        .createEnglish(english(house, { reserve: 1n, increment: 500_000, extension: 600, duration: 600 }));
    });

    it("refuse tokens that keep a part of a bid, and bids of others' tokens", async () => {
      const house = await loadFixture(marketHouse);
      const { auctions, bob, carol, addresses } = house;
      const fee = await deployToken("FeeToken", [carol], [addresses.auctions]);
      await auctions.connect(bob).createEnglish(english(house, { currency: await fee.getAddress() }));
      await expect(auctions.connect(carol).bid(1n, PRICE))
        .to.be.revertedWithCustomError(auctions, "SettlementShortPayment")
        .withArgs(await fee.getAddress(), PRICE, 970_000n);
      await expect(auctions.connect(carol).createEnglish(english(house, { tokenId: 1n }))).to.revert(ethers);
    });

    it("take an ERC-20 for no collection, so that none's bids can be auctioned off", async () => {
      const { house, auctions, token, bob, carol, addresses, currency } = await loadFixture(inToken);
      await auctions.connect(carol).bid(1n, PRICE);
      await token.connect(bob).approve(addresses.auctions, ethers.MaxUint256);
      await expect(auctions.connect(bob).createEnglish(english(house, { asset: currency, tokenId: PRICE }))).to.revert(
        ethers,
      );
      const silent = await deployCollection(house, bob, "AwkwardCollection");
      await silent.collection.setSilent(true);
      await expect(auctions.connect(bob).createEnglish(english(house, { asset: silent.asset, tokenId: 1n })))
        .to.be.revertedWithCustomError(auctions, "SettlementNotMoved")
        .withArgs(silent.asset, 1n);
    });
  });

  describe("when a collection doesn't let go", () => {
    async function stuck() {
      const house = await marketHouse();
      const { collection, asset } = await deployCollection(house, house.bob, "AwkwardCollection");
      await house.auctions.connect(house.bob).createEnglish(english(house, { asset, tokenId: 1n }));
      await bid(house, house.carol, PRICE);
      await collection.setStuck(true);
      return { ...house, house, collection, asset };
    }

    it("the bidder gets the money back after 7 days, and the seller the token whenever it can move", async () => {
      const { house, auctions, collection, bob, carol, erin } = await loadFixture(stuck);
      await pastEnd(house);
      await expect(auctions.settle(1n)).to.be.revertedWithCustomError(collection, "AwkwardCollectionStuck");
      const { endsAt } = await auctions.auctionOf(1n);
      await time.setNextBlockTimestamp(endsAt + 604_799n);
      await expect(auctions.unwind(1n))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseNotOver")
        .withArgs(endsAt + 604_800n);
      await expect(auctions.reclaim(1n))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseNotLive")
        .withArgs(1n, Status.Live);
      await time.setNextBlockTimestamp(endsAt + 604_800n);
      await expect(auctions.connect(erin).unwind(1n))
        .to.emit(auctions, "AuctionUnwound")
        .withArgs(1n, carol.address, PRICE);
      await expect(auctions.connect(carol).withdraw(COIN)).to.changeEtherBalance(ethers, carol, PRICE);
      await expect(auctions.reclaim(1n)).to.be.revertedWithCustomError(collection, "AwkwardCollectionStuck");
      await collection.setStuck(false);
      await auctions.connect(erin).reclaim(1n);
      expect(await collection.ownerOf(1n)).to.equal(bob.address);
      for (const again of [auctions.reclaim(1n), auctions.settle(1n), auctions.unwind(1n)]) {
        await expect(again)
          .to.be.revertedWithCustomError(auctions, "AuctionHouseNotLive")
          .withArgs(1n, Status.Reclaimed);
      }
    });

    it("settling within the week sells as if nothing had been", async () => {
      const { house, auctions, collection, carol } = await loadFixture(stuck);
      await pastEnd(house, 1n, BigInt(6 * DAY));
      await collection.setStuck(false);
      await auctions.settle(1n);
      expect(await collection.ownerOf(1n)).to.equal(carol.address);
    });

    it("a license that expires before it is handed over is not paid for", async () => {
      const house = await loadFixture(marketHouse);
      const { auctions, licenses, bob, carol, addresses } = house;
      const id = await issueLicense(house, bob, { ...remixTerms(0), duration: 3 * HOUR });
      await auctions
        .connect(bob)
        .createEnglish(english(house, { asset: addresses.licenses, tokenId: id, duration: 4 * HOUR }));
      await bid(house, carol, PRICE);
      await pastEnd(house);
      await expect(auctions.settle(1n)).to.be.revertedWithCustomError(auctions, "SettlementLicenseSpent").withArgs(id);
      await pastEnd(house, 1n, BigInt(7 * DAY));
      await auctions.unwind(1n);
      await auctions.reclaim(1n);
      expect(await auctions.creditOf(carol.address, COIN)).to.equal(PRICE);
      expect(await licenses.ownerOf(id)).to.equal(bob.address);
    });
  });

  describe("Dutch auctions", () => {
    it("fall in a straight line and sell at the price of the moment; the rest of the coin goes back", async () => {
      const { auctions, works, bob, carol, child, addresses } = await loadFixture(openDutch);
      const { startsAt } = await auctions.auctionOf(1n);
      for (const [hours, price] of [
        [1, 9n],
        [4, 6n],
      ] as const) {
        await time.increaseTo(startsAt + BigInt(hours * HOUR));
        expect(await auctions.priceOf(1n)).to.equal(price * PRICE);
      }
      await time.setNextBlockTimestamp(startsAt + BigInt(5 * HOUR));
      const call = auctions.connect(carol).buyDutch(1n, 6n * PRICE, { value: 6n * PRICE });
      await expect(call).to.changeEtherBalances(
        ethers,
        [bob, carol, addresses.ledger, addresses.auctions],
        [4_650_000n, -5n * PRICE, 350_000n, 0n],
      );
      await expect(call)
        .to.emit(auctions, "AuctionSold")
        .withArgs(1n, bob.address, carol.address, 5n * PRICE, 350_000n, 0n);
      expect(await works.ownerOf(child)).to.equal(carol.address);
      expect(await auctions.priceOf(1n)).to.equal(5n * PRICE);
    });

    it("sell for a token straight from the buyer, at most at his price", async () => {
      const house = await loadFixture(marketHouse);
      const { auctions, token, bob, carol, currency, addresses } = house;
      await auctions.connect(bob).createDutch(dutch(house, { currency }));
      const { startsAt, endsAt } = await auctions.auctionOf(1n);
      await time.setNextBlockTimestamp(startsAt + BigInt(HOUR));
      await expect(auctions.connect(carol).buyDutch(1n, 9n * PRICE - 1n))
        .to.be.revertedWithCustomError(auctions, "AuctionHousePriceAboveMax")
        .withArgs(9n * PRICE, 9n * PRICE - 1n);
      await time.setNextBlockTimestamp(endsAt - 1n);
      await expect(auctions.connect(carol).buyDutch(1n, PRICE, { value: 1n })).to.revert(ethers);
      const fresh = await loadFixture(marketHouse);
      await fresh.auctions.connect(fresh.bob).createDutch(dutch(fresh, { currency: fresh.currency }));
      const [before] = await balances(fresh.token, fresh.bob);
      await time.setNextBlockTimestamp((await fresh.auctions.auctionOf(1n)).startsAt + BigInt(HOUR));
      await fresh.auctions.connect(fresh.carol).buyDutch(1n, 9n * PRICE);
      expect(await balances(fresh.token, fresh.bob)).to.deep.equal([(before ?? 0n) + 8_370_000n]);
      expect(await token.balanceOf(addresses.auctions)).to.equal(0n);
    });

    it("refuse too little coin, the seller, the end, and bids", async () => {
      const { house, auctions, bob, carol, works, child } = await loadFixture(openDutch);
      await expect(
        auctions.connect(bob).buyDutch(1n, 10n * PRICE, { value: 10n * PRICE }),
      ).to.be.revertedWithCustomError(auctions, "AuctionHouseOwnAuction");
      await expect(auctions.connect(carol).buyDutch(1n, 10n * PRICE, { value: PRICE })).to.be.revertedWithCustomError(
        auctions,
        "SettlementWrongValue",
      );
      await expect(bid(house, carol, 10n * PRICE))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseWrongKind")
        .withArgs(1n);
      await pastEnd(house);
      await expect(
        auctions.connect(carol).buyDutch(1n, 10n * PRICE, { value: 10n * PRICE }),
      ).to.be.revertedWithCustomError(auctions, "AuctionHouseNotOpen");
      expect(await auctions.priceOf(1n)).to.equal(PRICE);
      await auctions.settle(1n);
      expect(await works.ownerOf(child)).to.equal(bob.address);
      await expect(auctions.buyDutch(2n, 1n))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseUnknown")
        .withArgs(2n);
    });

    it("are no English auctions, and can be taken back while unsold", async () => {
      const { house, auctions, works, bob, carol, child } = await loadFixture(inCoin);
      await expect(auctions.connect(carol).buyDutch(1n, PRICE, { value: PRICE }))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseWrongKind")
        .withArgs(1n);
      await auctions.connect(bob).cancel(1n);
      await auctions.connect(bob).createDutch(dutch(house));
      await auctions.connect(bob).cancel(2n);
      expect(await works.ownerOf(child)).to.equal(bob.address);
    });
  });

  describe("custody", () => {
    it("gives the seller what anyone claims for the work meanwhile", async () => {
      const { auctions, ledger, token, bob, carol, dave, child, currency } = await loadFixture(inCoin);
      for (const [money, value] of [
        [COIN, PRICE],
        [currency, 0n],
      ] as const) {
        await ledger.connect(dave).pay(child, money, PRICE, { value });
        await ledger.connect(carol).claim(child, money);
      }
      await expect(auctions.connect(bob).collect(COIN, dave.address)).to.changeEtherBalance(ethers, dave, 930_000n);
      const [before] = await balances(token, bob);
      await expect(auctions.connect(bob).collect(currency, bob.address))
        .to.emit(auctions, "IncomeCollected")
        .withArgs(bob.address, currency, bob.address, 930_000n);
      expect(await balances(token, bob)).to.deep.equal([(before ?? 0n) + 930_000n]);
    });

    it("lets the seller take nothing out that is auctioned, and others nothing at all", async () => {
      const { house, auctions, works, bob, carol, child, addresses } = await loadFixture(inCoin);
      await expect(auctions.connect(bob).collect(addresses.works, bob.address))
        .to.be.revertedWithCustomError(auctions, "AuctionHouseInCustody")
        .withArgs(addresses.works);
      await expect(
        auctions.connect(bob).collectItem(addresses.works, child, bob.address),
      ).to.be.revertedWithCustomError(auctions, "AuctionHouseInCustody");
      const custody = await ethers.getContractAt("AuctionCustody", await auctions.custodyOf(bob.address));
      await expect(custody.getFunction("release")(addresses.works, child, carol.address))
        .to.be.revertedWithCustomError(custody, "AuctionCustodyNotHouse")
        .withArgs(house.deployer.address);
      await expect(custody.getFunction("forward")(COIN, carol.address)).to.be.revertedWithCustomError(
        custody,
        "AuctionCustodyNotHouse",
      );
      await expect(auctions.connect(carol).collectItem(addresses.works, child, carol.address)).to.revert(ethers);
      expect(await works.ownerOf(child)).to.equal(await auctions.custodyOf(bob.address));
    });

    it("gives back a token that was sent there by mistake", async () => {
      const { house, auctions, bob } = await loadFixture(inCoin);
      const { collection, asset } = await deployCollection(house, bob);
      await collection.connect(bob).transferFrom(bob.address, await auctions.custodyOf(bob.address), 5n);
      await auctions.connect(bob).collectItem(asset, 5n, bob.address);
      expect(await collection.ownerOf(5n)).to.equal(bob.address);
    });
  });

  it("can be paused for new auctions only: bids, settling and refunds go on", async () => {
    const { house, auctions, works, authority, deployer, bob, carol, dave } = await loadFixture(inCoin);
    const selector = auctions.interface.getFunction("pause")?.selector;
    await scheduled(
      house,
      await authority.getAddress(),
      authority.interface.encodeFunctionData("setTargetFunctionRole", [await auctions.getAddress(), [selector], 3n]),
    );
    await auctions.connect(bob).cancel(1n);
    await auctions.connect(bob).createEnglish(english(house));
    await auctions.connect(deployer).pause();
    await works.connect(bob).register(newWork("paused"));
    await expect(auctions.connect(bob).createEnglish(english(house, { tokenId: 3n }))).to.be.revertedWithCustomError(
      auctions,
      "NewIdsArePaused",
    );
    await expect(auctions.connect(bob).createDutch(dutch(house, { tokenId: 3n }))).to.be.revertedWithCustomError(
      auctions,
      "NewIdsArePaused",
    );
    for (const [who, amount] of [
      [carol, PRICE],
      [dave, 2n * PRICE],
    ] as const) {
      await auctions.connect(who).bid(2n, amount, { value: amount });
    }
    await pastEnd(house, 2n);
    await auctions.settle(2n);
    await expect(auctions.connect(carol).withdraw(COIN)).to.changeEtherBalance(ethers, carol, PRICE);
  });

  it("lets no collection and no token call back in the middle", async () => {
    const house = await loadFixture(marketHouse);
    const { auctions, bob, carol, addresses } = house;
    const { collection, asset } = await deployCollection(house, bob, "AwkwardCollection");
    const token = await deployToken("ReentrantToken", [carol], [addresses.auctions]);
    const currency = await token.getAddress();
    const guard = ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10);
    await auctions.connect(bob).createEnglish(english(house, { asset, tokenId: 1n, currency }));
    await token.arm(addresses.auctions, auctions.interface.encodeFunctionData("withdraw", [currency]));
    await auctions.connect(carol).bid(1n, PRICE);
    expect(await token.answer()).to.equal(guard);
    await pastEnd(house);
    await collection.arm(addresses.auctions, auctions.interface.encodeFunctionData("unwind", [1n]));
    await auctions.settle(1n);
    expect(await collection.answer()).to.equal(guard);
    expect(await auctions.creditOf(carol.address, currency)).to.equal(0n);
  });

  it("stays under 400 thousand gas for each step, and 20 thousand bytes", async () => {
    const house = await loadFixture(marketHouse);
    const { auctions, bob, carol, dave, currency, addresses } = house;
    const gas = async (call: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>) =>
      (await (await call).wait())?.gasUsed ?? 0n;
    const steps = {
      create: await gas(auctions.connect(bob).createEnglish(english(house, { currency }))),
      bid: await gas(auctions.connect(carol).bid(1n, PRICE)),
      outbid: await gas(auctions.connect(dave).bid(1n, 2n * PRICE)),
      settle: 0n,
    };
    await pastEnd(house);
    steps.settle = await gas(auctions.settle(1n));
    if (process.env.SHOW_GAS) console.log(steps);
    for (const [step, used] of Object.entries(steps)) expect(used, step).to.be.below(400_000n);
    for (const at of [addresses.auctions, addresses.marketplace]) {
      expect(ethers.dataLength(await ethers.provider.getCode(at))).to.be.at.most(20_000);
    }
  });
});
