/** One random scenario of the ledger, done in the model and on the chain, compared after each step. */
import { expect } from "chai";
import { Prng } from "../../../common/prng.ts";
import {
  coCreate,
  type Payees,
  type Person,
  SPLIT_CHANGE_TYPES,
  signAll,
  splitChangeOf,
  splitOf,
} from "../core/co-creation.ts";
import { ABSOLUTE, deployEdges, type EdgeHouse, RELATIVE, tokenFor } from "../core/core-house.ts";
import { COIN, newWork } from "../house.ts";
import { ethers, freeOfGas, time } from "../network.ts";
import { deployReader, Expectations } from "./expectations.ts";
import { LedgerModel, type ModelEdge, type Split } from "./ledger-model.ts";
import { Refusal } from "./refusal.ts";

const PPM = 1_000_000n;
const WORKS = 8;
const MAX_LIENS_HERE = 3;
/** Gas costs nothing, so that balances are what the ledger made them. */
const GAS = { gasLimit: 3_000_000n, gasPrice: 0n };

type SharedSplit = Payees & { people: Person[] };
export type LedgerFixture = Awaited<ReturnType<typeof ledgerFixture>>;

/** Registry, ledger and co-creation, five people, and a token that all of them hold. */
export async function ledgerFixture() {
  await freeOfGas();
  const core = await deployEdges();
  const people = [core.alice, core.bob, core.carol, core.dave, core.erin];
  const { currency } = await tokenFor(core, "PlainToken", ...people);
  return { core, people, currency, ...(await deployReader()) };
}

export class LedgerScenario {
  readonly model = new LedgerModel();
  readonly #core: EdgeHouse;
  readonly #people: Person[];
  readonly #currencies: string[];
  readonly #token: string;
  readonly #random: Prng;
  readonly #expectations: Expectations;
  readonly #absoluteOnly: boolean;
  #upstreamPayments = 0;
  readonly #splits = new Map<number, SharedSplit>();
  #issued = 0n;
  #nonce = 100n;
  /** How often each kind of step was done. */
  readonly done = new Map<string, number>();

  private constructor(fixture: LedgerFixture, seed: string | number) {
    this.#core = fixture.core;
    this.#people = fixture.people;
    this.#token = fixture.currency;
    this.#currencies = [COIN, fixture.currency];
    this.#random = new Prng(seed);
    this.#expectations = new Expectations(fixture.reader, fixture.readerAt);
    // A quarter of the worlds has no relative edge, so that the sum over paths says what everybody is due at the end.
    this.#absoluteOnly = this.#random.below(4) === 0;
  }

  /** Works of random people, a third of them shared, with random edges among them. */
  static async create(fixture: LedgerFixture, seed: string | number): Promise<LedgerScenario> {
    const scenario = new LedgerScenario(fixture, seed);
    for (let index = 0; index < WORKS; ++index) await scenario.#register(`${seed} ${index}`);
    for (const { address } of scenario.#people) {
      scenario.model.fund(address, COIN, await ethers.provider.getBalance(address));
      scenario.model.fund(address, fixture.currency, 10n ** 24n);
    }
    return scenario;
  }

  async step(): Promise<void> {
    const next = (await time.latest()) + (this.#random.below(8) === 0 ? 20 * 86_400 : 1 + this.#random.below(1000));
    await time.setNextBlockTimestamp(next);
    this.model.now = BigInt(next);
    const work = this.#random.below(WORKS);
    const currency = this.#random.pick(this.#currencies);
    const pick = this.#random.below(42);
    if (pick < 11) await this.#pay(work, currency);
    else if (pick < 18) await this.#pull(work, currency);
    else if (pick < 26) await this.#claim(work, currency);
    else if (pick < 29) await this.#withdraw(currency);
    else if (pick < 31) await this.#hold(work);
    else if (pick === 31) await this.#release(work);
    else if (pick < 34) await this.#addLien(work);
    else if (pick < 37) await this.#settleLien(work, currency);
    else if (pick === 37) await this.#transfer(work);
    else if (pick < 41) await this.#changeSplit();
    else await this.#touch(work, currency);
  }

  /** Every account's and the ledger's balances, and every work's books, in both currencies. */
  async compare(label: string): Promise<void> {
    const { ledger, works, house } = this.#core;
    const { model } = this;
    const expected = this.#expectations;
    // Views answer for the block that the call is in.
    model.now = BigInt(await time.latest());
    for (const [index, { owner, liens, edges, stack }] of model.works.entries()) {
      const id = BigInt(index + 1);
      expected.add(`owner of ${id}`, house.works, works, "ownerOf", [id], owner);
      expected.add(`stack of ${id}`, house.works, works, "stackOf", [id], stack);
      for (const currency of this.#currencies) {
        const read = (name: string, value: bigint, ...args: unknown[]) =>
          expected.add(`${name} of ${id} in ${currency}`, house.ledger, ledger, name, [id, ...args, currency], value);
        read("claimable", model.claimable(index, currency));
        read("heldAmount", model.heldAmount(index, currency));
        for (const field of ["direct", "passed", "earned", "claimed"] as const) {
          const value = model[field](index, currency);
          expected.add(`${field} of ${id}`, house.ledger, ledger, "accountOf", [id, currency], value, field);
        }
        for (const at of edges.keys()) read("pullable", model.pullable(index, at, currency), at);
        for (const at of liens.keys()) read("lienDue", model.lienDue(index, at, currency), at);
      }
    }
    for (const currency of this.#currencies) {
      let held = 0n;
      for (const { address } of this.#people) {
        const balance = model.balanceOf(address, currency);
        expected.add(`balance of ${address}`, house.ledger, ledger, "balanceOf", [address, currency], balance);
        const wallet = model.walletOf(address, currency);
        expected.addHeld(`wallet of ${address}`, address, currency, wallet);
        held += model.fundedOf(address, currency) - wallet;
      }
      expected.addHeld("what the ledger holds", house.ledger, currency, held);
    }
    await expected.check(label);
  }

  /** Ends holds, pulls and settles everything, claims it, and shows that only dust is left. */
  async settle(label: string): Promise<void> {
    for (const index of this.model.works.keys()) {
      this.model.release(index);
      await this.#core.ledger.connect(this.#core.disputes).release(BigInt(index + 1), GAS);
    }
    for (const currency of this.#currencies) {
      await this.#pullEverything(currency);
      for (const index of this.model.works.keys()) await this.#claim(index, currency, false);
      await this.compare(`${label}, all settled`);
      this.#expectFairEnd(label, currency);
    }
  }

  /** Liens to works bring money to works above, so pulls go round until nothing moves. */
  async #pullEverything(currency: string): Promise<void> {
    const { model } = this;
    for (let moved = true, round = 0; moved && round < 2 * WORKS; ++round) {
      moved = false;
      for (const [index, { edges, liens }] of [...model.works.entries()].reverse()) {
        for (const at of edges.keys()) {
          if (model.pullable(index, at, currency) === 0n) continue;
          moved = true;
          model.pull(index, at, currency);
          await this.#core.ledger.pull(BigInt(index + 1), at, currency, GAS);
        }
        for (const at of liens.keys()) {
          if (model.lienDue(index, at, currency) === 0n) continue;
          moved = true;
          model.settleLien(index, at, currency);
          await this.#core.ledger.settleLien(BigInt(index + 1), at, currency, GAS);
        }
      }
    }
  }

  #expectFairEnd(label: string, currency: string): void {
    const { model } = this;
    let dust = 0n;
    for (const { address } of this.#people) {
      dust +=
        model.fundedOf(address, currency) - model.walletOf(address, currency) - model.balanceOf(address, currency);
    }
    const edges = model.works.reduce((sum, work) => sum + work.edges.length + work.liens.length + 1, 0);
    const payees = [...this.#splits.values()].reduce((sum, { payees }) => sum + payees.length, 0);
    // A payment to ancestors alone is rounded down to the base it stands for: less than a unit of it is lost.
    const limit = BigInt(2 * edges + 8 * payees + this.#upstreamPayments);
    expect(dust >= 0n && dust <= limit, `${label}: ${dust} of dust, at most ${limit}`).to.equal(true);
    if (!this.#absoluteOnly) return;
    for (const [index] of model.works.entries()) {
      const short = model.dueByPaths(index, currency) - model.gross(index, currency) * PPM;
      // Rounding takes less than a unit for the work itself and for each edge into it.
      const rounding = 1 + model.works.flatMap((work) => work.edges).filter(({ parent }) => parent === index).length;
      expect(short >= 0n && short < BigInt(rounding) * PPM, `${label}: work ${index} is short of ${short}`).to.equal(
        true,
      );
    }
  }

  async #register(seed: string): Promise<void> {
    const random = this.#random;
    const { model } = this;
    const owner = random.pick(this.#people);
    const edges = this.#randomEdges();
    const licenseIds: bigint[] = [];
    for (const { parent, share, relative } of edges) {
      await this.#core.licenses.issue(BigInt(parent + 1), share, relative ? RELATIVE : ABSOLUTE, GAS);
      licenseIds.push(++this.#issued);
    }
    if (edges.length > 0) {
      model.add(owner.address, edges);
      await this.#core.works.connect(owner).registerDerivative(newWork(seed), licenseIds, GAS);
    } else if (model.works.length > 0 && random.below(2) === 0) {
      const split = this.#randomSplit();
      this.#splits.set(model.add(owner.address, edges, plain(split)), split);
      await coCreate(this.#core, owner, split, seed);
    } else {
      model.add(owner.address, edges);
      await this.#core.works.connect(owner).register(newWork(seed), GAS);
    }
  }

  /** Up to three parents with shares that keep the stack within the whole; a third of the works are roots. */
  #randomEdges(): ModelEdge[] {
    const { works } = this.model;
    const random = this.#random;
    const edges: ModelEdge[] = [];
    if (works.length === 0 || random.below(3) === 0) return edges;
    let stack = 0n;
    for (let wanted = 1 + random.below(3); wanted > 0; --wanted) {
      const parent = random.below(works.length);
      const share = random.below(4) === 0 ? 0n : BigInt(random.below(300_000));
      const relative = !this.#absoluteOnly && random.below(3) === 0;
      const more = share + (relative ? 0n : (works[parent]?.stack ?? 0n));
      if (edges.some((edge) => edge.parent === parent) || stack + more > PPM) continue;
      stack += more;
      edges.push({ parent, share, relative });
    }
    return edges;
  }

  #randomSplit(): SharedSplit {
    const count = 1 + this.#random.below(3);
    const chosen = this.#random.shuffle(this.#people).slice(0, count);
    const first = 1 + this.#random.below(900_000);
    const parts = count === 1 ? [1_000_000] : count === 2 ? [first, 1_000_000 - first] : [first, 1, 999_999 - first];
    return splitOf(chosen.map((person, index) => [person, parts[index] ?? 0]));
  }

  async #pay(work: number, currency: string): Promise<void> {
    const payer = this.#person();
    const amount = BigInt(this.#random.below(this.#random.below(3) === 0 ? 4_000_000_000 : 40));
    const value = currency === COIN ? amount : 0n;
    if (this.#random.below(4) === 0) {
      ++this.#upstreamPayments;
      await this.#do(
        "payUpstream",
        () => this.model.payUpstream(payer.address, work, currency, amount),
        () => this.#core.ledger.connect(payer).payUpstream(BigInt(work + 1), currency, amount, { ...GAS, value }),
      );
      return;
    }
    await this.#do(
      "pay",
      () => this.model.pay(payer.address, work, currency, amount),
      () => this.#core.ledger.connect(payer).pay(BigInt(work + 1), currency, amount, { ...GAS, value }),
    );
  }

  async #pull(work: number, currency: string): Promise<void> {
    const count = this.model.works[work]?.edges.length ?? 0;
    // Now and then an edge that is not there.
    const index = this.#random.below(this.#random.below(8) === 0 ? count + 1 : Math.max(1, count));
    await this.#do(
      "pull",
      () => this.model.pull(work, index, currency),
      () => this.#core.ledger.connect(this.#person()).pull(BigInt(work + 1), index, currency, GAS),
    );
  }

  /** By anybody; now and then as if a shared work were one person's, or with a list of payees that is not the split. */
  async #claim(work: number, currency: string, mayBeWrong = true): Promise<void> {
    const caller = this.#core.ledger.connect(this.#person());
    const id = BigInt(work + 1);
    const wrong = mayBeWrong && this.#random.below(12) === 0;
    const split = wrong ? this.#randomSplit() : this.#splits.get(work);
    if (split === undefined || (wrong && this.#random.below(2) === 0)) {
      await this.#do(
        "claim",
        () => this.model.claim(work, currency),
        () => caller.claim(id, currency, GAS),
      );
      return;
    }
    await this.#do(
      "claimSplit",
      () => this.model.claimSplit(work, currency, plain(split)),
      () => caller.claimSplit(id, currency, split.payees, split.ppm, GAS),
    );
  }

  async #withdraw(currency: string): Promise<void> {
    const account = this.#person();
    const to = this.#random.below(3) === 0 ? this.#person() : account;
    const own = this.#core.ledger.connect(account);
    await this.#do(
      "withdraw",
      () => this.model.withdraw(account.address, currency, to.address),
      () => (to === account ? own.withdraw(currency, GAS) : own.withdrawTo(currency, to.address, GAS)),
    );
  }

  async #hold(work: number): Promise<void> {
    const currencies = this.#random.pick([this.#currencies, [COIN], [this.#token], []]);
    await this.#do(
      "hold",
      () => this.model.hold(work, currencies),
      () => this.#core.ledger.connect(this.#core.disputes).hold(BigInt(work + 1), currencies, GAS),
    );
  }

  async #release(work: number): Promise<void> {
    await this.#do(
      "release",
      () => this.model.release(work),
      () => this.#core.ledger.connect(this.#core.disputes).release(BigInt(work + 1), GAS),
    );
  }

  async #addLien(work: number): Promise<void> {
    if ((this.model.works[work]?.liens.length ?? 0) >= MAX_LIENS_HERE) return;
    const toWork = this.#random.below(2) === 0;
    const beneficiary = this.#random.below(WORKS);
    const account = this.#person().address;
    const ppm = this.#random.below(6) === 0 ? 1_000_000 : this.#random.below(500_000);
    const heard = this.#random.below(2) === 0;
    await this.#do(
      "addLien",
      () => this.model.addLien(work, BigInt(ppm), toWork ? beneficiary : account, heard),
      () =>
        this.#core.ledger
          .connect(this.#core.disputes)
          .addLien(BigInt(work + 1), ppm, toWork ? BigInt(beneficiary + 1) : 0n, account, heard, GAS),
    );
  }

  /** Mostly of a work that has one. */
  async #settleLien(work: number, currency: string): Promise<void> {
    const encumbered = [...this.model.works.keys()].filter((index) => this.model.works[index]?.liens.length);
    const chosen = encumbered.length > 0 && this.#random.below(8) > 0 ? this.#random.pick(encumbered) : work;
    const index = this.#random.below(Math.max(1, this.model.works[chosen]?.liens.length ?? 0));
    await this.#do(
      "settleLien",
      () => this.model.settleLien(chosen, index, currency),
      () => this.#core.ledger.connect(this.#person()).settleLien(BigInt(chosen + 1), index, currency, GAS),
    );
  }

  async #touch(work: number, currency: string): Promise<void> {
    await this.#do(
      "touch",
      () => this.model.touch(work, currency),
      () => this.#core.ledger.connect(this.#person()).touch(BigInt(work + 1), currency, GAS),
    );
  }

  /** Income of a shared work stays with its payees; that of any other goes to whoever owns it when it is claimed. */
  async #transfer(work: number): Promise<void> {
    const owned = this.model.works[work];
    const owner = this.#people.find(({ address }) => address === owned?.owner);
    if (!owned || !owner) return;
    const to = this.#person().address;
    await this.#do(
      "transfer",
      () => {
        owned.owner = to;
      },
      () => this.#core.works.connect(owner).transferFrom(owner.address, to, BigInt(work + 1), GAS),
    );
  }

  async #changeSplit(): Promise<void> {
    if (this.#splits.size === 0) return;
    const [work, before] = this.#random.pick([...this.#splits]);
    const split = this.#randomSplit();
    const change = splitChangeOf(BigInt(work + 1), split, { nonce: ++this.#nonce });
    const signatures = await signAll(this.#core, before.people, SPLIT_CHANGE_TYPES, change);
    await this.#do(
      "changeSplit",
      () => this.model.changeSplit(work, plain(split), this.#currencies),
      () => this.#core.coCreations.changeSplit(before.payees, before.ppm, change, signatures, GAS),
    );
    this.#splits.set(work, split);
  }

  /** Both do it, or both refuse it for the same reason. */
  async #do(name: string, model: () => void, send: () => Promise<unknown>): Promise<void> {
    let refusal: string | undefined;
    try {
      model();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error.message;
    }
    if (refusal === undefined) {
      await send();
      this.done.set(name, (this.done.get(name) ?? 0) + 1);
      return;
    }
    const outcome = await send().then(
      () => `${name} was done`,
      (error: Error) => error.message,
    );
    expect(outcome, name).to.include(refusal);
    this.done.set("refused", (this.done.get("refused") ?? 0) + 1);
  }

  #person(): Person {
    return this.#random.pick(this.#people);
  }
}

function plain({ payees, ppm }: Payees): Split {
  return { payees, ppm: ppm.map(BigInt) };
}
