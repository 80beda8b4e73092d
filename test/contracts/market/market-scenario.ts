/** Random trading on the chain and in the model alike, compared after each step. */
import { expect } from "chai";
import type { ContractTransactionReceipt, Signer } from "ethers";
import type { Prng } from "../../../common/prng.ts";
import { registerChild } from "../house.ts";
import { deployReader, Expectations } from "../model/expectations.ts";
import { CUSTODY, MarketModel, type ModelOrder } from "../model/market-model.ts";
import { ethers, time } from "../network.ts";
import {
  COIN,
  type CollectionContract,
  deployCollection,
  issueLicense,
  marketHouse,
  setProtocolFee,
} from "./market-house.ts";
import { Kind, newOrder, type Order, type Signature, sign, traitTree } from "./orders.ts";

const TRAIT = [2n, 3n, 5n, 7n];
const KINDS = {
  listing: Kind.Listing,
  token: Kind.TokenOffer,
  collection: Kind.CollectionOffer,
  trait: Kind.TraitOffer,
} as const;
const NAMES = { listing: "Listing", token: "TokenOffer", collection: "CollectionOffer", trait: "TraitOffer" } as const;

type Account = Signer & { address: string };
type Signed = { model: ModelOrder; order: Order; signature: Signature; proofOf: (id: bigint) => string[] };
type Item = { asset: string; tokenId: bigint };

export type MarketFixture = Awaited<ReturnType<typeof marketFixture>>;

/** Derivatives of different stacks, licenses and a foreign collection, spread over the traders. */
export async function marketFixture() {
  const house = await marketHouse();
  const { traders, addresses, licenses } = house;
  const traderAt = (index: number) => traders[index % traders.length] as Account;
  const stacks = [0n, 0n, 70_000n];
  for (const [index, share] of [0, 99_999, 100_000, 250_000, 1].entries()) {
    await registerChild(house as never, traderAt(index), `work ${share}`, [{ id: 1n, share }]);
    stacks.push(BigInt(share));
  }
  for (let index = 0; index < 3; ++index) await issueLicense(house, traderAt(index + 2));
  const { collection, asset: foreign } = await deployCollection(house, house.alice);
  await collection.setRoyalty(house.erin.address, 730n);
  for (let id = 3n; id <= 8n; ++id) {
    await collection.connect(house.alice).transferFrom(house.alice.address, traderAt(Number(id)).address, id);
  }
  const items: Item[] = [];
  for (let id = 1n; id < BigInt(stacks.length); ++id) items.push({ asset: addresses.works, tokenId: id });
  // Licenses used up by the works above can't be sold; those of the last three can.
  const last = (await licenses.totalLicenses()) as bigint;
  for (let id = last - 2n; id <= last; ++id) items.push({ asset: addresses.licenses, tokenId: id });
  for (let id = 1n; id <= 8n; ++id) items.push({ asset: foreign, tokenId: id });
  return { ...house, ...(await deployReader()), collection, foreign, stacks, items };
}

/** A world of 5 traders, 3 collections and 2 currencies; `step` does one random thing to both sides. */
export class MarketScenario {
  readonly #house: MarketFixture;
  readonly #prng: Prng;
  readonly #collection: CollectionContract;
  readonly #foreign: string;
  readonly #items: Item[];
  readonly #expectations: Expectations;
  #coin = 0n;
  readonly #orders: Signed[] = [];
  readonly model: MarketModel;
  readonly #custodies = new Map<string, string>();
  /** Coin each trader spent on gas, which the model does not know. */
  readonly #gas = new Map<string, bigint>();
  #now = 0n;
  steps = { done: 0, refused: 0 };

  private constructor(fixture: MarketFixture, prng: Prng, model: MarketModel) {
    this.#house = fixture;
    this.#prng = prng;
    this.model = model;
    this.#collection = fixture.collection;
    this.#foreign = fixture.foreign;
    this.#items = fixture.items;
    this.#expectations = new Expectations(fixture.reader, fixture.readerAt);
  }

  static async create(fixture: MarketFixture, prng: Prng): Promise<MarketScenario> {
    const { addresses, works, licenses, collection, foreign, stacks, items } = fixture;
    const model = new MarketModel(fixture.rewards.address);
    model.addCollection(addresses.works, { rule: "work", stackOf: (id) => stacks[Number(id)] ?? 0n });
    const unspent = new Set(items.filter(({ asset }) => asset === addresses.licenses).map(({ tokenId }) => tokenId));
    const spent = (tokenId: bigint) => !unspent.has(tokenId);
    model.addCollection(addresses.licenses, { rule: "license", workOf: () => 1n, spent });
    model.addCollection(foreign, { rule: "foreign", receiver: fixture.erin.address, ppm: 73_000n });
    const contracts = { [addresses.works]: works, [addresses.licenses]: licenses, [foreign]: collection };
    for (const { asset: at, tokenId } of items) {
      model.give(at, tokenId, (await contracts[at]?.ownerOf(tokenId)) as string);
    }
    const scenario = new MarketScenario(fixture, prng, model);
    for (const account of [...fixture.traders, fixture.referrer, fixture.rewards]) {
      model.fund(account.address, COIN, await ethers.provider.getBalance(account.address));
      model.fund(account.address, fixture.currency, (await fixture.token.balanceOf(account.address)) as bigint);
    }
    scenario.#coin = model.total(COIN);
    return scenario;
  }

  async step(): Promise<void> {
    const action = this.#prng.below(20);
    if (action < 4) await this.#sign();
    else if (action < 9) await this.#fill();
    else if (action === 9) await this.#cancelOrder();
    else if (action === 10) await this.#withdraw();
    else if (action < 13) await this.#create();
    else if (action < 17) await this.#bid();
    else if (action < 19) await this.#end();
    else await this.#rare();
  }

  /** Every balance, owner, credit and work's income of the chain is the model's. */
  async compare(label: string): Promise<void> {
    const { model } = this;
    const { market, auctions, ledger, addresses, currency, traders, referrer, rewards, works } = this.#house;
    const expected = this.#expectations;
    const at = { market: addresses.marketplace, auctions: addresses.auctions };
    const contracts = { market, auctions };
    for (const { address } of [...traders, referrer, rewards]) {
      const coin = model.balanceOf(address, COIN) - (this.#gas.get(address) ?? 0n);
      expected.addHeld(`coin of ${address}`, address, COIN, coin);
      expected.addHeld(`token of ${address}`, address, currency, model.balanceOf(address, currency));
      for (const holder of ["market", "auctions"] as const) {
        for (const money of [COIN, currency]) {
          const credit = model.creditOf(holder, address, money);
          expected.add(`credit of ${address}`, at[holder], contracts[holder], "creditOf", [address, money], credit);
        }
      }
    }
    for (const holder of ["market", "auctions"] as const) {
      for (const money of [COIN, currency]) {
        expected.addHeld(`what the ${holder} holds of ${money}`, at[holder], money, model.owed(holder, money));
      }
    }
    for (const [key, amount] of model.paidToWorks) {
      const [workId = "", money = ""] = key.split(" ");
      const what = `income of work ${key}`;
      expected.add(what, addresses.ledger, ledger, "accountOf", [BigInt(workId), money], amount, "direct");
    }
    for (const [key, base] of model.upstreamBases) {
      const [workId = "", money = ""] = key.split(" ");
      expect((await ledger.accountOf(BigInt(workId), money)).passed, `${label}: base of ${key}`).to.equal(base);
    }
    for (const { asset, tokenId } of this.#items) {
      const owner = model.ownerOf(asset, tokenId) ?? "";
      const seller = owner.startsWith(CUSTODY) ? owner.slice(CUSTODY.length) : null;
      const holder = seller === null ? owner : await this.#custodyOf(seller);
      expected.add(`owner of ${tokenId} in ${asset}`, asset, works, "ownerOf", [tokenId], holder);
    }
    await expected.check(label);
  }

  expectNothingMadeOrLost(label: string): void {
    expect(this.model.total(COIN), `${label}: coin was made or lost`).to.equal(this.#coin);
  }

  async #custodyOf(seller: string): Promise<string> {
    const known = this.#custodies.get(seller);
    if (known) return known;
    const custody = (await this.#house.auctions.custodyOf(seller)) as string;
    this.#custodies.set(seller, custody);
    return custody;
  }

  async #sign(): Promise<void> {
    const prng = this.#prng;
    const now = BigInt(await time.latest());
    const maker = this.#trader();
    const kind = prng.pick(["listing", "listing", "token", "collection", "trait"] as const);
    const owned = this.#items.filter(({ asset, tokenId }) => this.model.ownerOf(asset, tokenId) === maker.address);
    const item =
      kind === "listing" && owned.length > 0 && prng.below(8) > 0 ? prng.pick(owned) : prng.pick(this.#items);
    const asset = kind === "trait" ? this.#foreign : item.asset;
    const currency = kind === "listing" && prng.below(2) === 0 ? COIN : this.#house.currency;
    const price = prng.below(4) === 0 ? BigInt(prng.below(60)) : BigInt(prng.below(4_000_000_000));
    const tree = traitTree(TRAIT);
    const order = newOrder(this.#house, maker, {
      taker: prng.below(6) === 0 ? this.#trader().address : ethers.ZeroAddress,
      asset,
      item: kind === "trait" ? tree.root : kind === "collection" ? 0n : item.tokenId,
      currency,
      price,
      maxFee: prng.below(5) === 0 ? 10_000 : 50_000,
      referrer: prng.below(3) === 0 ? this.#house.referrer.address : ethers.ZeroAddress,
      referrerFee: prng.below(12) === 0 ? 100_001 : prng.below(100_001),
      startsAt: Number(now) - 5 + prng.below(10),
      endsAt: Number(now) + prng.below(20) * 3600,
      counter: this.model.counterOf(maker.address),
      // Some orders share a nonce on purpose: one is filled at most.
      ...(prng.below(6) === 0 ? { nonce: BigInt(1_000_000 + prng.below(5)) } : {}),
    });
    const model: ModelOrder = {
      ...order,
      kind,
      trait: TRAIT,
      maxFee: BigInt(order.maxFee),
      referrerFee: BigInt(order.referrerFee),
      startsAt: BigInt(order.startsAt),
      endsAt: BigInt(order.endsAt),
    };
    const signature = await sign(this.#house, maker, NAMES[kind], order);
    this.#orders.push({ model, order, signature, proofOf: (id) => (TRAIT.includes(id) ? tree.proofOf(id) : []) });
  }

  async #fill(): Promise<void> {
    if (this.#orders.length === 0) return;
    const prng = this.#prng;
    const { market } = this.#house;
    // Mostly one of the last, which can still be good.
    const from = prng.below(4) === 0 ? 0 : Math.max(0, this.#orders.length - 5);
    const { model, order, signature, proofOf } = this.#orders[from + prng.below(this.#orders.length - from)] as Signed;
    const now = await this.#nextTime();
    if (model.kind === "listing") {
      const buyer = this.#trader();
      const value = order.currency === COIN ? order.price + (prng.below(12) === 0 ? 1n : 0n) : 0n;
      const broken = this.model.buy(model, buyer.address, value, now);
      await this.#expect(
        market.connect(buyer).buy(order, signature, buyer.address, { value, gasLimit: 1_000_000n }),
        broken,
        buyer,
      );
      return;
    }
    const wanted = this.#items.filter(
      ({ asset, tokenId }) => asset === order.asset && (model.kind !== "token" || tokenId === order.item),
    );
    const tokenId = prng.below(8) === 0 ? 1n : prng.pick(wanted.length > 0 ? wanted : this.#items).tokenId;
    const owner = this.#house.traders.find(({ address }) => address === this.model.ownerOf(order.asset, tokenId));
    const seller = owner && prng.below(8) > 0 ? owner : this.#trader();
    const least = prng.below(4) === 0 ? (order.price * 9n) / 10n : 0n;
    const broken = this.model.acceptOffer(model, seller.address, tokenId, least, now);
    const call = market
      .connect(seller)
      .acceptOffer(KINDS[model.kind], order, signature, tokenId, proofOf(tokenId), least, { gasLimit: 1_000_000n });
    await this.#expect(call, broken, seller);
  }

  async #cancelOrder(): Promise<void> {
    if (this.#orders.length === 0) return;
    const { model } = this.#prng.pick(this.#orders);
    const maker = this.#account(model.maker);
    await this.#nextTime();
    const broken = this.model.cancelOrder(model.maker, model.nonce);
    await this.#expect(
      this.#house.market.connect(maker).cancelOrder(model.nonce, { gasLimit: 200_000n }),
      broken,
      maker,
    );
  }

  async #withdraw(): Promise<void> {
    const { market, auctions, currency, rewards, traders } = this.#house;
    const holder = this.#prng.pick(["market", "auctions"] as const);
    const account = this.#prng.pick([...traders, rewards]);
    const money = this.#prng.pick([COIN, currency]);
    const caller = this.#trader();
    this.model.withdraw(holder, account.address, money);
    const contract = holder === "market" ? market : auctions;
    await this.#expect(contract.connect(caller).withdrawFor(account.address, money), [], caller);
  }

  async #create(): Promise<void> {
    const prng = this.#prng;
    const { auctions, currency } = this.#house;
    const item = prng.pick(this.#items);
    const owner = this.#house.traders.find(({ address }) => address === this.model.ownerOf(item.asset, item.tokenId));
    const seller = owner ?? this.#trader();
    const now = await this.#nextTime();
    const dutch = prng.below(3) === 0;
    const startsAt = now + BigInt(prng.below(3) === 0 ? prng.below(4000) : 0);
    const duration = BigInt(600 + prng.below(4 * 3600));
    const amount = BigInt(1 + prng.below(prng.below(2) === 0 ? 50 : 3_000_000));
    const common = { asset: item.asset, tokenId: item.tokenId, currency: prng.pick([COIN, currency]), startsAt };
    const endPrice = dutch ? 1n + (amount - 1n) / BigInt(1 + prng.below(5)) : 0n;
    const increment = dutch ? 0n : BigInt(10_000 + prng.below(490_001));
    const extension = dutch ? 0n : BigInt(prng.below(601));
    const broken = this.model.create({
      ...common,
      seller: seller.address,
      dutch,
      amount,
      endPrice,
      increment,
      extension,
      endsAt: startsAt + duration,
    });
    const call = dutch
      ? auctions
          .connect(seller)
          .createDutch({ ...common, startPrice: amount, endPrice, duration }, { gasLimit: 1_000_000n })
      : auctions
          .connect(seller)
          .createEnglish({ ...common, reserve: amount, increment, extension, duration }, { gasLimit: 1_000_000n });
    await this.#expect(call, broken, seller);
  }

  /** One to three bids in a row for the same auction, mostly by different people. */
  async #bid(): Promise<void> {
    const id = this.#auctionId(true);
    if (id === 0) return;
    for (let more = this.#prng.below(3); more >= 0; --more) await this.#bidFor(id);
  }

  async #bidFor(id: number): Promise<void> {
    const prng = this.#prng;
    const auction = this.model.auctions[id - 1];
    if (!auction) return;
    const bidder = this.#trader();
    // Often close to the end, where bids move it.
    if (auction.status === "live" && prng.below(3) === 0) {
      const close = auction.endsAt - BigInt(1 + prng.below(300));
      if (close > BigInt(await time.latest()) + 10n)
        await time.setNextBlockTimestamp(close - 5n).then(() => ethers.provider.send("evm_mine", []));
    }
    const now = await this.#nextTime();
    const price = this.model.priceOf(id, now);
    const amount = price + BigInt(prng.below(6) === 0 ? -1 : prng.below(1000));
    if (amount < 0n) return;
    const value = auction.currency === COIN ? amount : 0n;
    const options = { value, gasLimit: 1_000_000n };
    if (auction.dutch !== (prng.below(12) === 0)) {
      const broken = this.model.buyDutch(id, bidder.address, amount, value, now);
      await this.#expect(this.#house.auctions.connect(bidder).buyDutch(id, amount, options), broken, bidder);
    } else {
      const broken = this.model.bid(id, bidder.address, amount, now);
      await this.#expect(this.#house.auctions.connect(bidder).bid(id, amount, options), broken, bidder);
    }
  }

  async #end(): Promise<void> {
    const prng = this.#prng;
    const id = this.#auctionId();
    const auction = this.model.auctions[id - 1];
    if (!auction) return;
    const caller = prng.below(2) === 0 ? this.#account(auction.seller) : this.#trader();
    const { auctions } = this.#house;
    const action = prng.below(8);
    const pass = action < 4 && auction.endsAt > BigInt(await time.latest()) && prng.below(2) === 0;
    if (pass) await time.increaseTo(auction.endsAt);
    const now = await this.#nextTime();
    const options = { gasLimit: 1_000_000n };
    if (action < 4)
      await this.#expect(auctions.connect(caller).settle(id, options), this.model.settle(id, now), caller);
    else if (action < 6)
      await this.#expect(auctions.connect(caller).cancel(id, options), this.model.cancel(id, caller.address), caller);
    else if (action === 6)
      await this.#expect(auctions.connect(caller).unwind(id, options), this.model.unwind(id, now), caller);
    else await this.#expect(auctions.connect(caller).reclaim(id, options), this.model.reclaim(id), caller);
  }

  /** What changes much: all orders of one, the protocol's fee, a week that passes, a gift of a token. */
  async #rare(): Promise<void> {
    const { market, auctions } = this.#house;
    const action = this.#prng.below(4);
    if (action === 0) {
      const maker = this.#trader();
      await this.#expect(market.connect(maker).cancelAll(), [], maker);
      this.model.cancelAll(maker.address, (await market.counterOf(maker.address)) as bigint);
    } else if (action === 1) {
      const holder = this.#prng.pick(["market", "auctions"] as const);
      const fee = BigInt(this.#prng.pick([0, 333, 20_000]));
      await setProtocolFee(this.#house, holder === "market" ? market : auctions, fee);
      this.model.setProtocolFee(holder, fee);
    } else if (action === 2) {
      await time.increase(7 * 86_400);
    } else {
      const { asset, tokenId } = this.#prng.pick(this.#items);
      const owner = this.#house.traders.find(({ address }) => address === this.model.ownerOf(asset, tokenId));
      if (!owner) return;
      const to = this.#trader();
      this.model.give(asset, tokenId, to.address);
      await this.#expect(
        this.#contract(asset).connect(owner).transferFrom(owner.address, to.address, tokenId),
        [],
        owner,
      );
    }
  }

  /** The call is refused for one of the rules the model says it breaks, and only then. */
  async #expect(
    call: Promise<{ wait(): Promise<ContractTransactionReceipt | null> }>,
    broken: string[],
    payer: Account,
  ): Promise<void> {
    const sent = await call.catch((error: Error) => error);
    if (sent instanceof Error) {
      expect(broken, sent.message).not.to.deep.equal([]);
      expect(
        broken.some((name) => sent.message.includes(name)),
        `${broken.join()} but ${sent.message}`,
      ).to.equal(true);
      // A refused transaction is mined, and pays for its gas.
      const block = await ethers.provider.getBlock("latest");
      const receipt = block?.transactions[0]
        ? await ethers.provider.getTransactionReceipt(block.transactions[0])
        : null;
      if (receipt?.from === payer.address && receipt.status === 0)
        this.#spend(payer.address, receipt.gasUsed * receipt.gasPrice);
      this.steps.refused += 1;
      return;
    }
    expect(broken).to.deep.equal([]);
    const receipt = await sent.wait();
    if (receipt) this.#spend(payer.address, receipt.gasUsed * receipt.gasPrice);
    this.steps.done += 1;
  }

  #spend(address: string, amount: bigint): void {
    this.#gas.set(address, (this.#gas.get(address) ?? 0n) + amount);
  }

  /** The time of the block that the next call will be in. */
  async #nextTime(): Promise<bigint> {
    const now = BigInt(await time.latest()) + 1n + BigInt(this.#prng.below(30));
    await time.setNextBlockTimestamp(now);
    this.#now = now;
    return now;
  }

  /** Any auction; mostly one that is live, or open for bids. */
  #auctionId(open = false): number {
    const count = this.model.auctions.length;
    if (count === 0) return 0;
    const live = [...this.model.auctions.entries()]
      .filter(([, { status, endsAt }]) => status === "live" && (!open || endsAt > this.#now))
      .map(([index]) => index);
    return 1 + (live.length > 0 && this.#prng.below(5) > 0 ? this.#prng.pick(live) : this.#prng.below(count));
  }

  #trader(): Account {
    return this.#prng.pick(this.#house.traders);
  }

  #account(address: string): Account {
    return this.#house.traders.find((trader) => trader.address === address) ?? this.#house.alice;
  }

  #contract(asset: string): CollectionContract {
    const { works, licenses, addresses } = this.#house;
    if (asset === addresses.works) return works as unknown as CollectionContract;
    return asset === addresses.licenses ? (licenses as unknown as CollectionContract) : this.#collection;
  }
}
