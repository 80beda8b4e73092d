/** Collections, tokens and receivers that misbehave. */
import { expect } from "chai";
import { deployPuppet, deployToken, type TokenContract } from "../house.ts";
import { ethers, loadFixture } from "../network.ts";
import {
  balances,
  COIN,
  type CollectionContract,
  deployCollection,
  type MarketHouse,
  marketHouse,
  PRICE,
  setProtocolFee,
} from "./market-house.ts";
import { Kind, newOrder, sign, signed } from "./orders.ts";

const coder = ethers.AbiCoder.defaultAbiCoder();
const Answer = { None: 0, Bytes: 1, Revert: 2, BurnGas: 3, Huge: 4 };

async function awkward() {
  const house = await marketHouse();
  const { collection, asset } = await deployCollection(house, house.bob, "AwkwardCollection");
  return { ...house, house, collection, asset };
}

/** Carol buys token 1 of bob. */
async function buyForeign(house: MarketHouse, asset: string, changes: object = {}) {
  const { order, signature } = await signed(house, house.bob, Kind.Listing, { asset, item: 1n, ...changes });
  const value = order.currency === COIN ? order.price : 0n;
  return house.market.connect(house.carol).buy(order, signature, house.carol.address, { value });
}

/** A token of `contracts/testing/market` in which carol can pay the market. */
async function switchToken(house: MarketHouse, decimals: number, amount: bigint): Promise<TokenContract> {
  const token = (await ethers.deployContract("SwitchToken", [decimals])) as unknown as TokenContract;
  await token.mint(house.carol.address, amount);
  await token.connect(house.carol).approve(house.addresses.marketplace, ethers.MaxUint256);
  return token;
}

describe("Marketplace and other collections", () => {
  it("pays what ERC-2981 says, in token and coin", async () => {
    const house = await loadFixture(marketHouse);
    const { collection, asset } = await deployCollection(house, house.bob);
    await collection.setRoyalty(house.erin.address, 500n);
    const [before] = await balances(house.token, house.erin);
    await buyForeign(house, asset);
    expect(await balances(house.token, house.erin)).to.deep.equal([(before ?? 0n) + 50_000n]);
    await expect(buyForeign(house, asset, { currency: COIN, item: 2n })).to.changeEtherBalances(
      ethers,
      [house.erin, house.bob],
      [50_000n, 950_000n],
    );
  });

  it("pays at most a tenth, even when asked for more than the price", async () => {
    for (const asked of [PRICE / 10n + 1n, PRICE, 10n * PRICE, ethers.MaxUint256]) {
      const { house, collection, asset, erin, token } = await loadFixture(awkward);
      await collection.setAnswer(Answer.Bytes, coder.encode(["address", "uint256"], [erin.address, asked]));
      const [before] = await balances(token, erin);
      await buyForeign(house, asset);
      expect(await balances(token, erin)).to.deep.equal([(before ?? 0n) + PRICE / 10n]);
    }
  });

  const silent: [string, (collection: CollectionContract, erin: string) => Promise<unknown>][] = [
    ["burns all the gas it gets (manifold: royalty lookups ran out of gas)", (c) => c.setAnswer(Answer.BurnGas, "0x")],
    ["reverts", (c) => c.setAnswer(Answer.Revert, "0x")],
    ["says nothing", (c) => c.setAnswer(Answer.None, "0x")],
    ["answers too little", (c, erin) => c.setAnswer(Answer.Bytes, coder.encode(["address"], [erin]))],
    [
      "answers 63 bytes",
      (c, erin) => c.setAnswer(Answer.Bytes, coder.encode(["address", "uint256"], [erin, 5n]).slice(0, -2)),
    ],
    [
      "names no receiver",
      (c) => c.setAnswer(Answer.Bytes, coder.encode(["address", "uint256"], [ethers.ZeroAddress, 5n])),
    ],
    [
      "names what is no address",
      (c) => c.setAnswer(Answer.Bytes, coder.encode(["uint256", "uint256"], [2n ** 160n + 5n, 5n])),
    ],
    ["asks for nothing", (c, erin) => c.setAnswer(Answer.Bytes, coder.encode(["address", "uint256"], [erin, 0n]))],
  ];
  for (const [what, arrange] of silent) {
    it(`pays no royalty to a collection that ${what}, and sells all the same`, async () => {
      const { house, collection, asset, token, bob, erin } = await loadFixture(awkward);
      await arrange(collection, erin.address);
      const [before] = await balances(token, bob);
      await buyForeign(house, asset);
      expect(await collection.ownerOf(1n)).to.equal(house.carol.address);
      expect(await balances(token, bob)).to.deep.equal([(before ?? 0n) + PRICE]);
    });
  }

  it("reads two words of a huge answer", async () => {
    const { house, collection, asset, erin, token } = await loadFixture(awkward);
    await collection.setAnswer(Answer.Huge, coder.encode(["address", "uint256"], [erin.address, 7n]));
    const [before] = await balances(token, erin);
    const receipt = await (await buyForeign(house, asset)).wait();
    expect(await balances(token, erin)).to.deep.equal([(before ?? 0n) + 7n]);
    expect(receipt?.gasUsed).to.be.below(400_000n);
  });

  it("keeps the royalty for a receiver that can't take it, and for one that burns gas", async () => {
    for (const [name, args] of [
      ["RefusingWallet", [ethers.ZeroAddress]],
      ["GasBurner", []],
    ] as const) {
      const { house, market, collection, asset, bob } = await loadFixture(awkward);
      const receiver = await (await ethers.deployContract(name, [...args])).getAddress();
      await collection.setAnswer(Answer.Bytes, coder.encode(["address", "uint256"], [receiver, 40_000n]));
      await expect(buyForeign(house, asset, { currency: COIN })).to.changeEtherBalances(
        ethers,
        [bob, house.addresses.marketplace],
        [960_000n, 40_000n],
      );
      expect(await market.creditOf(receiver, COIN)).to.equal(40_000n);
    }
  });

  it("keeps the coin of a seller that can't take it; nobody's refusal stops a sale", async () => {
    const house = await loadFixture(marketHouse);
    const { market, works, bob, carol, dave, child } = house;
    const wallet = await ethers.deployContract("RefusingWallet", [bob.address]);
    const maker = { address: await wallet.getAddress() };
    const act = wallet.getFunction("act");
    await works.connect(bob).transferFrom(bob.address, maker.address, child);
    await act(
      house.addresses.works,
      0n,
      works.interface.encodeFunctionData("setApprovalForAll", [house.addresses.marketplace, true]),
    );
    const order = newOrder(house, maker, { currency: COIN });
    await market.connect(carol).buy(order, await sign(house, bob, "Listing", order), carol.address, { value: PRICE });
    expect(await market.creditOf(maker.address, COIN)).to.equal(930_000n);
    await expect(market.withdrawFor(maker.address, COIN))
      .to.be.revertedWithCustomError(market, "SettlementTransferFailed")
      .withArgs(maker.address);
    const data = market.interface.encodeFunctionData("withdrawTo", [COIN, dave.address]);
    await expect(act(house.addresses.marketplace, 0n, data)).to.changeEtherBalance(ethers, dave, 930_000n);
  });

  it("sells nothing that does not arrive: a silent collection, an ERC-20 in the place of a collection", async () => {
    const { house, market, collection, asset, token, bob, addresses } = await loadFixture(awkward);
    await collection.setSilent(true);
    await expect(buyForeign(house, asset))
      .to.be.revertedWithCustomError(market, "SettlementNotMoved")
      .withArgs(asset, 1n);
    await token.connect(bob).approve(addresses.marketplace, ethers.MaxUint256);
    await expect(buyForeign(house, house.currency)).to.revert(ethers);
    await expect(buyForeign(house, bob.address)).to.revert(ethers);
  });

  it("lets no collection call back into a sale, nor see half of one", async () => {
    const { house, market, collection, asset, bob, carol, currency, token } = await loadFixture(awkward);
    const other = await signed(house, bob, Kind.Listing, { asset, item: 2n });
    const attacks = [
      market.interface.encodeFunctionData("buy", [other.order, other.signature, carol.address]),
      market.interface.encodeFunctionData("withdraw", [COIN]),
      market.interface.encodeFunctionData("fillMany", [[], true]),
    ];
    for (const attack of attacks) {
      await collection.arm(house.addresses.marketplace, attack);
      await buyForeign(house, asset);
      expect(await collection.succeeded()).to.equal(false);
      expect(await collection.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
      await collection.connect(carol).transferFrom(carol.address, bob.address, 1n);
    }
    // What a view says in the middle: the nonce is used up before anything is called.
    const { order, signature } = await signed(house, bob, Kind.Listing, { asset, item: 1n });
    await collection.arm(
      house.addresses.marketplace,
      market.interface.encodeFunctionData("nonceUsed", [bob.address, order.nonce]),
    );
    await market.connect(carol).buy(order, signature, carol.address);
    expect(await collection.answer()).to.equal(coder.encode(["bool"], [true]));
    expect(await market.creditOf(bob.address, currency)).to.equal(0n);
    expect(await token.balanceOf(house.addresses.marketplace)).to.equal(0n);
  });
});

describe("Marketplace and odd tokens", () => {
  it("refuses a token that keeps a part of what was signed", async () => {
    const house = await loadFixture(marketHouse);
    const { market, addresses, carol } = house;
    const fee = await deployToken("FeeToken", [carol], [addresses.marketplace]);
    const currency = await fee.getAddress();
    const { order, signature } = await signed(house, house.bob, Kind.Listing, { currency });
    await expect(market.connect(carol).buy(order, signature, carol.address))
      .to.be.revertedWithCustomError(market, "SettlementShortPayment")
      .withArgs(currency, 930_000n, 902_100n);
    expect(await house.works.ownerOf(house.child)).to.equal(house.bob.address);
  });

  it("sells for tokens that return nothing, again and again", async () => {
    const house = await loadFixture(marketHouse);
    const { market, works, ledger, addresses, bob, carol, child } = house;
    const token = await deployToken("NoReturnToken", [carol, bob], [addresses.marketplace]);
    const currency = await token.getAddress();
    for (const [seller, buyer] of [
      [bob, carol],
      [carol, bob],
      [bob, carol],
    ] as const) {
      const { order, signature } = await signed(house, seller, Kind.Listing, { currency });
      await market.connect(buyer).buy(order, signature, buyer.address);
      expect(await works.ownerOf(child)).to.equal(buyer.address);
    }
    expect((await ledger.accountOf(child, currency)).passed).to.equal(3n * PRICE);
    expect(await token.balanceOf(addresses.marketplace)).to.equal(0n);
  });

  it("refuses a token that says no without reverting", async () => {
    const house = await loadFixture(marketHouse);
    const token = await switchToken(house, 18, PRICE - 1n);
    const odd = token as unknown as { setReturnsFalse(v: boolean): Promise<unknown> };
    await odd.setReturnsFalse(true);
    const { order, signature } = await signed(house, house.bob, Kind.Listing, { currency: await token.getAddress() });
    await expect(
      house.market.connect(house.carol).buy(order, signature, house.carol.address),
    ).to.be.revertedWithCustomError(house.market, "SafeERC20FailedOperation");
    expect(await house.works.ownerOf(house.child)).to.equal(house.bob.address);
  });

  it("splits prices of 0, 6 and 27 decimals, and of tokens 96 bits wide, to the unit", async () => {
    for (const [decimals, price] of [
      [0, 3n],
      [0, 29n],
      [6, 19_990_001n],
      [27, 12_345n * 10n ** 23n],
      [18, 2n ** 96n - 1n],
    ] as const) {
      const house = await loadFixture(marketHouse);
      const { market, ledger, bob, carol, child } = house;
      const token = await switchToken(house, decimals, 2n ** 100n);
      await (token as unknown as { setNarrow(v: boolean): Promise<unknown> }).setNarrow(true);
      const currency = await token.getAddress();
      const { order, signature } = await signed(house, bob, Kind.Listing, { currency, price });
      await market.connect(carol).buy(order, signature, carol.address);
      const royalty = (price * 70_000n) / 1_000_000n;
      expect(await token.balanceOf(bob.address)).to.equal(price - royalty);
      expect((await ledger.accountOf(child, currency)).passed).to.equal((royalty * 1_000_000n) / 70_000n);
      expect(await token.balanceOf(carol.address)).to.equal(2n ** 100n - price);
    }
  });

  it("keeps a rebasing token's trouble to its own users", async () => {
    const house = await loadFixture(marketHouse);
    const { market, ledger, bob, carol, dave, rewards, currency } = house;
    const token = await switchToken(house, 18, 10n * PRICE);
    await setProtocolFee(house, market, 50_000n);
    for (const money of [currency, await token.getAddress()]) {
      const { order, signature } = await signed(house, bob, Kind.Listing, { currency: money });
      await market.connect(carol).buy(order, signature, carol.address);
      await house.works.connect(carol).transferFrom(carol.address, bob.address, house.child);
    }
    await (token as unknown as { rebase(v: bigint): Promise<unknown> }).rebase(500n);
    await expect(market.withdrawFor(rewards.address, await token.getAddress())).to.revert(ethers);
    await market.withdrawFor(rewards.address, currency);
    expect(await house.token.balanceOf(rewards.address)).to.equal(50_000n);
    expect((await ledger.accountOf(house.child, currency)).passed).to.equal(PRICE);
    expect(await market.creditOf(dave.address, currency)).to.equal(0n);
  });

  it("keeps the part of a referrer or royalty receiver on the token's blocklist, and refuses a blocked seller", async () => {
    const { house, market, collection, asset, bob, carol, erin, referrer, addresses } = await loadFixture(awkward);
    const token = await deployToken("BlockingToken", [carol], [addresses.marketplace]);
    const currency = await token.getAddress();
    await collection.setAnswer(Answer.Bytes, coder.encode(["address", "uint256"], [erin.address, 30_000n]));
    for (const account of [erin, referrer]) await token.setBlocked(account.address, true);
    await buyForeign(house, asset, { currency, referrer: referrer.address, referrerFee: 20_000 });
    expect(await token.balanceOf(bob.address)).to.equal(950_000n);
    expect(await market.creditOf(erin.address, currency)).to.equal(30_000n);
    expect(await market.creditOf(referrer.address, currency)).to.equal(20_000n);
    expect(await token.balanceOf(addresses.marketplace)).to.equal(50_000n);
    await market.connect(erin).withdrawTo(currency, carol.address);
    await token.setBlocked(bob.address, true);
    await expect(buyForeign(house, asset, { currency, item: 2n })).to.be.revertedWithCustomError(
      token as never,
      "BlockingTokenBlocked",
    );
  });

  it("lets no token call back into a sale", async () => {
    const house = await loadFixture(marketHouse);
    const { market, bob, carol, addresses } = house;
    const token = await deployToken("ReentrantToken", [carol, bob], [addresses.marketplace]);
    const currency = await token.getAddress();
    const { order, signature } = await signed(house, bob, Kind.Listing, { currency });
    await token.arm(
      addresses.marketplace,
      market.interface.encodeFunctionData("buy", [order, signature, carol.address]),
    );
    await market.connect(carol).buy(order, signature, carol.address);
    expect(await token.succeeded()).to.equal(false);
    expect(await token.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
  });

  it("lets no receiver of coin call back when it withdraws, and pays it once", async () => {
    const { house, market, collection, asset } = await loadFixture(awkward);
    const puppet = await deployPuppet();
    const at = await puppet.getAddress();
    await collection.setAnswer(Answer.Bytes, coder.encode(["address", "uint256"], [at, 40_000n]));
    await buyForeign(house, asset, { currency: COIN });
    expect(await market.creditOf(at, COIN)).to.equal(40_000n);
    await puppet.setTakesCoin(true);
    const withdraw = market.interface.encodeFunctionData("withdraw", [COIN]);
    await puppet.arm(house.addresses.marketplace, withdraw);
    await puppet.act(house.addresses.marketplace, 0n, withdraw);
    expect(await puppet.succeeded()).to.equal(false);
    expect(await ethers.provider.getBalance(at)).to.equal(40_000n);
    expect(await market.creditOf(at, COIN)).to.equal(0n);
  });

  it("knows the buyer by the call, not by who began the transaction (Lilypad: tx.origin)", async () => {
    const house = await loadFixture(marketHouse);
    const { market, bob, carol, token, addresses } = house;
    const puppet = await deployPuppet();
    const at = await puppet.getAddress();
    const { order, signature } = await signed(house, bob, Kind.Listing, { taker: carol.address });
    const data = market.interface.encodeFunctionData("buy", [order, signature, at]);
    const [before] = await balances(token, carol);
    await expect(puppet.connect(carol).act(addresses.marketplace, 0n, data))
      .to.be.revertedWithCustomError(market, "MarketplaceNotTaker")
      .withArgs(carol.address, at);
    const open = await signed(house, bob, Kind.Listing);
    const again = market.interface.encodeFunctionData("buy", [open.order, open.signature, at]);
    await expect(puppet.connect(carol).act(addresses.marketplace, 0n, again)).to.be.revertedWithCustomError(
      token as never,
      "ERC20InsufficientAllowance",
    );
    expect(await balances(token, carol)).to.deep.equal([before]);
  });
});
