/**
 * A plain model of the marketplace and the auction house, written from their rules and not from the contracts: the oracle of the tests.
 * It knows accounts, tokens and currencies as strings, never signs anything, and is told the time. An operation either returns the rules
 * it would break (names of the contracts' errors, all that apply) and changes nothing, or returns an empty list and is done.
 */

const PPM = 1_000_000n;
const DAY = 86_400n;
export const COIN = "0x0000000000000000000000000000000000000000";

/** What a sale of a collection's token owes: to a work's account by its stack, to a licensed work 5 %, or to whom a collection names. */
export type RoyaltyRule =
  | { rule: "work"; stackOf: (tokenId: bigint) => bigint }
  | { rule: "license"; workOf: (tokenId: bigint) => bigint; spent: (tokenId: bigint) => boolean }
  | { rule: "foreign"; receiver: string; ppm: bigint };

export type ModelOrder = {
  kind: "listing" | "token" | "collection" | "trait";
  maker: string;
  taker: string;
  asset: string;
  /** Listing and token offer: the id. */
  item: bigint;
  /** Trait offer: the ids it takes. */
  trait?: readonly bigint[];
  currency: string;
  price: bigint;
  maxFee: bigint;
  referrer: string;
  referrerFee: bigint;
  startsAt: bigint;
  endsAt: bigint;
  counter: bigint;
  nonce: bigint;
};

export type ModelAuction = {
  seller: string;
  asset: string;
  tokenId: bigint;
  currency: string;
  dutch: boolean;
  /** Reserve or highest bid; start price or price paid. */
  amount: bigint;
  endPrice: bigint;
  increment: bigint;
  extension: bigint;
  startsAt: bigint;
  endsAt: bigint;
  extended: bigint;
  fee: bigint;
  bidder: string | null;
  status: "live" | "sold" | "returned" | "cancelled" | "unwound" | "reclaimed";
};

/** `stack` is 0 when the royalty is the work's own revenue and not its ancestors'. */
type Cut = { royalty: bigint; fee: bigint; referral: bigint; workId: bigint; stack: bigint; receiver: string };
/** Names of the two contracts, as holders of money. */
export type Holder = "market" | "auctions";

export class MarketModel {
  readonly balances = new Map<string, bigint>();
  readonly owners = new Map<string, string>();
  readonly credits = new Map<string, bigint>();
  /** Paid to works in the ledger, by work and currency. */
  readonly paidToWorks = new Map<string, bigint>();
  /** Royalties of resales, which are the ancestors', and what they add to the work's base. */
  readonly paidUpstream = new Map<string, bigint>();
  readonly upstreamBases = new Map<string, bigint>();
  readonly auctions: ModelAuction[] = [];
  readonly #royalties = new Map<string, RoyaltyRule>();
  readonly #used = new Set<string>();
  readonly #counters = new Map<string, bigint>();
  readonly #fee: Record<Holder, bigint> = { market: 0n, auctions: 0n };
  readonly #rewards: string;

  /** @param rewards account that gets the protocol's fees */
  constructor(rewards: string) {
    this.#rewards = rewards;
  }

  addCollection(asset: string, rule: RoyaltyRule): void {
    this.#royalties.set(asset, rule);
  }

  give(asset: string, tokenId: bigint, owner: string): void {
    this.owners.set(`${asset} ${tokenId}`, owner);
  }

  fund(account: string, currency: string, amount: bigint): void {
    add(this.balances, `${account} ${currency}`, amount);
  }

  setProtocolFee(holder: Holder, ppm: bigint): void {
    this.#fee[holder] = ppm;
  }

  ownerOf(asset: string, tokenId: bigint): string | undefined {
    return this.owners.get(`${asset} ${tokenId}`);
  }

  balanceOf(account: string, currency: string): bigint {
    return this.balances.get(`${account} ${currency}`) ?? 0n;
  }

  creditOf(holder: Holder, account: string, currency: string): bigint {
    return this.credits.get(`${holder} ${account} ${currency}`) ?? 0n;
  }

  counterOf(maker: string): bigint {
    return this.#counters.get(maker) ?? 0n;
  }

  /** All of a currency there is, wherever it is: never changes but by `fund`. */
  total(currency: string): bigint {
    let sum = 0n;
    for (const book of [this.balances, this.paidToWorks, this.paidUpstream]) {
      for (const [key, amount] of book) if (key.endsWith(` ${currency}`)) sum += amount;
    }
    return sum;
  }

  /** @param value coin sent with the call */
  buy(order: ModelOrder, buyer: string, value: bigint, now: bigint): string[] {
    const broken = this.#orderBroken(order, buyer, now);
    const due = order.currency === COIN ? order.price : 0n;
    if (value !== due) broken.push("SettlementWrongValue");
    broken.push(...this.#ownerBroken(order.asset, order.item, order.maker));
    if (this.balanceOf(buyer, order.currency) < order.price) broken.push("ERC20InsufficientBalance");
    if (broken.length > 0) return broken;
    this.#used.add(`${order.maker} ${order.nonce}`);
    this.#sell(order, order.item, order.maker, buyer, buyer);
    return [];
  }

  acceptOffer(order: ModelOrder, seller: string, tokenId: bigint, minProceeds: bigint, now: bigint): string[] {
    const broken = this.#orderBroken(order, seller, now);
    if (order.currency === COIN) broken.push("MarketplaceCoinOffer");
    const wanted =
      order.kind === "collection" || (order.kind === "trait" ? order.trait?.includes(tokenId) : order.item === tokenId);
    if (!wanted) broken.push("MarketplaceWrongToken");
    broken.push(...this.#ownerBroken(order.asset, tokenId, seller));
    const rule = this.#royalties.get(order.asset);
    if (rule?.rule === "license" && rule.spent(tokenId)) broken.push("SettlementLicenseSpent");
    if (this.balanceOf(order.maker, order.currency) < order.price) broken.push("ERC20InsufficientBalance");
    const cut = this.#cutOf(order.asset, tokenId, order.price, this.#fee.market, order.referrer, order.referrerFee);
    if (proceedsOf(order.price, cut) < minProceeds) broken.push("MarketplaceBelowMinProceeds");
    if (broken.length > 0) return broken;
    this.#used.add(`${order.maker} ${order.nonce}`);
    this.#sell(order, tokenId, seller, order.maker, order.maker);
    return [];
  }

  cancelOrder(maker: string, nonce: bigint): string[] {
    if (this.#used.has(`${maker} ${nonce}`)) return ["MarketplaceNonceUsed"];
    this.#used.add(`${maker} ${nonce}`);
    return [];
  }

  /** @param counter the new one, which the chain draws */
  cancelAll(maker: string, counter: bigint): void {
    this.#counters.set(maker, counter);
  }

  /** Starts an auction; the caller has checked the bounds of its parameters. */
  create(auction: Omit<ModelAuction, "extended" | "fee" | "bidder" | "status">): string[] {
    const broken = this.#ownerBroken(auction.asset, auction.tokenId, auction.seller);
    if (broken.length > 0) return broken;
    this.give(auction.asset, auction.tokenId, custody(auction.seller));
    this.auctions.push({ ...auction, extended: 0n, fee: this.#fee.auctions, bidder: null, status: "live" });
    return [];
  }

  /** The least next bid, or the price now. */
  priceOf(id: number, now: bigint): bigint {
    const auction = this.#auction(id);
    const { amount, endPrice, startsAt, endsAt, bidder, increment } = auction;
    if (!auction.dutch) return bidder === null ? amount : amount + (amount * increment + PPM - 1n) / PPM;
    if (bidder !== null || now <= startsAt) return amount;
    if (now >= endsAt) return endPrice;
    return amount - ((amount - endPrice) * (now - startsAt)) / (endsAt - startsAt);
  }

  bid(id: number, bidder: string, amount: bigint, now: bigint): string[] {
    const auction = this.#auction(id);
    const broken = openBroken(auction, now);
    if (auction.dutch) broken.push("AuctionHouseWrongKind");
    if (bidder === auction.seller) broken.push("AuctionHouseOwnAuction");
    if (amount < this.priceOf(id, now)) broken.push("AuctionHouseBidTooLow");
    if (this.balanceOf(bidder, auction.currency) < amount) broken.push("ERC20InsufficientBalance");
    if (broken.length > 0) return broken;
    if (auction.bidder !== null) this.#credit("auctions", auction.bidder, auction.currency, auction.amount);
    this.#move(bidder, "auctions", auction.currency, amount);
    auction.bidder = bidder;
    auction.amount = amount;
    // At least `extension` seconds are left after a bid, as long as the cap of two hours allows it.
    const wanted = now + auction.extension - auction.endsAt;
    const more = min(wanted > 0n ? wanted : 0n, 7200n - auction.extended);
    auction.endsAt += more;
    auction.extended += more;
    return [];
  }

  /** @param value coin sent, at most `maxPrice` by the test's choice */
  buyDutch(id: number, buyer: string, maxPrice: bigint, value: bigint, now: bigint): string[] {
    const auction = this.#auction(id);
    const broken = openBroken(auction, now);
    if (!auction.dutch) broken.push("AuctionHouseWrongKind");
    if (buyer === auction.seller) broken.push("AuctionHouseOwnAuction");
    const price = this.priceOf(id, now);
    if (price > maxPrice) broken.push("AuctionHousePriceAboveMax");
    if (auction.currency === COIN ? value < price : value !== 0n) broken.push("SettlementWrongValue");
    if (this.balanceOf(buyer, auction.currency) < price) broken.push("ERC20InsufficientBalance");
    if (broken.length > 0) return broken;
    auction.amount = price;
    auction.bidder = buyer;
    this.#move(buyer, "auctions", auction.currency, price);
    this.#handOver(auction);
    return [];
  }

  settle(id: number, now: bigint): string[] {
    const auction = this.#auction(id);
    const broken = overBroken(auction, now, 0n);
    if (broken.length > 0) return broken;
    if (auction.bidder !== null) {
      this.#handOver(auction);
    } else {
      auction.status = "returned";
      this.give(auction.asset, auction.tokenId, auction.seller);
    }
    return [];
  }

  cancel(id: number, caller: string): string[] {
    const auction = this.#auction(id);
    const broken: string[] = [];
    if (auction.status !== "live") broken.push("AuctionHouseNotLive");
    if (caller !== auction.seller) broken.push("AuctionHouseNotSeller");
    if (auction.bidder !== null) broken.push("AuctionHouseHasBid");
    if (broken.length > 0) return broken;
    auction.status = "cancelled";
    this.give(auction.asset, auction.tokenId, auction.seller);
    return [];
  }

  unwind(id: number, now: bigint): string[] {
    const auction = this.#auction(id);
    const broken = overBroken(auction, now, 7n * DAY);
    if (broken.length > 0) return broken;
    auction.status = "unwound";
    if (auction.bidder !== null) this.#credit("auctions", auction.bidder, auction.currency, auction.amount);
    return [];
  }

  reclaim(id: number): string[] {
    const auction = this.#auction(id);
    if (auction.status !== "unwound") return ["AuctionHouseNotLive"];
    auction.status = "reclaimed";
    this.give(auction.asset, auction.tokenId, auction.seller);
    return [];
  }

  /** Pays an account what a contract holds for it; returns how much. */
  withdraw(holder: Holder, account: string, currency: string): bigint {
    const amount = this.creditOf(holder, account, currency);
    this.credits.set(`${holder} ${account} ${currency}`, 0n);
    this.#move(holder, account, currency, amount);
    return amount;
  }

  /** What a contract must hold: all credits, and the highest bids of live auctions. */
  owed(holder: Holder, currency: string): bigint {
    let sum = 0n;
    for (const [key, amount] of this.credits) {
      if (key.startsWith(`${holder} `) && key.endsWith(` ${currency}`)) sum += amount;
    }
    if (holder === "market") return sum;
    for (const auction of this.auctions) {
      if (auction.status === "live" && auction.bidder !== null && auction.currency === currency) sum += auction.amount;
    }
    return sum;
  }

  /** Traders have approved both contracts for everything; a custody nobody for anything. */
  #ownerBroken(asset: string, tokenId: bigint, from: string): string[] {
    const owner = this.ownerOf(asset, tokenId);
    if (owner === from) return [];
    return [owner?.startsWith(CUSTODY) ? "ERC721InsufficientApproval" : "ERC721IncorrectOwner"];
  }

  #orderBroken(order: ModelOrder, taker: string, now: bigint): string[] {
    const broken: string[] = [];
    if (now < order.startsAt || now > order.endsAt) broken.push("MarketplaceNotActive");
    if (order.taker !== COIN && order.taker !== taker) broken.push("MarketplaceNotTaker");
    if (order.maker === taker) broken.push("MarketplaceOwnOrder");
    if (order.counter !== this.counterOf(order.maker)) broken.push("MarketplaceOldCounter");
    if (this.#used.has(`${order.maker} ${order.nonce}`)) broken.push("MarketplaceNonceUsed");
    if (order.maxFee < this.#fee.market) broken.push("MarketplaceFeeAboveSigned");
    if (order.referrerFee > 100_000n) broken.push("MarketplaceReferrerFeeTooHigh");
    return broken;
  }

  #sell(order: ModelOrder, tokenId: bigint, seller: string, buyer: string, payer: string): void {
    const cut = this.#cutOf(order.asset, tokenId, order.price, this.#fee.market, order.referrer, order.referrerFee);
    this.give(order.asset, tokenId, buyer);
    this.#payOut("market", payer, seller, order.currency, order.price, order.referrer, cut);
  }

  #handOver(auction: ModelAuction): void {
    auction.status = "sold";
    const cut = this.#cutOf(auction.asset, auction.tokenId, auction.amount, auction.fee, COIN, 0n);
    this.give(auction.asset, auction.tokenId, auction.bidder ?? auction.seller);
    this.#payOut("auctions", "auctions", auction.seller, auction.currency, auction.amount, COIN, cut);
  }

  #cutOf(asset: string, tokenId: bigint, price: bigint, feePpm: bigint, referrer: string, referrerPpm: bigint): Cut {
    const rule = this.#royalties.get(asset);
    if (!rule) throw new RangeError(`no collection ${asset} in the model`);
    const fee = (price * feePpm) / PPM;
    const referral = referrer === COIN ? 0n : (price * referrerPpm) / PPM;
    if (rule.rule === "foreign") {
      const royalty = min((price * rule.ppm) / PPM, price / 10n);
      return { royalty, fee, referral, workId: 0n, stack: 0n, receiver: rule.receiver };
    }
    const stack = rule.rule === "work" ? rule.stackOf(tokenId) : 0n;
    const share = rule.rule === "work" ? min(stack, 100_000n) : 50_000n;
    const workId = rule.rule === "work" ? tokenId : rule.workOf(tokenId);
    return { royalty: (price * share) / PPM, fee, referral, workId, stack, receiver: "" };
  }

  #payOut(
    holder: Holder,
    payer: string,
    seller: string,
    currency: string,
    price: bigint,
    referrer: string,
    cut: Cut,
  ): void {
    this.#move(payer, seller, currency, proceedsOf(price, cut));
    this.#move(payer, holder, currency, cut.fee);
    this.#credit(holder, this.#rewards, currency, cut.fee);
    if (cut.workId === 0n) this.#move(payer, cut.receiver, currency, cut.royalty);
    else {
      add(this.balances, `${payer} ${currency}`, -cut.royalty);
      if (cut.stack === 0n) add(this.paidToWorks, `${cut.workId} ${currency}`, cut.royalty);
      else {
        add(this.paidUpstream, `${cut.workId} ${currency}`, cut.royalty);
        add(this.upstreamBases, `${cut.workId} ${currency}`, (cut.royalty * PPM) / cut.stack);
      }
    }
    this.#move(payer, referrer, currency, cut.referral);
  }

  #credit(holder: Holder, account: string, currency: string, amount: bigint): void {
    add(this.credits, `${holder} ${account} ${currency}`, amount);
  }

  #move(from: string, to: string, currency: string, amount: bigint): void {
    add(this.balances, `${from} ${currency}`, -amount);
    add(this.balances, `${to} ${currency}`, amount);
  }

  #auction(id: number): ModelAuction {
    const auction = this.auctions[id - 1];
    if (!auction) throw new RangeError(`no auction ${id} in the model`);
    return auction;
  }
}

/** The owner of a token in custody, as the model names it: this and the seller. */
export const CUSTODY = "custody of ";

function custody(seller: string): string {
  return CUSTODY + seller;
}

function openBroken(auction: ModelAuction, now: bigint): string[] {
  if (auction.status !== "live") return ["AuctionHouseNotLive"];
  return now < auction.startsAt || now >= auction.endsAt ? ["AuctionHouseNotOpen"] : [];
}

function overBroken(auction: ModelAuction, now: bigint, since: bigint): string[] {
  if (auction.status !== "live") return ["AuctionHouseNotLive"];
  return now < auction.endsAt + since ? ["AuctionHouseNotOver"] : [];
}

function proceedsOf(price: bigint, cut: Cut): bigint {
  return price - cut.royalty - cut.fee - cut.referral;
}

function add(book: Map<string, bigint>, key: string, amount: bigint): void {
  book.set(key, (book.get(key) ?? 0n) + amount);
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
