/** The node's day: look at the market, take jobs that fit, bring each to its end, collect what is owed. */
import type { Logger } from "pino";
import { ColophonError, hasCode } from "../../common/errors.ts";
import type { JobRunner } from "../engine/index.ts";
import type { ChainJob } from "../ops/market-chain.ts";
import type { DecideParameters, LoadedJob } from "./decide.ts";
import { checkTerms, isPassing, loadJob } from "./decide.ts";
import type { JobBook } from "./job-book.ts";
import type { SignOutput } from "../ops/sign-output.ts";
import { type WorkJobParameters, workJob } from "./work-job.ts";
import type { Outbox } from "../wallet/outbox.ts";

export type JobLoopParameters = DecideParameters & {
  book: JobBook;
  outbox: Outbox;
  runner: JobRunner;
  /** Makes a signed copy of an output; without it outputs carry text marks only. */
  sign?: SignOutput;
  log: Logger;
  pollMs: number;
  withdrawWei: bigint;
  /** How long a chain may make no block before a draw that needs one is helped along, ms. */
  blockPatienceMs: number;
  signal: AbortSignal;
};

/** Jobs read from the chain at a time, and how long to wait before a failed step is tried again, ms. */
const PAGE = 32;
const RETRY_MS = 2000;
/** Jobs looked at again below the newest one after a reorg. */
const REORG_JOBS = 256n;

export class JobLoop {
  readonly #p: JobLoopParameters;
  /** When a step that failed may be tried again, by purpose; monotonic ms. */
  readonly #later = new Map<string, number>();
  /** Newest block and when it was first seen, monotonic ms. */
  #head = { number: -1n, since: 0 };
  #jobsInSight = 0;
  /** Last time the chain was read whole, for /health. */
  lastLook = Number.NEGATIVE_INFINITY;

  constructor(parameters: JobLoopParameters) {
    this.#p = parameters;
  }

  /** Jobs that may still need this node. */
  get jobsInSight(): number {
    return this.#jobsInSight;
  }

  /**
   * Runs until the signal; a job under way when it comes is finished up to its next durable point.
   * @throws ColophonError JOURNAL_BROKEN: without its journal a node must not work, a fresh process may repair it
   */
  async run(): Promise<void> {
    const { signal, pollMs, log } = this.#p;
    while (!signal.aborted) {
      let worked = false;
      try {
        worked = await this.look();
      } catch (error) {
        if (signal.aborted) return;
        stopIfBroken(error);
        log.error({ err: error }, "the look at the market failed; trying again");
      }
      if (!worked) await pause(pollMs, signal);
    }
  }

  /** One look at the market. True when something was done, so that the next look should follow at once. */
  async look(): Promise<boolean> {
    const { chain, book, signal } = this.#p;
    const [total, now] = await Promise.all([chain.totalJobs(), chain.now()]);
    // Fewer jobs than were seen: a reorg took the newest back, and their ids will come again. Older ones may have been replaced too.
    let floor = book.floor <= total + 1n ? book.floor : total > REORG_JOBS ? total - REORG_JOBS : 1n;
    let worked = false;
    let inSight = 0;
    let contiguous = true;
    for (let from = floor; from <= total; from += BigInt(PAGE)) {
      const to = from + BigInt(PAGE) - 1n < total ? from + BigInt(PAGE) - 1n : total;
      const ids = Array.from({ length: Number(to - from) + 1 }, (_, i) => from + BigInt(i));
      for (const job of await chain.jobs(ids)) {
        if (signal.aborted) return false;
        if (this.#isOver(job, now)) {
          await this.#noteEnd(job);
          if (contiguous) floor = job.id + 1n;
          continue;
        }
        contiguous = false;
        inSight++;
        worked = (await this.#step(job, now)) || worked;
      }
    }
    this.#jobsInSight = inSight;
    this.lastLook = performance.now();
    await book.setFloor(floor);
    return (await this.#collect()) || worked;
  }

  /** True when the job needs nothing from this node any more. */
  #isOver(job: ChainJob, now: number): boolean {
    if (job.status === "Posted") return job.deadline < now;
    const ours = job.operator.toLowerCase() === this.#p.operator.toLowerCase();
    return !ours || !["Accepted", "Submitted", "Checking", "Disputed"].includes(job.status);
  }

  /** Brings the book in line with a job that ended on chain. */
  async #noteEnd(job: ChainJob): Promise<void> {
    const { book } = this.#p;
    const entry = book.entry(job.id, job.specDigest);
    if (!entry || entry.rejected || ["settled", "failed"].includes(entry.progress.phase)) return;
    if (job.status === "Settled") return book.enter(job.id, job.specDigest, "settled");
    const message = `The job ended on chain as ${job.status}.`;
    return book.enter(job.id, job.specDigest, "failed", { error: { code: "JOB_LOST", message } });
  }

  /** The next step of one job. True when something was done. */
  async #step(job: ChainJob, now: number): Promise<boolean> {
    if (job.status === "Posted") return this.#consider(job);
    if (job.status === "Accepted") return this.#work(job, now);
    if (job.status === "Submitted") return this.#afterReview(job, now);
    return this.#afterCheck(job, now);
  }

  /** Takes a posted job if it fits, and does it. */
  async #consider(job: ChainJob): Promise<boolean> {
    const { book, chain, outbox, log } = this.#p;
    const key = `take/${job.id}/${job.specDigest}`;
    if (book.entry(job.id, job.specDigest)?.rejected || this.#isLater(key)) return false;
    let loaded: LoadedJob;
    try {
      checkTerms(job, this.#p);
      await book.enter(job.id, job.specDigest, "queued");
      loaded = await loadJob(job, this.#p);
    } catch (error) {
      stopIfBroken(error);
      if (isPassing(error)) {
        log.warn({ jobId: job.id.toString(), err: error }, "a job's files cannot be read now; looking again later");
        this.#tryLater(key);
      } else await this.#reject(job, error as ColophonError);
      return false;
    }
    try {
      await book.enter(job.id, job.specDigest, "accepting");
      await outbox.send(`accept/${job.id}/${job.specDigest}`, chain.accept(job.id));
    } catch (error) {
      stopIfBroken(error);
      // Somebody was faster, or the stake is short: the chain is asked again at the next look.
      log.warn({ jobId: job.id.toString(), err: error }, "the job could not be accepted");
      this.#tryLater(key);
      return false;
    }
    log.info({ jobId: job.id.toString(), task: loaded.spec.task }, "accepted");
    const accepted = await chain.job(job.id);
    return this.#work(accepted, await chain.now(), loaded);
  }

  async #reject(job: ChainJob, error: ColophonError): Promise<void> {
    const { book, log } = this.#p;
    log.info({ jobId: job.id.toString(), code: error.code, reason: error.message }, "not taken");
    await book.reject(job.id, job.specDigest, { code: error.code, message: error.message });
  }

  /** Does an accepted job. */
  async #work(job: ChainJob, now: number, loaded?: LoadedJob): Promise<boolean> {
    const { book, log, signal } = this.#p;
    const key = `work/${job.id}/${job.specDigest}`;
    const phase = book.entry(job.id, job.specDigest)?.progress.phase;
    if (phase === "failed" || job.deadline < now || this.#isLater(key)) return false;
    try {
      const parameters: WorkJobParameters = {
        ...this.#p,
        job,
        load: loaded ? () => Promise.resolve(loaded) : () => loadJob(job, this.#p),
      };
      await workJob(parameters);
      log.info({ jobId: job.id.toString() }, "submitted");
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      stopIfBroken(error);
      log.error({ jobId: job.id.toString(), err: error }, "the job failed");
      const final = error instanceof ColophonError && FINAL_FAILURES.has(error.code);
      if (final) {
        const { code, message } = error;
        await book.enter(job.id, job.specDigest, "failed", { error: { code, message } });
      } else this.#tryLater(key);
      return false;
    }
  }

  /** Once the requester's time for review is over, anyone may settle. */
  async #afterReview(job: ChainJob, now: number): Promise<boolean> {
    const { chain, outbox, book, log } = this.#p;
    await book.enter(job.id, job.specDigest, "submitted");
    const key = `settle/${job.id}/${job.specDigest}`;
    if (job.deadline >= now || this.#isLater(key)) return false;
    try {
      await outbox.send(key, chain.poke(job.id));
      return true;
    } catch (error) {
      stopIfBroken(error);
      log.warn({ jobId: job.id.toString(), err: error }, "the job could not be settled; trying again");
      this.#tryLater(key);
      return false;
    }
  }

  /** A job that is checked or disputed has deadlines too, after which anyone may move it on. */
  async #afterCheck(job: ChainJob, now: number): Promise<boolean> {
    const { chain, outbox, book, log } = this.#p;
    await book.enter(job.id, job.specDigest, "submitted");
    const key = `check/${job.id}/${job.specDigest}`;
    if (this.#isLater(key)) return false;
    const check = await chain.check(job.id);
    try {
      if (check.stage === "Requested") return await this.#draw(job, check.drawBlock);
      if (check.stage === "Drawn") {
        if (!check.allRevealed && check.deadline >= now) return false;
        await outbox.send(`tally/${job.id}/${job.specDigest}`, chain.tally(job.id, await chain.submission(job.id)));
        return true;
      }
      if (!["Decided", "Stuck", "Arbitrated"].includes(check.stage) || check.deadline >= now) return false;
      await outbox.send(`close/${job.id}/${job.specDigest}`, chain.close(job.id));
      return true;
    } catch (error) {
      stopIfBroken(error);
      log.warn({ jobId: job.id.toString(), err: error }, "the job's check could not be moved on; trying again");
      this.#tryLater(key);
      return false;
    }
  }

  /** Draws once the chain is past the block that draws. */
  async #draw(job: ChainJob, drawBlock: bigint): Promise<boolean> {
    const { chain, outbox, operator, blockPatienceMs, log } = this.#p;
    const head = await chain.blockNumber();
    if (head !== this.#head.number) this.#head = { number: head, since: performance.now() };
    if (head > drawBlock) {
      await outbox.send(`draw/${job.id}/${job.specDigest}`, chain.draw(job.id));
      return true;
    }
    if (performance.now() - this.#head.since < blockPatienceMs) return false;
    // A chain that makes blocks only when it has something to put in would never get there.
    log.debug({ jobId: job.id.toString(), head, drawBlock }, "the chain stands still; sending it something");
    await outbox.send(`block/${head}`, { to: operator, data: "0x" });
    return true;
  }

  /** Takes out what the market owes once it is worth a transaction. */
  async #collect(): Promise<boolean> {
    const { chain, outbox, operator, withdrawWei, log } = this.#p;
    if (this.#isLater("withdraw") || (await chain.credit(operator)) < withdrawWei) return false;
    try {
      await outbox.send("withdraw", chain.withdraw());
      return true;
    } catch (error) {
      stopIfBroken(error);
      log.warn({ err: error }, "the credit could not be withdrawn; trying again");
      this.#tryLater("withdraw");
      return false;
    }
  }

  #isLater(key: string): boolean {
    return (this.#later.get(key) ?? 0) > performance.now();
  }

  #tryLater(key: string): void {
    this.#later.set(key, performance.now() + RETRY_MS);
  }
}

/** A step that could not be written down must not be tried again by a process that can't write. */
function stopIfBroken(error: unknown): void {
  if (hasCode(error, "JOURNAL_BROKEN")) throw error;
}

/** Failures that another try on this node would only repeat. */
const FINAL_FAILURES = new Set([
  "BAD_SPEC",
  "BAD_MODEL",
  "WRONG_BYTES",
  "BROKEN_MEDIA",
  "UNSUPPORTED_INPUT",
  "UNSUPPORTED_MEDIA",
  "IMAGE_TOO_LARGE",
  "DECOMPRESSION_BOMB",
  "TEXT_TOO_LONG",
  "BAD_TEXT_ENCODING",
  "JOB_TOO_LARGE",
  "JOB_TOO_SLOW",
  "POISON_JOB",
  "NOT_LICENSED",
]);

/** Waits, but no longer than the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
