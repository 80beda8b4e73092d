/** One random scenario of jobs, done in the model and on the chain, compared after each step. */
import { expect } from "chai";
import { Prng } from "../../../common/prng.ts";
import type { ComputeHouse } from "../compute-house.ts";
import { COIN, MINIMUM_STAKE } from "../house.ts";
import { ethers, freeOfGas, networkHelpers, time } from "../network.ts";
import { readyMarket, STAKE } from "../ready-market.ts";
import { deployReader, Expectations } from "./expectations.ts";
import { type Job, JobModel, type NewJob } from "./job-model.ts";
import { Refusal } from "./refusal.ts";

type Account = Awaited<ReturnType<typeof ethers.getSigners>>[number];
type Call = {
  send: () => Promise<unknown>;
  model: () => unknown;
  /** What the sender pays with it, and what he gets paid out, as the model says beforehand. */
  by?: Account;
  value?: bigint;
  gain?: bigint;
};
export type JobFixture = Awaited<ReturnType<typeof jobFixture>>;

const SPEC = ethers.id("spec");
const RECEIPT = ethers.id("receipt");
const SALT = ethers.id("salt");
const FINDINGS = [ethers.id("a"), ethers.id("b"), ethers.id("c")] as const;
const STATUS = [
  "None",
  "Posted",
  "Accepted",
  "Submitted",
  "Disputed",
  "Settled",
  "Refunded",
  "Split",
  "Checking",
] as const;
const STAGE = ["None", "Requested", "Drawn", "Decided", "Stuck", "Arbitrated", "Closed"] as const;
const MODEL_SHARE = 250_001n;
const VERIFIERS_FROM = 2;
const ENDS = ["Settled", "Refunded", "Split"];
const OPERATORS = 8;
/** Gas costs nothing, so that balances are what the contracts made them. */
const GAS = { gasLimit: 8_000_000n, gasPrice: 0n };

/** Eight operators of different stakes; all but the first two are verifiers. */
export async function jobFixture() {
  await freeOfGas();
  const house = await readyMarket();
  const crowd = (await ethers.getSigners()).slice(9, 9 + OPERATORS);
  await house.market.connect(house.alice).setModelShare(1n, MODEL_SHARE);
  for (const [index, operator] of crowd.entries()) {
    const own = house.operators.connect(operator);
    await own.register(SPEC, { value: stakeAt(index) });
    if (index >= VERIFIERS_FROM) await own.becomeVerifier(bondAt(index));
  }
  return { ...house, crowd, ...(await deployReader()) };
}

function stakeAt(index: number): bigint {
  return MINIMUM_STAKE * BigInt(20 + index);
}

function bondAt(index: number): bigint {
  return MINIMUM_STAKE * BigInt(index);
}

/** What happened, so that a campaign can show that it got somewhere: operations by name, done and refused. */
export type Tally = Map<string, { done: number; refused: number }>;

/** The machine on both sides. Accounts are named by their addresses. */
export class JobScenario {
  readonly #house: JobFixture;
  readonly #random: Prng;
  readonly #model = new JobModel(MINIMUM_STAKE);
  readonly #tally: Tally;
  readonly #expectations: Expectations;
  /** Coin of those who act. */
  readonly #wallets = new Map<string, bigint>();
  #requesters: Account[] = [];
  #operators: Account[] = [];

  /** @param house a set in which model 1 belongs to alice and nobody has done anything yet */
  constructor(house: JobFixture, seed: string, tally: Tally) {
    this.#house = house;
    this.#expectations = new Expectations(house.reader, house.readerAt);
    this.#random = new Prng(seed);
    this.#tally = tally;
  }

  /** Who there is, as the fixture made them. */
  async begin(): Promise<void> {
    this.#requesters = [this.#house.requester, this.#house.bob, this.#house.carol];
    this.#operators = this.#house.crowd;
    this.#model.modelShare = MODEL_SHARE;
    this.#model.stakes.register(this.#house.operator.address, STAKE);
    for (const [index, { address }] of this.#operators.entries()) {
      this.#model.stakes.register(address, stakeAt(index));
      if (index >= VERIFIERS_FROM) this.#model.stakes.becomeVerifier(address, bondAt(index));
    }
    for (const { address } of [...this.#requesters, ...this.#operators]) {
      this.#wallets.set(address, await ethers.provider.getBalance(address));
    }
  }

  /** A random step on both sides: both do it, or both refuse it for the same reason. Then everything is compared. */
  async step(): Promise<void> {
    await this.#wait();
    const name = this.#random.pick(this.#likely());
    const call = await this.#calls(name);
    const count = this.#tally.get(name) ?? { done: 0, refused: 0 };
    this.#tally.set(name, count);
    const refusal = refusalOf(call.model);
    if (refusal === undefined) {
      await call.send();
      count.done += 1;
      if (call.by) {
        const before = this.#wallets.get(call.by.address) ?? 0n;
        this.#wallets.set(call.by.address, before - (call.value ?? 0n) + (call.gain ?? 0n));
      }
    } else {
      count.refused += 1;
      expect(await errorOf(this.#house, call.send), name).to.equal(refusal);
    }
    await this.#compare(name);
  }

  /** Mostly seconds to an hour, sometimes long enough for any time-out; sometimes blocks without a step. */
  async #wait(): Promise<void> {
    const pick = this.#random.below(30);
    if (pick === 0) await networkHelpers.mine(300);
    else if (pick < 8) await networkHelpers.mine(3);
    const seconds = pick === 29 ? 31 * 86_400 : pick > 26 ? 20_000 : this.#random.below(400) + 1;
    const next = (await time.latest()) + seconds;
    await time.setNextBlockTimestamp(next);
    this.#model.now = BigInt(next);
    this.#model.block = BigInt((await ethers.provider.getBlockNumber()) + 1);
  }

  /** Names of steps, three quarters of them of those that jobs under way wait for. */
  #likely(): string[] {
    const wanted: string[] = [];
    for (const id of this.#underWay()) {
      const job = this.#model.jobs[id - 1] as Job;
      if (job.stage === "Requested") wanted.push("draw", "draw", "draw");
      else if (job.stage === "Drawn") wanted.push("commit", "commit", "commit", "reveal", "reveal", "reveal", "tally");
      else if (job.stage === "Decided") wanted.push("close", "escalate");
      else if (job.stage === "Stuck") wanted.push("close", "refer");
      else if (job.stage === "Arbitrated") wanted.push("close", "rule");
      else if (job.status === "Posted") wanted.push("accept", "accept", "accept", "accept", "cancel", "poke");
      else if (job.status === "Accepted") wanted.push("submit", "submit", "submit", "poke");
      else if (job.status === "Submitted") wanted.push("settle", "dispute", "dispute", "poke");
    }
    if (wanted.length > 0 && this.#random.below(4) > 0) return wanted;
    return ["post", "post", "post", "post", "deposit", "withdraw", "withdrawFromChecks", "stake", "settleMany", "cost"];
  }

  /** The newest jobs that have not ended, four at most. */
  #underWay(): number[] {
    const ids = this.#model.jobs.map((_, index) => index + 1);
    return ids.filter((id) => !ENDS.includes(this.#model.jobs[id - 1]?.status ?? "")).slice(-4);
  }

  /** One of the newest jobs, most often one that waits for such a step. */
  #id(wants: (job: Job) => boolean): number {
    const { jobs } = this.#model;
    const fitting = this.#underWay().filter((id) => wants(jobs[id - 1] as Job));
    if (fitting.length > 0 && this.#random.below(10) > 0) return this.#random.pick(fitting);
    const newest = jobs.map((_, index) => index + 1).slice(-4);
    return newest.length === 0 ? 1 : this.#random.pick(newest);
  }

  /** Who should do it, or now and then anybody. */
  #who(wanted: string | undefined): Account {
    const everybody = [...this.#requesters, ...this.#operators];
    const found = everybody.find(({ address }) => address === wanted);
    return found && this.#random.below(10) > 0 ? found : this.#random.pick(everybody);
  }

  async #calls(name: string): Promise<Call> {
    const { market, checks, operators, arbitrator, disputes } = this.#house;
    const model = this.#model;
    const random = this.#random;
    const inStatus = (status: string) => this.#id((job) => job.status === status && job.stage === "None");
    const inStage = (stage: string) => this.#id((job) => job.stage === stage);
    const job = (id: number) => model.jobs[id - 1];
    if (name === "post") {
      const by = random.pick(this.#requesters);
      const fresh = this.#newJob();
      // Sometimes less than it takes, where the balance must do; the rest of what is too much is kept as a balance.
      const value = BigInt(random.below(4) === 0 ? random.below(4) : 10) * (fresh.price / 2n + 1n);
      const { price, verification, acceptWithin, submitWithin, reviewWithin } = fresh;
      const sent = {
        modelWork: 1n,
        operator: fresh.operator ?? ethers.ZeroAddress,
        currency: COIN,
        price,
        specDigest: SPEC,
        acceptWithin,
        submitWithin,
        reviewWithin,
        verification,
        coinRate: BigInt(random.below(3)),
        referrer: fresh.referrer ?? ethers.ZeroAddress,
      };
      return {
        send: () => market.connect(by).post(sent, { ...GAS, value }),
        model: () => model.post(by.address, fresh, value),
        by,
        value,
      };
    }
    if (name === "deposit") {
      const by = random.pick(this.#requesters);
      const amount = BigInt(random.below(1_000_000));
      return {
        send: () => market.connect(by).deposit(COIN, amount, { ...GAS, value: amount }),
        model: () => model.deposit(by.address, amount),
        by,
        value: amount,
      };
    }
    if (name === "accept") {
      const id = inStatus("Posted");
      const by = this.#who(job(id)?.operator ?? random.pick(this.#operators).address);
      return { send: () => market.connect(by).accept(id, GAS), model: () => model.accept(by.address, id) };
    }
    if (name === "cancel" || name === "settle") {
      const id = inStatus(name === "cancel" ? "Posted" : "Submitted");
      const by = this.#who(job(id)?.requester);
      if (name === "cancel") {
        return { send: () => market.connect(by).cancel(id, GAS), model: () => model.cancel(by.address, id) };
      }
      return { send: () => market.connect(by).settle(id, GAS), model: () => model.settle(by.address, [id]) };
    }
    if (name === "settleMany") {
      const by = random.pick(this.#requesters);
      const own = model.jobs.flatMap(({ requester, status }, index) =>
        requester === by.address && status === "Submitted" ? [index + 1] : [],
      );
      const ids = random.below(5) === 0 ? [...own, inStatus("Posted")] : own;
      return { send: () => market.connect(by).settleMany(ids, GAS), model: () => model.settle(by.address, ids) };
    }
    if (name === "submit") {
      const id = inStatus("Accepted");
      const by = this.#who(job(id)?.operator);
      const output = random.pick(FINDINGS);
      return {
        send: () => market.connect(by).submit(id, output, RECEIPT, GAS),
        model: () => model.submit(by.address, id, output),
      };
    }
    if (name === "dispute") {
      const id = inStatus("Submitted");
      const by = this.#who(job(id)?.requester);
      const free = [1, 2].includes(job(id)?.verification ?? 0);
      const value = (free ? 0n : model.arbitrationCost) + BigInt(random.below(20) === 0 ? 1 : 0);
      return {
        send: () => market.connect(by).dispute(id, SPEC, { ...GAS, value }),
        model: () => model.dispute(by.address, id, value),
        by,
        value,
      };
    }
    if (name === "poke") {
      const id = this.#id(({ stage }) => stage === "None");
      const by = this.#who(undefined);
      return { send: () => market.connect(by).poke(id, GAS), model: () => model.poke(by.address, id) };
    }
    if (name === "draw") {
      const id = inStage("Requested");
      const seed = await this.#seed(id);
      return { send: () => checks.draw(id, GAS), model: () => model.draw(id, seed) };
    }
    if (name === "commit" || name === "reveal") {
      const id = inStage("Drawn");
      const found = job(id);
      const waiting = (found?.votes.slice(-3) ?? []).filter(({ committed, revealed }) =>
        name === "commit" ? committed === undefined : committed !== undefined && revealed === undefined,
      );
      const vote = waiting.length === 0 ? undefined : random.pick(waiting);
      const by = this.#who(vote?.verifier);
      const guess = random.below(3) === 0 ? random.pick(FINDINGS) : found?.output || FINDINGS[0];
      const finding = name === "reveal" && random.below(10) > 0 ? (vote?.committed ?? guess) : guess;
      if (name === "reveal") {
        return {
          send: () => checks.connect(by).reveal(id, finding, SALT, GAS),
          model: () => model.reveal(by.address, id, finding),
        };
      }
      const commitment = await checks.commitmentOf(id, found?.round ?? 0, by.address, finding, SALT);
      return {
        send: () => checks.connect(by).commit(id, commitment, GAS),
        model: () => model.commit(by.address, id, finding),
      };
    }
    if (name === "tally") {
      const id = inStage("Drawn");
      const by = this.#who(undefined);
      const output = job(id)?.output || FINDINGS[0];
      return {
        send: () => checks.connect(by).tally(id, SPEC, output, RECEIPT, GAS),
        model: () => model.tally(by.address, id),
      };
    }
    if (name === "escalate") {
      const id = inStage("Decided");
      const by = this.#who(job(id)?.right ? job(id)?.requester : job(id)?.operator);
      const least = 2n * (model.arbitrationCost > MINIMUM_STAKE ? model.arbitrationCost : MINIMUM_STAKE);
      const value = least + BigInt(random.below(4) - 1);
      return {
        send: () => checks.connect(by).escalate(id, { ...GAS, value }),
        model: () => model.escalate(by.address, id, value),
        by,
        value,
      };
    }
    if (name === "refer") {
      const id = inStage("Stuck");
      const by = this.#who(undefined);
      const value = model.arbitrationCost + BigInt(random.below(3));
      return {
        send: () => checks.connect(by).refer(id, { ...GAS, value }),
        model: () => model.refer(by.address, id, value),
        by,
        value,
      };
    }
    if (name === "rule") {
      const id = inStage("Arbitrated");
      const { disputeId } = await checks.checkOf(id);
      const ruling = random.below(3);
      if (job(id)?.stage !== "Arbitrated") return { send: async () => {}, model: () => {} };
      return { send: () => arbitrator.giveRuling(disputeId, ruling, GAS), model: () => model.rule(id, ruling) };
    }
    if (name === "close") {
      const id = this.#id(({ stage }) => ["Decided", "Stuck", "Arbitrated"].includes(stage));
      return { send: () => checks.close(id, GAS), model: () => model.close(id) };
    }
    if (name === "withdraw" || name === "withdrawFromChecks") {
      const by = this.#who(undefined);
      if (name === "withdraw") {
        return {
          send: () => market.connect(by).withdraw(COIN, GAS),
          model: () => model.withdraw(by.address),
          by,
          gain: model.credits.get(by.address) ?? 0n,
        };
      }
      return {
        send: () => checks.connect(by).withdraw(by.address, GAS),
        model: () => model.withdrawFromChecks(by.address),
        by,
        gain: model.checkCredits.get(by.address) ?? 0n,
      };
    }
    if (name === "cost") {
      const cost = BigInt(random.below(3)) * (MINIMUM_STAKE - 7n);
      return {
        send: () => arbitrator.setCost(cost, GAS),
        model: () => {
          model.arbitrationCost = cost;
        },
      };
    }
    const by = this.#who(random.pick(this.#operators).address);
    const amount = MINIMUM_STAKE * BigInt(random.below(12));
    const own = operators.connect(by);
    const { stakes } = model;
    const choices: Call[] = [
      {
        send: () => own.addStake({ ...GAS, value: amount }),
        model: () => stakes.addStake(by.address, amount),
        by,
        value: amount,
      },
      {
        send: () => own.startUnbonding(amount, GAS),
        model: () => stakes.startUnbonding(by.address, amount, model.now),
      },
      {
        send: () => own.withdrawStake(GAS),
        model: () => stakes.withdrawStake(by.address, model.now),
        by,
        gain: stakes.operators.get(by.address)?.unbonding ?? 0n,
      },
      { send: () => own.becomeVerifier(amount, GAS), model: () => stakes.becomeVerifier(by.address, amount) },
      { send: () => own.stopVerifying(GAS), model: () => stakes.stopVerifying(by.address) },
    ];
    const operator = random.pick(this.#operators).address;
    const beneficiary = random.pick(this.#requesters).address;
    choices.push({
      send: () => operators.connect(disputes).slashByRuling(operator, amount, beneficiary, GAS),
      model: () => stakes.slashByRuling(operator, amount, beneficiary),
    });
    return random.pick(choices);
  }

  #newJob(): NewJob {
    const random = this.#random;
    const named = random.below(3) === 0 ? random.pick(this.#operators).address : undefined;
    // Cents, sums whose lock an operator may not afford, and sums that raise its tier.
    const scale = [1_000_000n, MINIMUM_STAKE, 40n * MINIMUM_STAKE][random.below(3)] as bigint;
    return {
      operator: named,
      price: (BigInt(random.below(1_000_000)) * scale) / 1_000_000n + BigInt(random.below(2)),
      verification: random.pick([0, 1, 1, 2, 2, 3]),
      acceptWithin: BigInt(60 + random.below(80_000)),
      submitWithin: BigInt(10 + random.below(80_000)),
      reviewWithin: BigInt(10 + random.below(80_000)),
      referrer: random.below(3) === 0 ? this.#house.dave.address : undefined,
    };
  }

  /** The number that the draw's block makes of the job; undefined when the chain has forgotten it. */
  async #seed(id: number): Promise<bigint | undefined> {
    const job = this.#model.jobs[id - 1];
    if (!job || this.#model.block - job.drawBlock > 256n || this.#model.block <= job.drawBlock) return undefined;
    const block = await ethers.provider.getBlock(Number(job.drawBlock));
    const types = ["bytes32", "uint256", "uint8"];
    return BigInt(ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, [block?.hash, id, job.round])));
  }

  async #compare(after: string): Promise<void> {
    const { market, checks, operators, ledger, addresses, rewards, dave } = this.#house;
    const model = this.#model;
    const expected = this.#expectations;
    const { JobMarket, JobChecks, OperatorRegistry, RoyaltyLedger } = addresses;
    expected.add("number of jobs", JobMarket, market, "totalJobs", [], BigInt(model.jobs.length));
    for (const [index, job] of model.jobs.entries()) {
      const id = index + 1;
      const read = (field: string, value: bigint) =>
        expected.add(`${field} of job ${id}`, JobMarket, market, "jobOf", [id], value, field);
      const locks = ["Accepted", "Submitted", "Disputed", "Checking"].includes(job.status);
      read("status", BigInt(STATUS.indexOf(job.status)));
      read("lockedStake", locks ? job.stake : 0n);
      read("deadline", job.deadline);
      const stage = BigInt(STAGE.indexOf(job.stage));
      expected.add(`stage of job ${id}`, JobChecks, checks, "checkOf", [id], stage, "stage");
    }
    const accounts = [...this.#requesters, ...this.#operators, dave].map(({ address }) => address);
    for (const account of [...accounts, rewards]) {
      const name = account === rewards ? "rewards" : account;
      const credit = model.credits.get(name) ?? 0n;
      expected.add(`credit of ${name}`, JobMarket, market, "creditOf", [account, COIN], credit);
      const inChecks = model.checkCredits.get(name) ?? 0n;
      expected.add(`checks' credit of ${name}`, JobChecks, checks, "creditOf", [account], inChecks);
    }
    for (const [account, coin] of this.#wallets) expected.addHeld(`wallet of ${account}`, account, COIN, coin);
    for (const [account, stake] of model.stakes.operators) {
      for (const field of Object.keys(stake) as (keyof typeof stake)[]) {
        if (field === "unbondsAt") continue;
        const what = `${field} of ${account}`;
        expected.add(what, OperatorRegistry, operators, "operatorOf", [account], stake[field], field);
      }
    }
    expected.add("the model's part", RoyaltyLedger, ledger, "claimable", [1n, COIN], model.modelPaid);
    expected.addHeld("what the market holds", JobMarket, COIN, model.held());
    expected.addHeld("what the checks hold", JobChecks, COIN, model.heldByChecks());
    expected.addHeld("what the operators' registry holds", OperatorRegistry, COIN, model.stakes.held());
    await expected.check(after);
  }
}

function refusalOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** The name of the error that a call reverts with. */
async function errorOf(house: ComputeHouse, send: () => Promise<unknown>): Promise<string> {
  try {
    await send();
    return "done";
  } catch (error) {
    const { data } = error as { data?: unknown };
    const message = (error as Error).message;
    for (const { interface: known } of [house.market, house.checks, house.operators]) {
      if (typeof data === "string" && data.length >= 10) {
        const parsed = known.parseError(data);
        if (parsed) return parsed.name;
      }
    }
    return /custom error '(\w+)/.exec(message)?.[1] ?? message;
  }
}
