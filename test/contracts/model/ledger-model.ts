/**
 * A plain model of the royalty ledger, written from its rule (docs/ledger-rule.md) and not from the contract: the oracle of the tests.
 * Nothing is kept that can be derived: what crossed each edge, what was paid and claimed is all the model remembers of money.
 */
import { Refusal } from "./refusal.ts";

const PPM = 1_000_000n;
const HOLD_PERIOD = 45n * 86_400n;
const MAX_LIENS = 8;
const MAX_UNHEARD_LIENS = 4;

/** `share` in ppm: of the whole payment (absolute), or of what the child's owner keeps of it (relative). */
export type ModelEdge = { parent: number; share: bigint; relative: boolean };
export type Split = { payees: string[]; ppm: bigint[] };
type Lien = {
  ppm: bigint;
  /** A work by its index, or an account. */
  to: number | string;
  heard: boolean;
  marks: Map<string, { from: bigint; taken: bigint }>;
};
type Work = {
  owner: string;
  edges: ModelEdge[];
  stack: bigint;
  split: Split | undefined;
  /** By currency: what had been claimed when the present split came into force. */
  splitFrom: Map<string, bigint>;
  hold: { until: bigint; gross: Map<string, bigint> } | undefined;
  liens: Lien[];
};
/** `upstream`: the base that payments to a work's ancestors stand for. */
type Money = { paid: bigint; upstream: bigint; claimed: bigint; crossed: bigint[] };

/** Works by index from 0, accounts and currencies by address, amounts in the smallest unit, time in seconds. */
export class LedgerModel {
  readonly works: Work[] = [];
  /** Balances in the ledger, and what accounts hold themselves. */
  readonly balances = new Map<string, bigint>();
  readonly wallets = new Map<string, bigint>();
  now = 0n;
  readonly #money = new Map<string, Money>();
  readonly #funds = new Map<string, bigint>();

  /** Adds a work; its stack is what it owes upstream of each unit. */
  add(owner: string, edges: ModelEdge[], split?: Split): number {
    const stack = edges.reduce((sum, edge) => sum + edge.share + this.#stackBehind(edge), 0n);
    this.works.push({ owner, edges, stack, split, splitFrom: new Map(), hold: undefined, liens: [] });
    return this.works.length - 1;
  }

  pay(payer: string, work: number, currency: string, amount: bigint): void {
    if (amount === 0n) throw new Refusal("RoyaltyLedgerNothingPaid");
    this.#addTo(this.wallets, payer, currency, -amount);
    this.#moneyOf(work, currency).paid += amount;
  }

  /** All of the amount is the ancestors', in the parts they get of a direct payment; the work's own where it has none. */
  payUpstream(payer: string, work: number, currency: string, amount: bigint): void {
    const { stack } = this.#work(work);
    if (stack === 0n || amount === 0n) return this.pay(payer, work, currency, amount);
    this.#addTo(this.wallets, payer, currency, -amount);
    this.#moneyOf(work, currency).upstream += (amount * PPM) / stack;
  }

  /** All that entered the work itself: payments, liens to it, and its part of relative edges. */
  direct(work: number, currency: string): bigint {
    const { paid } = this.#moneyOf(work, currency);
    return paid + this.#sumIn(work, currency, true, (crossed, share) => (crossed * share) / PPM);
  }

  passed(work: number, currency: string): bigint {
    const { upstream } = this.#moneyOf(work, currency);
    return upstream + this.#sumIn(work, currency, false, (crossed) => crossed);
  }

  earned(work: number, currency: string): bigint {
    return this.#sumIn(work, currency, false, (crossed, share) => (crossed * share) / PPM);
  }

  claimed(work: number, currency: string): bigint {
    return this.#moneyOf(work, currency).claimed;
  }

  /** What `pull` would move: nothing over an edge that carries nothing. */
  pullable(work: number, index: number, currency: string): bigint {
    const edge = this.#work(work).edges[index];
    if (!edge) throw new Refusal("RoyaltyLedgerUnknownEdge");
    if (edge.share === 0n && this.#stackBehind(edge) === 0n) return 0n;
    const base = this.direct(work, currency) + this.passed(work, currency);
    return base - (this.#moneyOf(work, currency).crossed[index] ?? 0n);
  }

  pull(work: number, index: number, currency: string): void {
    const delta = this.pullable(work, index, currency);
    const { crossed } = this.#moneyOf(work, currency);
    crossed[index] = (crossed[index] ?? 0n) + delta;
  }

  /** What the owner is due, all time, before holds and liens: the obligation upstream is rounded up. */
  gross(work: number, currency: string): bigint {
    const direct = this.direct(work, currency);
    return direct - (direct * this.#work(work).stack + PPM - 1n) / PPM + this.earned(work, currency);
  }

  claimable(work: number, currency: string): bigint {
    return this.#net(work, currency, true) - this.claimed(work, currency);
  }

  /** What a hold keeps back now. */
  heldAmount(work: number, currency: string): bigint {
    return this.#net(work, currency, false) - this.#net(work, currency, true);
  }

  heldUntil(work: number): bigint {
    const { hold } = this.#work(work);
    return hold && this.now <= hold.until ? hold.until : 0n;
  }

  claim(work: number, currency: string): void {
    const { split, owner } = this.#work(work);
    if (split) throw new Refusal("RoyaltyLedgerHasSplit");
    this.touch(work, currency);
    const amount = this.claimable(work, currency);
    this.#moneyOf(work, currency).claimed += amount;
    this.#addTo(this.wallets, owner, currency, amount);
  }

  claimSplit(work: number, currency: string, given: Split): void {
    const { split, splitFrom } = this.#work(work);
    if (
      !split ||
      JSON.stringify([split.payees, split.ppm.map(String)]) !== JSON.stringify([given.payees, given.ppm.map(String)])
    ) {
      throw new Refusal("RoyaltyLedgerNotTheSplit");
    }
    this.touch(work, currency);
    const money = this.#moneyOf(work, currency);
    const from = splitFrom.get(currency) ?? 0n;
    const had = money.claimed - from;
    money.claimed += this.claimable(work, currency);
    const has = money.claimed - from;
    for (const [index, payee] of split.payees.entries()) {
      const share = split.ppm[index] ?? 0n;
      this.#addTo(this.balances, payee, currency, (has * share) / PPM - (had * share) / PPM);
    }
  }

  changeSplit(work: number, split: Split, currencies: string[]): void {
    const changed = this.#work(work);
    changed.split = split;
    for (const currency of currencies) changed.splitFrom.set(currency, this.claimed(work, currency));
  }

  withdraw(account: string, currency: string, to: string): void {
    const amount = this.balanceOf(account, currency);
    this.#addTo(this.balances, account, currency, -amount);
    this.#addTo(this.wallets, to, currency, amount);
  }

  balanceOf(account: string, currency: string): bigint {
    return this.balances.get(`${account} ${currency}`) ?? 0n;
  }

  walletOf(account: string, currency: string): bigint {
    return this.wallets.get(`${account} ${currency}`) ?? 0n;
  }

  fund(account: string, currency: string, amount: bigint): void {
    this.#addTo(this.wallets, account, currency, amount);
    this.#addTo(this.#funds, account, currency, amount);
  }

  /** What the account had to begin with. */
  fundedOf(account: string, currency: string): bigint {
    return this.#funds.get(`${account} ${currency}`) ?? 0n;
  }

  hold(work: number, currencies: string[]): void {
    if (this.heldUntil(work) !== 0n) throw new Refusal("RoyaltyLedgerAlreadyHeld");
    const gross = new Map(currencies.map((currency) => [currency, this.gross(work, currency)]));
    this.#work(work).hold = { until: this.now + HOLD_PERIOD, gross };
  }

  release(work: number): void {
    this.#work(work).hold = undefined;
  }

  /** A lien takes part in what arrives from now on; in held currencies, from the hold's beginning. */
  addLien(work: number, ppm: bigint, to: number | string, heard: boolean): void {
    const { liens, hold } = this.#work(work);
    const alike = liens.filter((lien) => lien.heard === heard);
    if (to === work || ppm === 0n) throw new Refusal("RoyaltyLedgerBadLien");
    if (liens.length === MAX_LIENS || (!heard && alike.length === MAX_UNHEARD_LIENS))
      throw new Refusal("RoyaltyLedgerTooManyLiens");
    if (alike.reduce((sum, lien) => sum + lien.ppm, ppm) > PPM) throw new Refusal("RoyaltyLedgerBadLien");
    const lien: Lien = { ppm, to, heard, marks: new Map() };
    liens.push(lien);
    if (!hold || this.heldUntil(work) === 0n) return;
    for (const [currency, from] of hold.gross) lien.marks.set(currency, { from, taken: 0n });
  }

  /** Starts the liens that had not begun in the currency. */
  touch(work: number, currency: string): void {
    for (const index of this.#work(work).liens.keys()) this.#start(work, index, currency);
  }

  lienDue(work: number, index: number, currency: string): bigint {
    const { heard, marks } = this.#lien(work, index);
    const mark = marks.get(currency);
    const gross = heard ? this.gross(work, currency) : this.#beforeHold(work, currency);
    return mark ? this.#lienPart(work, index, currency, gross) / PPM - mark.taken : 0n;
  }

  settleLien(work: number, index: number, currency: string): void {
    const { marks, to } = this.#lien(work, index);
    this.#start(work, index, currency);
    const due = this.lienDue(work, index, currency);
    const mark = marks.get(currency);
    if (mark) mark.taken += due;
    if (typeof to === "number") this.#moneyOf(to, currency).paid += due;
    else this.#addTo(this.balances, to, currency, due);
  }

  /**
   * What the work is due of all payments when everything is pulled, up to rounding, in ppm of a unit, if no edge is relative: by brute
   * force, the sum over all paths from each paid work down here of payment times the share of the path's last edge.
   */
  dueByPaths(work: number, currency: string): bigint {
    let sum = 0n;
    for (const [paid, { stack }] of this.works.entries()) {
      const { paid: entered, upstream } = this.#moneyOf(paid, currency);
      if (paid === work) sum += entered * (PPM - stack);
      sum += (entered + upstream) * this.#sharesOfPaths(paid, work);
    }
    return sum;
  }

  #sharesOfPaths(from: number, to: number): bigint {
    let sum = 0n;
    for (const edge of this.#work(from).edges) {
      if (edge.parent === to) sum += edge.share;
      sum += this.#sharesOfPaths(edge.parent, to);
    }
    return sum;
  }

  /** What may have been claimed by now: the hold caps the gross, liens take their part of what came after their start. */
  #net(work: number, currency: string, withHold: boolean): bigint {
    const gross = withHold ? this.#beforeHold(work, currency) : this.gross(work, currency);
    let kept = gross * PPM;
    for (const index of this.#work(work).liens.keys()) kept -= this.#lienPart(work, index, currency, gross);
    return kept / PPM;
  }

  #beforeHold(work: number, currency: string): bigint {
    const gross = this.gross(work, currency);
    const cap = this.heldUntil(work) === 0n ? undefined : this.#work(work).hold?.gross.get(currency);
    return cap !== undefined && cap < gross ? cap : gross;
  }

  /** What the lien takes of the first `gross` units: its rate, summed over the stretches on which no other lien starts. */
  #lienPart(work: number, index: number, currency: string, gross: bigint): bigint {
    const starts = this.#work(work).liens.flatMap(({ marks }) => marks.get(currency)?.from ?? []);
    const bounds = [...starts.filter((from) => from < gross), gross].toSorted((a, b) => (a < b ? -1 : 1));
    let sum = 0n;
    for (const [at, from] of bounds.slice(0, -1).entries())
      sum += ((bounds[at + 1] ?? gross) - from) * this.#lienRate(work, index, currency, from);
    return sum;
  }

  /** Of the unit after `at`: its own ppm if it was heard, else what those before it leave. */
  #lienRate(work: number, index: number, currency: string, at: bigint): bigint {
    const { ppm, heard, marks } = this.#lien(work, index);
    const from = marks.get(currency)?.from;
    if (from === undefined || from > at) return 0n;
    if (heard) return ppm;
    let left = PPM;
    for (const [other, lien] of this.#work(work).liens.entries())
      if (lien.heard || other < index) left -= this.#lienRate(work, other, currency, at);
    return left < ppm ? left : ppm;
  }

  #start(work: number, index: number, currency: string): void {
    const { marks } = this.#lien(work, index);
    if (!marks.has(currency)) marks.set(currency, { from: this.gross(work, currency), taken: 0n });
  }

  /** Sums over the edges into a work, of one mode. */
  #sumIn(parent: number, currency: string, relative: boolean, of: (crossed: bigint, share: bigint) => bigint): bigint {
    let sum = 0n;
    for (const [child, { edges }] of this.works.entries()) {
      for (const [index, edge] of edges.entries()) {
        if (edge.parent !== parent || edge.relative !== relative) continue;
        sum += of(this.#moneyOf(child, currency).crossed[index] ?? 0n, edge.share);
      }
    }
    return sum;
  }

  #stackBehind(edge: ModelEdge): bigint {
    return edge.relative ? 0n : this.#work(edge.parent).stack;
  }

  #moneyOf(work: number, currency: string): Money {
    const key = `${work} ${currency}`;
    const money = this.#money.get(key) ?? { paid: 0n, upstream: 0n, claimed: 0n, crossed: [] };
    this.#money.set(key, money);
    return money;
  }

  #addTo(amounts: Map<string, bigint>, account: string, currency: string, amount: bigint): void {
    const key = `${account} ${currency}`;
    amounts.set(key, (amounts.get(key) ?? 0n) + amount);
  }

  #lien(work: number, index: number): Lien {
    const lien = this.#work(work).liens[index];
    if (!lien) throw new Refusal("RoyaltyLedgerUnknownLien");
    return lien;
  }

  #work(index: number): Work {
    const work = this.works[index];
    if (!work) throw new RangeError(`no work ${index} in the model`);
    return work;
  }
}
