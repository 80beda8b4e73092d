import { expect } from "chai";
import { newWork, offerOf, remixTerms } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import { COIN, deployCollection, FOREVER, type MarketHouse, marketHouse, PRICE } from "./market-house.ts";
import { Kind, nameOf, newOrder, type Order, type Signature, sign, signed, signTree, traitTree } from "./orders.ts";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function expectBad(house: MarketHouse, order: Order, signature: Signature) {
  await expect(house.market.connect(house.carol).buy(order, signature, house.carol.address))
    .to.be.revertedWithCustomError(house.market, "MarketplaceBadSignature")
    .withArgs(order.maker);
}

/** The other signature of the same message by the same key: s mirrored, v flipped. */
function malleable({ signature, ...rest }: Signature): Signature {
  const { r, s, v } = ethers.Signature.from(signature);
  const flipped = ethers.toBeHex(CURVE_ORDER - BigInt(s), 32);
  return { ...rest, signature: ethers.concat([r, flipped, ethers.toBeHex(v === 27 ? 28 : 27, 1)]) };
}

describe("Marketplace signatures", () => {
  it("are good on one chain, one contract, under one name and version", async () => {
    const house = await loadFixture(marketHouse);
    const order = newOrder(house, house.bob);
    for (const domain of [
      { chainId: 1n },
      { verifyingContract: house.addresses.auctions },
      { name: "Colophon" },
      { version: "2" },
    ]) {
      await expectBad(house, order, await sign(house, house.bob, "Listing", order, domain));
    }
  });

  it("are good for one action: no kind of order passes for another (TITLES: one signature did and undid)", async () => {
    const house = await loadFixture(marketHouse);
    const { market, bob, carol, child } = house;
    const itemFor = { 0: child, 1: child, 2: 0n, 3: traitTree([child]).root };
    for (const kind of Object.values(Kind)) {
      for (const other of Object.values(Kind).filter((k) => k !== kind)) {
        // The order fits what the other kind asks for, so that only its signature is wrong.
        const order = newOrder(house, bob, { item: itemFor[other] });
        const signature = await sign(house, bob, nameOf(kind), order);
        if (other === Kind.Listing) await expectBad(house, order, signature);
        else {
          await expect(market.connect(carol).acceptOffer(other, order, signature, child, [], 0n))
            .to.be.revertedWithCustomError(market, "MarketplaceBadSignature")
            .withArgs(bob.address);
        }
      }
    }
  });

  it("bind every field of the order", async () => {
    const house = await loadFixture(marketHouse);
    const { market, bob, carol, dave } = house;
    const { order, signature } = await signed(house, bob, Kind.Listing, {
      referrer: dave.address,
      referrerFee: 10,
      taker: carol.address,
    });
    const changes: Partial<Order>[] = [
      { taker: ethers.ZeroAddress },
      { asset: house.addresses.licenses },
      { item: 1n },
      { currency: house.addresses.works },
      { price: 0n },
      { maxFee: 49_999 },
      { referrer: carol.address },
      { referrerFee: 0 },
      { startsAt: 1 },
      { endsAt: FOREVER - 1 },
      { nonce: 77_777n },
    ];
    for (const change of changes) await expectBad(house, { ...order, ...change }, signature);
    await expect(
      market.connect(carol).buy({ ...order, counter: 1n }, signature, carol.address),
    ).to.be.revertedWithCustomError(market, "MarketplaceOldCounter");
    await expectBad(house, { ...order, maker: dave.address }, signature);
    await market.connect(carol).buy(order, signature, carol.address);
  });

  it("can't be used twice by writing them otherwise (TITLES: signatures were told apart by their bytes)", async () => {
    const house = await loadFixture(marketHouse);
    const { market, works, bob, carol, child } = house;
    const { order, signature } = await signed(house, bob, Kind.Listing);
    await expectBad(house, order, malleable(signature));
    const { r, yParityAndS } = ethers.Signature.from(signature.signature);
    await expectBad(house, order, { ...signature, signature: ethers.concat([r, yParityAndS]) });
    await market.connect(carol).buy(order, signature, carol.address);
    await works.connect(carol).transferFrom(carol.address, bob.address, child);
    for (const again of [signature, malleable(signature)]) {
      await expect(market.connect(carol).buy(order, again, carol.address)).to.be.revertedWithCustomError(
        market,
        "MarketplaceNonceUsed",
      );
    }
  });

  it("refuse empty, short and foreign ones, and the zero address as maker", async () => {
    const house = await loadFixture(marketHouse);
    const { order, signature } = await signed(house, house.bob, Kind.Listing);
    for (const bytes of ["0x", "0x00", signature.signature.slice(0, -2), `${signature.signature}00`]) {
      await expectBad(house, order, { ...signature, signature: bytes });
    }
    await expectBad(house, order, await sign(house, house.dave, "Listing", order));
    const nobody = newOrder(house, { address: ethers.ZeroAddress });
    await expectBad(house, nobody, { signature: `0x${"00".repeat(65)}`, index: 0n, proof: [] });
    await expectBad(house, nobody, await sign(house, house.bob, "Listing", nobody));
  });

  it("of contracts are asked of the contract (ERC-1271), at the time of the fill", async () => {
    const house = await loadFixture(marketHouse);
    const { market, works, bob, carol, dave, child } = house;
    const wallet = await ethers.deployContract("KeyedWallet", [bob.address]);
    const maker = { address: await wallet.getAddress() };
    await works.connect(bob).transferFrom(bob.address, maker.address, child);
    await wallet.getFunction("act")(
      house.addresses.works,
      0n,
      works.interface.encodeFunctionData("setApprovalForAll", [house.addresses.marketplace, true]),
    );
    const order = newOrder(house, maker);
    await expectBad(house, order, await sign(house, dave, "Listing", order));
    const signature = await sign(house, bob, "Listing", order);
    await wallet.getFunction("setKey")(dave.address);
    await expectBad(house, order, signature);
    await wallet.getFunction("setKey")(bob.address);
    await market.connect(carol).buy(order, signature, carol.address);
    expect(await works.ownerOf(child)).to.equal(carol.address);
    expect(await house.token.balanceOf(maker.address)).to.equal(930_000n);
  });

  describe("over trees", () => {
    it("sign up to 1,024 orders at once, each of them filled by its own proof", async () => {
      for (const count of [2, 3, 8]) {
        const house = await loadFixture(marketHouse);
        const { market, bob, carol } = house;
        const { collection, asset } = await deployCollection(house, bob);
        const orders = Array.from({ length: count }, (_, i) => newOrder(house, bob, { asset, item: BigInt(i + 1) }));
        const signatures = await signTree(house, bob, "Listing", orders);
        for (const [i, order] of orders.entries()) {
          await market.connect(carol).buy(order, signatures[i], carol.address);
          expect(await collection.ownerOf(order.item)).to.equal(carol.address);
        }
      }
    });

    it("sign trees of offers and of vouchers too", async () => {
      const house = await loadFixture(marketHouse);
      const { market, works, bob, carol, alice, dave, child } = house;
      const offers = [newOrder(house, carol), newOrder(house, carol, { item: 0n })];
      const [first] = await signTree(house, carol, "TokenOffer", offers);
      await market.connect(bob).acceptOffer(Kind.TokenOffer, offers[0], first, child, [], 0n);
      expect(await works.ownerOf(child)).to.equal(carol.address);
      const vouchers = [1, 2, 3].map((i) => newVoucher(house, alice, `tree ${i}`, 50_000n + BigInt(i)));
      const signatures = await signTree(house, alice, "Voucher", vouchers);
      for (const [i, voucher] of vouchers.entries()) {
        await market.connect(dave).redeem(voucher, signatures[i], dave.address);
        expect(await works.ownerOf(BigInt(3 + i))).to.equal(dave.address);
      }
    });

    it("refuse a proof that is shorter, longer, of another leaf, or of another tree", async () => {
      const house = await loadFixture(marketHouse);
      const { bob, market, carol } = house;
      const orders = [1n, 2n, 3n, 4n].map((item) => newOrder(house, bob, { item }));
      const signatures = await signTree(house, bob, "Listing", orders);
      const [order, signature] = [orders[1] as Order, signatures[1] as Signature];
      await expectBad(house, order, { ...signature, proof: signature.proof.slice(0, 1) });
      await expectBad(house, order, { ...signature, proof: [] });
      await expectBad(house, order, { ...signature, proof: [...signature.proof, ethers.ZeroHash] });
      await expectBad(house, order, { ...signature, index: 0n });
      await expectBad(house, orders[0] as Order, signature);
      const outside = newOrder(house, bob, { item: 9n });
      await expectBad(house, outside, signature);
      await expect(market.connect(carol).buy(order, { ...signature, index: 5n }, carol.address))
        .to.be.revertedWithCustomError(market, "MarketplaceBadIndex")
        .withArgs(5n);
      await expect(
        market.connect(carol).buy(order, { ...signature, proof: Array(11).fill(ethers.ZeroHash) }, carol.address),
      )
        .to.be.revertedWithCustomError(market, "MarketplaceTreeTooHigh")
        .withArgs(11n);
    });

    it("are no signatures of trees of another kind", async () => {
      const house = await loadFixture(marketHouse);
      const orders = [newOrder(house, house.bob), newOrder(house, house.bob)];
      const [signature] = await signTree(house, house.bob, "TokenOffer", orders);
      await expectBad(house, orders[0] as Order, signature as Signature);
    });

    it("reach ten levels", async () => {
      const house = await loadFixture(marketHouse);
      const { market, works, bob, carol, child } = house;
      const orders = Array.from({ length: 1024 }, () => newOrder(house, bob));
      const signatures = await signTree(house, bob, "Listing", orders);
      expect(signatures[777]?.proof.length).to.equal(10);
      await market.connect(carol).buy(orders[777], signatures[777], carol.address);
      expect(await works.ownerOf(child)).to.equal(carol.address);
    });
  });
});

export function newVoucher(
  house: MarketHouse,
  creator: { address: string },
  seed: string,
  nonce: bigint,
  changes: object = {},
) {
  return {
    work: newWork(seed),
    creator: creator.address,
    buyer: ethers.ZeroAddress,
    currency: house.currency,
    price: PRICE,
    maxFee: 50_000,
    referrer: ethers.ZeroAddress,
    referrerFee: 0,
    deadline: FOREVER,
    counter: 0n,
    nonce,
    ...changes,
  };
}

describe("Marketplace vouchers", () => {
  it("register the work to the creator, pay the creator through the ledger, and hand the work to the buyer", async () => {
    for (const currency of ["token", "coin"]) {
      const house = await loadFixture(marketHouse);
      const { market, works, ledger, token, alice, dave, addresses } = house;
      const voucher = newVoucher(house, alice, "lazy", 1n, currency === "coin" ? { currency: COIN } : {});
      // The creator has approved nothing, and sends nothing.
      await works.connect(alice).setApprovalForAll(addresses.marketplace, false);
      const signature = await sign(house, alice, "Voucher", voucher);
      const sent = await ethers.provider.getTransactionCount(alice.address);
      const before = (await token.balanceOf(alice.address)) as bigint;
      const value = currency === "coin" ? PRICE : 0n;
      const call = market.connect(dave).redeem(voucher, signature, dave.address, { value });
      await expect(call)
        .to.emit(works, "WorkRegistered")
        .withArgs(3n, alice.address, ...Array(6).fill(() => true))
        .and.to.emit(works, "Transfer")
        .withArgs(ethers.ZeroAddress, alice.address, 3n)
        .and.to.emit(works, "Transfer")
        .withArgs(alice.address, dave.address, 3n)
        .and.to.emit(ledger, "Paid")
        .withArgs(3n, voucher.currency, addresses.marketplace, PRICE, 3n, 1n)
        .and.to.emit(ledger, "Claimed")
        .withArgs(3n, voucher.currency, alice.address, PRICE)
        .and.to.emit(market, "VoucherRedeemed")
        .withArgs(3n, alice.address, dave.address, voucher.currency, PRICE, 0n, COIN, 0n, 1n);
      if (currency === "coin") await expect(call).to.changeEtherBalances(ethers, [alice, dave], [PRICE, -PRICE]);
      else expect(((await token.balanceOf(alice.address)) as bigint) - before).to.equal(PRICE);
      expect(await ethers.provider.getTransactionCount(alice.address)).to.equal(sent);
      expect(await works.ownerOf(3n)).to.equal(dave.address);
      expect(await works.getApproved(3n)).to.equal(ethers.ZeroAddress);
      expect(await ledger.claimable(3n, voucher.currency)).to.equal(0n);
    }
  });

  it("give a work away for nothing, and pay the referrer", async () => {
    const house = await loadFixture(marketHouse);
    const { market, works, token, alice, dave, referrer } = house;
    const gift = newVoucher(house, alice, "gift", 1n, { price: 0n });
    await market.connect(dave).redeem(gift, await sign(house, alice, "Voucher", gift), dave.address);
    expect(await works.ownerOf(3n)).to.equal(dave.address);
    const sold = newVoucher(house, alice, "sold", 2n, { referrer: referrer.address, referrerFee: 100_000 });
    await market.connect(dave).redeem(sold, await sign(house, alice, "Voucher", sold), dave.address);
    expect(await token.balanceOf(referrer.address)).to.equal(100_000n);
  });

  it("can be redeemed once, by whom and until when the creator said, and not after a cancel", async () => {
    const house = await loadFixture(marketHouse);
    const { market, alice, carol, dave } = house;
    const redeem = async (voucher: ReturnType<typeof newVoucher>, by = dave) =>
      market.connect(by).redeem(voucher, await sign(house, alice, "Voucher", voucher), by.address);
    const once = newVoucher(house, alice, "once", 1n);
    await redeem(once);
    await expect(redeem(once)).to.be.revertedWithCustomError(market, "MarketplaceNonceUsed");
    await expect(
      redeem({ ...newVoucher(house, alice, "named", 2n), buyer: carol.address }),
    ).to.be.revertedWithCustomError(market, "MarketplaceNotTaker");
    await expect(redeem({ ...newVoucher(house, alice, "late", 3n), deadline: 1 })).to.be.revertedWithCustomError(
      market,
      "MarketplaceNotActive",
    );
    await expect(redeem(newVoucher(house, alice, "own", 4n), alice)).to.be.revertedWithCustomError(
      market,
      "MarketplaceOwnOrder",
    );
    await expect(redeem(newVoucher(house, alice, "once", 5n))).to.be.revertedWithCustomError(
      house.works,
      "WorkRegistryAlreadyRegistered",
    );
    await market.connect(alice).cancelOrder(6n);
    await expect(redeem(newVoucher(house, alice, "cancelled", 6n))).to.be.revertedWithCustomError(
      market,
      "MarketplaceNonceUsed",
    );
    await market.connect(alice).cancelAll();
    await expect(redeem(newVoucher(house, alice, "all", 7n))).to.be.revertedWithCustomError(
      market,
      "MarketplaceOldCounter",
    );
  });

  it("are the creator's to sign, and bind the work (lazy minting elsewhere left open who may sign)", async () => {
    const house = await loadFixture(marketHouse);
    const { market, alice, bob, dave } = house;
    const voucher = newVoucher(house, alice, "signed", 1n);
    const good = await sign(house, alice, "Voucher", voucher);
    const other = await sign(house, bob, "Voucher", voucher);
    for (const [changed, signature] of [
      [voucher, other],
      [{ ...voucher, creator: bob.address }, good],
      [{ ...voucher, price: 1n }, good],
      [{ ...voucher, currency: COIN, price: 0n }, good],
      [{ ...voucher, work: newWork("another") }, good],
      [{ ...voucher, work: { ...voucher.work, provenanceHash: ethers.id("x") } }, good],
      [{ ...voucher, work: { ...voucher.work, kind: 2 } }, good],
      [{ ...voucher, referrer: dave.address, referrerFee: 1 }, good],
      [{ ...voucher, deadline: 2 ** 39 }, good],
    ] as const) {
      await expect(market.connect(dave).redeem(changed, signature, dave.address))
        .to.be.revertedWithCustomError(market, "MarketplaceBadSignature")
        .withArgs(changed.creator);
    }
  });

  it("let nobody else register in a creator's name, nor keep a hold on the work", async () => {
    const house = await loadFixture(marketHouse);
    const { works, alice, dave } = house;
    await expect(works.connect(dave).registerFor(alice.address, newWork("forged")))
      .to.be.revertedWithCustomError(works, "WorkRegistryNotModule")
      .withArgs(dave.address);
  });

  it("sell the work as signed: a creator that changes it while it is paid sells nothing", async () => {
    const house = await loadFixture(marketHouse);
    const { market, works, licenses, bob, carol, dave, addresses } = house;
    const wallet = await ethers.deployContract("KeyedWallet", [bob.address]);
    const creator = { address: await wallet.getAddress() };
    const react = wallet.getFunction("react");
    const redeem = async (seed: string, nonce: bigint) => {
      const voucher = newVoucher(house, creator, seed, nonce, { currency: COIN });
      const signature = await sign(house, bob, "Voucher", voucher);
      return market.connect(dave).redeem(voucher, signature, dave.address, { value: PRICE, gasLimit: 2_000_000n });
    };
    const offer = licenses.interface.encodeFunctionData("setOffer", [3n, remixTerms(0), offerOf(0n)]);
    const metadata = works.interface.encodeFunctionData("setMetadata", [3n, ethers.id("other")]);
    for (const [target, reaction] of [
      [addresses.licenses, offer],
      [addresses.works, metadata],
    ] as const) {
      await react(target, reaction);
      await expect(redeem("touched", 1n)).to.be.revertedWithCustomError(market, "MarketplaceWorkTouched").withArgs(3n);
    }
    const away = works.interface.encodeFunctionData("transferFrom", [creator.address, carol.address, 3n]);
    await react(addresses.works, away);
    await expect(redeem("touched", 1n)).to.revert(ethers);
    await react(ethers.ZeroAddress, "0x");
    await expect(redeem("touched", 1n)).to.changeEtherBalance(ethers, creator.address, PRICE);
    expect(await works.ownerOf(3n)).to.equal(dave.address);
  });

  it("don't sell when the creator can't take coin", async () => {
    const house = await loadFixture(marketHouse);
    const { market, works, bob, dave } = house;
    const wallet = await ethers.deployContract("RefusingWallet", [bob.address]);
    const voucher = newVoucher(house, { address: await wallet.getAddress() }, "refused", 1n, { currency: COIN });
    const signature = await sign(house, bob, "Voucher", voucher);
    await expect(market.connect(dave).redeem(voucher, signature, dave.address, { value: PRICE })).to.revert(ethers);
    expect(await works.totalWorks()).to.equal(2n);
    const inToken = newVoucher(house, { address: await wallet.getAddress() }, "taken", 2n);
    await market.connect(dave).redeem(inToken, await sign(house, bob, "Voucher", inToken), dave.address);
    expect(await house.token.balanceOf(await wallet.getAddress())).to.equal(PRICE);
  });
});
