/** What this node knows of each job: kept in the journal, told to whoever listens. */
import { type JobProgress, jobProgressSchema } from "../../common/documents.ts";
import { type Journal, openJournal } from "./journal.ts";

/** An output that is in the store but perhaps not on chain yet. */
export type JobOutput = { outputHash: `0x${string}`; receiptDigest: `0x${string}`; outputCid: string };

/** Journal records. `specDigest` tells apart jobs whose id was reused after a reorg. */
export type JobRecord =
  | {
      type: "phase";
      jobId: string;
      specDigest: string;
      phase: JobProgress["phase"];
      output?: JobOutput;
      error?: JobError;
    }
  | { type: "attempt"; jobId: string; specDigest: string }
  /** The attempts so far came to an output: what fails after it is not the job's fault. */
  | { type: "generated"; jobId: string; specDigest: string }
  | { type: "rejected"; jobId: string; specDigest: string; error: JobError }
  /** Every job below this id is finished as far as this node is concerned. */
  | { type: "floor"; jobId: string };

export type JobError = { code: string; message: string };

/** A job's state. */
export type JobEntry = {
  jobId: string;
  specDigest: string;
  progress: JobProgress;
  output?: JobOutput;
  /** Generations begun since one came to its end; see `MAX_ATTEMPTS`. */
  attempts: number;
  rejected?: JobError;
};

/** Part of the whole job that is done when a phase begins. */
const PHASE_START: Record<JobProgress["phase"], number> = {
  queued: 0,
  accepting: 0.05,
  fetching: 0.1,
  generating: 0.15,
  publishing: 0.85,
  submitting: 0.92,
  submitted: 0.97,
  settled: 1,
  failed: 1,
};

type Listener = (progress: JobProgress) => void;

export class JobBook {
  readonly #journal: Journal<JobRecord>;
  readonly #entries = new Map<string, JobEntry>();
  readonly #listeners = new Map<string, Set<Listener>>();
  #floor = 1n;

  private constructor(journal: Journal<JobRecord>, records: readonly JobRecord[]) {
    this.#journal = journal;
    for (const record of records) this.#apply(record);
  }

  /** Opens the book and replays its journal. @throws ColophonError JOURNAL_DAMAGED */
  static async open(path: string): Promise<JobBook> {
    const { journal, records } = await openJournal<JobRecord>(path);
    return new JobBook(journal, records);
  }

  /** Smallest job id that may still need this node. */
  get floor(): bigint {
    return this.#floor;
  }

  /** A job's state; undefined when it is unknown here, or when the id now belongs to another job. */
  entry(jobId: bigint | string, specDigest?: string): JobEntry | undefined {
    const found = this.#entries.get(jobId.toString());
    return specDigest !== undefined && found?.specDigest !== specDigest ? undefined : found;
  }

  /** Moves a job to a phase; on disk when this resolves, and then told to listeners. */
  async enter(
    jobId: bigint,
    specDigest: string,
    phase: JobProgress["phase"],
    more: { output?: JobOutput; error?: JobError } = {},
  ): Promise<void> {
    const known = this.entry(jobId, specDigest);
    if (known?.progress.phase === phase && !more.output && !more.error) return;
    await this.#append({ type: "phase", jobId: jobId.toString(), specDigest, phase, ...more });
  }

  /** Counts a generation about to begin. */
  async attempt(jobId: bigint, specDigest: string): Promise<number> {
    await this.#append({ type: "attempt", jobId: jobId.toString(), specDigest });
    return this.entry(jobId, specDigest)?.attempts ?? 1;
  }

  /** Forgets the attempts: a generation came to its end. */
  async generated(jobId: bigint, specDigest: string): Promise<void> {
    await this.#append({ type: "generated", jobId: jobId.toString(), specDigest });
  }

  /** Remembers that this node does not take a job, and why. */
  async reject(jobId: bigint, specDigest: string, error: JobError): Promise<void> {
    await this.#append({ type: "rejected", jobId: jobId.toString(), specDigest, error });
  }

  /** Progress within the generation, 0 to 1; not worth a disk write. */
  generating(jobId: bigint, fraction: number): void {
    const entry = this.#entries.get(jobId.toString());
    if (entry?.progress.phase !== "generating") return;
    const span = PHASE_START.publishing - PHASE_START.generating;
    entry.progress = { ...entry.progress, fraction: PHASE_START.generating + span * fraction };
    this.#tell(entry);
  }

  /** Sets the floor: higher as jobs end, lower when the chain took jobs back. */
  async setFloor(jobId: bigint): Promise<void> {
    if (jobId !== this.#floor) await this.#append({ type: "floor", jobId: jobId.toString() });
  }

  /** Calls `listener` on every change of a job; returns how to stop that. */
  listen(jobId: string, listener: Listener): () => void {
    const set = this.#listeners.get(jobId) ?? new Set();
    this.#listeners.set(jobId, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0) this.#listeners.delete(jobId);
    };
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  async #append(record: JobRecord): Promise<void> {
    await this.#journal.append(record);
    const entry = this.#apply(record);
    if (entry) this.#tell(entry);
  }

  #apply(record: JobRecord): JobEntry | undefined {
    if (record.type === "floor") {
      this.#floor = BigInt(record.jobId);
      return undefined;
    }
    const { jobId, specDigest } = record;
    const old = this.entry(jobId, specDigest);
    const entry: JobEntry = old ?? {
      jobId,
      specDigest,
      progress: { jobId, phase: "queued", fraction: PHASE_START.queued },
      attempts: 0,
    };
    this.#entries.set(jobId, entry);
    if (record.type === "attempt") entry.attempts++;
    if (record.type === "generated") entry.attempts = 0;
    if (record.type === "rejected") {
      entry.rejected = record.error;
      entry.progress = { jobId, phase: "failed", fraction: 1, error: record.error };
    }
    if (record.type === "phase") {
      if (record.output) entry.output = record.output;
      entry.progress = jobProgressSchema.parse({
        jobId,
        phase: record.phase,
        fraction: PHASE_START[record.phase],
        outputCid: entry.output?.outputCid,
        error: record.error,
      });
    }
    return entry;
  }

  #tell(entry: JobEntry): void {
    for (const listener of this.#listeners.get(entry.jobId) ?? []) listener(entry.progress);
  }
}
