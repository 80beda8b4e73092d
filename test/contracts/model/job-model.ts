/**
 * A plain model of the job machine, written from its rules and not from the contracts: the oracle of the tests. It knows one model
 * work, the chain's coin, and accounts by name. What it does not do it refuses with the name of the contracts' error.
 */
import { Refusal } from "./refusal.ts";
import { StakeModel } from "./stake-model.ts";

export const PPM = 1_000_000n;
const RIGHT = 0;
const WRONG = 1;
const UNDECIDED = 2;
export const HOUR = 3600n;
export const DAY = 24n * HOUR;
const CHANCES = [500_000n, 100_000n, 20_000n] as const;

export type Status = "Posted" | "Accepted" | "Submitted" | "Disputed" | "Settled" | "Refunded" | "Split" | "Checking";
export type Stage = "None" | "Requested" | "Drawn" | "Decided" | "Stuck" | "Arbitrated" | "Closed";

export type NewJob = {
  operator: string | undefined;
  price: bigint;
  verification: number;
  acceptWithin: bigint;
  submitWithin: bigint;
  reviewWithin: bigint;
  referrer: string | undefined;
};
export type Vote = { verifier: string; round: number; committed: string | undefined; revealed: string | undefined };
export type Job = NewJob & {
  requester: string;
  operator: string | undefined;
  status: Status;
  deadline: bigint;
  modelShare: bigint;
  protocolShare: bigint;
  tier: number;
  stake: bigint;
  output: string;
  stage: Stage;
  certain: boolean;
  disputed: boolean;
  round: number;
  drawBlock: bigint;
  checkDeadline: bigint;
  right: boolean;
  votes: Vote[];
  escalator: string | undefined;
  bond: bigint;
};

/** The machine: each operation at the time and block that the caller has set. Amounts in wei, times in seconds. */
export class JobModel {
  now = 0n;
  block = 0n;
  modelShare = 0n;
  protocolShare = 0n;
  arbitrationCost = 0n;
  /** Paid into the ledger for the model's work. */
  modelPaid = 0n;
  readonly jobs: Job[] = [];
  readonly credits = new Map<string, bigint>();
  readonly checkCredits = new Map<string, bigint>();
  readonly stakes: StakeModel;
  readonly minimumStake: bigint;

  constructor(minimumStake: bigint) {
    this.minimumStake = minimumStake;
    this.stakes = new StakeModel(minimumStake);
  }

  deposit(account: string, amount: bigint): void {
    add(this.credits, account, amount);
  }

  post(requester: string, job: NewJob, value: bigint): number {
    if (job.price === 0n) throw new Refusal("JobMarketBadPrice");
    const escrow = job.price + checkFeeOf(job);
    const balance = get(this.credits, requester) + value;
    if (balance < escrow) throw new Refusal("JobMarketWrongValue");
    this.credits.set(requester, balance - escrow);
    return this.jobs.push({
      ...job,
      requester,
      status: "Posted",
      deadline: this.now + job.acceptWithin,
      modelShare: this.modelShare,
      protocolShare: this.protocolShare,
      tier: 0,
      stake: 0n,
      output: "",
      stage: "None",
      certain: false,
      disputed: false,
      round: 0,
      drawBlock: 0n,
      checkDeadline: 0n,
      right: false,
      votes: [],
      escalator: undefined,
      bond: 0n,
    });
  }

  cancel(account: string, id: number): void {
    const job = this.#in(id, "Posted");
    if (job.requester !== account) throw new Refusal("JobMarketNotRequester");
    this.#refundPosted(job, "rewards");
  }

  accept(account: string, id: number): void {
    const job = this.#in(id, "Posted");
    if (job.operator !== undefined && job.operator !== account) throw new Refusal("JobMarketNotOperator");
    if (this.now > job.deadline) throw new Refusal("JobMarketDeadlinePassed");
    const free = this.stakes.free(account);
    let tier = isChecked(job) ? this.stakes.tierOf(account) : 0;
    while (tier > 0 && stakeFor(job, tier) > free) tier -= 1;
    const stake = stakeFor(job, tier);
    this.stakes.lock(account, stake);
    Object.assign(job, { operator: account, status: "Accepted", tier, stake, deadline: this.now + job.submitWithin });
  }

  submit(account: string, id: number, output: string): void {
    const job = this.#in(id, "Accepted");
    if (job.operator !== account) throw new Refusal("JobMarketNotOperator");
    if (this.now > job.deadline) throw new Refusal("JobMarketDeadlinePassed");
    Object.assign(job, { status: "Submitted", output, deadline: this.now + job.reviewWithin });
  }

  /** One or many jobs of the caller; all or none. */
  settle(account: string, ids: number[]): void {
    const seen = new Set<number>();
    for (const id of ids) {
      if (seen.has(id)) throw new Refusal("JobMarketWrongStatus");
      seen.add(id);
      const job = this.#in(id, "Submitted");
      if (job.requester !== account) throw new Refusal("JobMarketNotRequester");
    }
    for (const id of ids) {
      const job = this.#in(id, "Submitted");
      this.#settle(job, checkFeeOf(job));
    }
  }

  dispute(account: string, id: number, value: bigint): void {
    const job = this.#in(id, "Submitted");
    if (job.requester !== account) throw new Refusal("JobMarketNotRequester");
    if (this.now > job.deadline) throw new Refusal("JobMarketDeadlinePassed");
    if (isChecked(job)) {
      if (value !== 0n) throw new Refusal("JobMarketWrongValue");
      this.#request(job, true);
      Object.assign(job, { status: "Checking", disputed: true });
      return;
    }
    this.#arbitrate(job, account, value);
    Object.assign(job, { status: "Disputed", deadline: this.now + 30n * DAY });
  }

  poke(account: string, id: number): void {
    const job = this.#job(id);
    if (this.now <= job.deadline) throw new Refusal("JobMarketNothingDue");
    if (job.status === "Posted") this.#refundPosted(job, account);
    else if (job.status === "Accepted") {
      const { toPoker, toRequester } = { toPoker: job.stake / 20n, toRequester: job.stake / 2n };
      this.stakes.slash(job.operator ?? "", job.stake);
      add(this.credits, account, toPoker);
      add(this.credits, "rewards", job.stake - toPoker - toRequester);
      this.#refund(job, job.price + checkFeeOf(job) + toRequester);
    } else if (job.status !== "Submitted") throw new Refusal("JobMarketNothingDue");
    else if (job.verification === 0) this.#settle(job, 0n);
    else if (job.verification === 3) {
      this.#stick(job);
      Object.assign(job, { status: "Disputed", deadline: this.now + 30n * DAY });
    } else {
      this.#request(job, false);
      job.status = "Checking";
    }
  }

  /** @param seed what the hash of the draw's block makes of this job and round; undefined = the chain has forgotten the block */
  draw(id: number, seed: bigint | undefined): void {
    const job = this.#at(id, "Requested");
    if (this.block <= job.drawBlock) throw new Refusal("JobChecksTooEarly");
    if (seed === undefined) return this.#request(job, true);
    if (!job.certain && seed % PPM >= (CHANCES[job.tier] ?? 0n)) return this.#closeUndrawn(job);
    const excluded = [job.requester, job.operator ?? "", ...job.votes.map(({ verifier }) => verifier)];
    const drawn = this.stakes.draw(seed, 3, excluded);
    if (drawn.length === 0) return job.disputed || job.round > 0 ? this.#stick(job) : this.#closeUndrawn(job);
    for (const verifier of drawn) {
      job.votes.push({ verifier, round: job.round, committed: undefined, revealed: undefined });
    }
    Object.assign(job, { stage: "Drawn", checkDeadline: this.now + 6n * HOUR });
  }

  /** @param finding what the commitment hides */
  commit(account: string, id: number, finding: string): void {
    const job = this.#at(id, "Drawn");
    if (this.now > job.checkDeadline) throw new Refusal("JobChecksTooLate");
    const vote = voteOf(job, account);
    if (vote.committed !== undefined) throw new Refusal("JobChecksAlreadyCommitted");
    vote.committed = finding;
    if (votesOf(job).every(({ committed }) => committed !== undefined)) job.checkDeadline = this.now;
  }

  reveal(account: string, id: number, finding: string): void {
    const job = this.#at(id, "Drawn");
    if (this.now <= job.checkDeadline) throw new Refusal("JobChecksTooEarly");
    if (this.now > job.checkDeadline + 6n * HOUR) throw new Refusal("JobChecksTooLate");
    const vote = voteOf(job, account);
    if (vote.revealed !== undefined || vote.committed !== finding) throw new Refusal("JobChecksBadReveal");
    vote.revealed = finding;
  }

  tally(account: string, id: number): void {
    const job = this.#at(id, "Drawn");
    const votes = votesOf(job);
    const findings = votes.flatMap(({ revealed }) => (revealed === undefined ? [] : [revealed]));
    if (findings.length < 3 && this.now <= job.checkDeadline + 6n * HOUR) throw new Refusal("JobChecksTooEarly");
    const right = findings.filter((finding) => finding === job.output).length;
    const others = findings.filter((finding) => finding !== job.output);
    const agreeing = others.map((finding) => others.filter((other) => other === finding).length);
    const wrong = job.verification === 2 ? others.length : Math.max(0, ...agreeing);
    if (right >= 2 || wrong >= 2) {
      Object.assign(job, { stage: "Decided", right: right >= 2, checkDeadline: this.now + DAY });
    } else if (job.round === 0) {
      job.round = 1;
      this.#request(job, true);
    } else this.#stick(job);
    for (const vote of votes.filter(({ revealed }) => revealed === undefined)) {
      const taken = this.stakes.penalize(vote.verifier, this.minimumStake / 4n);
      add(this.checkCredits, account, taken / 20n);
      add(this.checkCredits, "rewards", taken - taken / 20n);
    }
  }

  escalate(account: string, id: number, value: bigint): void {
    const job = this.#at(id, "Decided");
    if (this.now > job.checkDeadline) throw new Refusal("JobChecksTooLate");
    if (account !== (job.right ? job.requester : job.operator)) throw new Refusal("JobChecksNotLoser");
    const total = 2n * (this.arbitrationCost > this.minimumStake ? this.arbitrationCost : this.minimumStake);
    if (value < total) throw new Refusal("JobChecksWrongValue");
    job.bond = total - this.arbitrationCost;
    job.escalator = account;
    this.#arbitrate(job, account, value - job.bond);
  }

  refer(account: string, id: number, value: bigint): void {
    const job = this.#at(id, "Stuck");
    if (this.now > job.checkDeadline) throw new Refusal("JobChecksTooLate");
    this.#arbitrate(job, account, value);
  }

  /** @param ruling 1 the operator is right, 2 the requester, 0 refused */
  rule(id: number, ruling: number): void {
    const job = this.#job(id);
    if (job.stage !== "Arbitrated" || this.now > job.checkDeadline) return;
    this.#end(job, ruling === 1 ? RIGHT : ruling === 2 ? WRONG : UNDECIDED);
  }

  close(id: number): void {
    const job = this.jobs[id - 1];
    if (!job || (job.stage !== "Decided" && job.stage !== "Stuck" && job.stage !== "Arbitrated")) {
      throw new Refusal("JobChecksWrongStage");
    }
    if (this.now <= job.checkDeadline) throw new Refusal("JobChecksTooEarly");
    this.#end(job, job.stage !== "Decided" ? UNDECIDED : job.right ? RIGHT : WRONG);
  }

  withdraw(account: string): bigint {
    const amount = get(this.credits, account);
    this.credits.set(account, 0n);
    return amount;
  }

  withdrawFromChecks(account: string): bigint {
    const amount = get(this.checkCredits, account);
    this.checkCredits.set(account, 0n);
    return amount;
  }

  /** What the market must hold: balances, and escrows of jobs under way. */
  held(): bigint {
    const open = this.jobs.filter(({ status }) => !["Settled", "Refunded", "Split"].includes(status));
    return sum(this.credits.values()) + sum(open.map((job) => job.price + checkFeeOf(job)));
  }

  /** What the checks must hold: balances and bonds. */
  heldByChecks(): bigint {
    return sum(this.checkCredits.values()) + sum(this.jobs.map(({ bond }) => bond));
  }

  #job(id: number): Job {
    const job = this.jobs[id - 1];
    if (!job) throw new Refusal("JobMarketUnknownJob");
    return job;
  }

  #in(id: number, status: Status): Job {
    const job = this.#job(id);
    if (job.status !== status) throw new Refusal("JobMarketWrongStatus");
    return job;
  }

  #at(id: number, stage: Stage): Job {
    const job = this.jobs[id - 1];
    if (!job || job.stage !== stage) throw new Refusal("JobChecksWrongStage");
    return job;
  }

  #request(job: Job, certain: boolean): void {
    Object.assign(job, { stage: "Requested", certain, drawBlock: this.block + 2n });
  }

  #stick(job: Job): void {
    Object.assign(job, { stage: "Stuck", checkDeadline: this.now + 30n * DAY });
  }

  #arbitrate(job: Job, payer: string, value: bigint): void {
    if (value < this.arbitrationCost) throw new Refusal("JobChecksWrongValue");
    add(this.checkCredits, payer, value - this.arbitrationCost);
    Object.assign(job, { stage: "Arbitrated", checkDeadline: this.now + 30n * DAY });
  }

  #closeUndrawn(job: Job): void {
    job.stage = "Closed";
    this.#settle(job, checkFeeOf(job));
  }

  #end(job: Job, outcome: number): void {
    job.stage = "Closed";
    const confirmed = outcome === (job.right ? RIGHT : WRONG);
    const winner = job.right ? (job.operator ?? "") : job.requester;
    if (job.bond > 0n) add(this.checkCredits, confirmed ? winner : (job.escalator ?? ""), job.bond);
    job.bond = 0n;
    const revealed = job.votes.filter((vote) => vote.revealed !== undefined);
    const agrees = ({ revealed: finding }: Vote) =>
      outcome === UNDECIDED || (finding === job.output) === (outcome === RIGHT);
    for (const { verifier } of revealed.filter((vote) => !agrees(vote))) {
      add(this.checkCredits, "rewards", this.stakes.penalize(verifier, this.minimumStake / 4n));
    }
    const paid = revealed.filter(agrees);
    const each = paid.length === 0 ? 0n : checkFeeOf(job) / BigInt(paid.length);
    for (const { verifier } of paid) add(this.credits, verifier, each);
    const fee = checkFeeOf(job) - each * BigInt(paid.length);
    if (outcome === RIGHT) this.#settle(job, fee);
    else if (outcome === WRONG) {
      this.stakes.slash(job.operator ?? "", job.stake);
      this.#refund(job, job.price + fee + job.stake);
    } else {
      job.status = "Split";
      add(this.credits, job.operator ?? "", job.price / 2n);
      add(this.credits, job.requester, job.price - job.price / 2n + fee);
      this.stakes.release(job.operator ?? "", job.stake, 0n, 0n);
    }
  }

  #settle(job: Job, toRequester: bigint): void {
    job.status = "Settled";
    const toModel = (job.price * job.modelShare) / PPM;
    const toProtocol = (job.price * job.protocolShare) / PPM;
    const toReferrer = job.referrer === undefined ? 0n : toProtocol / 2n;
    this.modelPaid += toModel;
    add(this.credits, job.operator ?? "", job.price - toModel - toProtocol);
    add(this.credits, job.requester, toRequester);
    if (job.referrer !== undefined) add(this.credits, job.referrer, toReferrer);
    add(this.credits, "rewards", toProtocol - toReferrer);
    this.stakes.release(job.operator ?? "", job.stake, 1n, job.price);
  }

  #refundPosted(job: Job, tidier: string): void {
    const fee = job.price / 1000n;
    add(this.credits, tidier, fee);
    this.#refund(job, job.price - fee + checkFeeOf(job));
  }

  #refund(job: Job, amount: bigint): void {
    job.status = "Refunded";
    add(this.credits, job.requester, amount);
  }
}

/** Three verifiers' pay, a half of the price each. */
export function checkFeeOf(job: { price: bigint; verification: number }): bigint {
  return isChecked(job) ? (job.price * 3n) / 2n : 0n;
}

/** What an operator of a tier locks, wei. */
export function stakeFor(job: { price: bigint; verification: number }, tier: number): bigint {
  const fifth = job.price / 5n;
  return isChecked(job) ? fifth + (job.price * PPM) / (CHANCES[tier] ?? 1n) + 1n : fifth;
}

function isChecked(job: { verification: number }): boolean {
  return job.verification === 1 || job.verification === 2;
}

function votesOf(job: Job): Vote[] {
  return job.votes.slice(-3);
}

function voteOf(job: Job, account: string): Vote {
  const vote = job.votes.find(({ verifier, round }) => verifier === account && round === job.round);
  if (!vote) throw new Refusal("JobChecksNotVerifier");
  return vote;
}

function get(amounts: Map<string, bigint>, account: string): bigint {
  return amounts.get(account) ?? 0n;
}

function add(amounts: Map<string, bigint>, account: string, amount: bigint): void {
  amounts.set(account, get(amounts, account) + amount);
}

function sum(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}
