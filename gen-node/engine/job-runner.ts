/** Runs jobs in a watched child process that stays warm between them: no job can take the host's memory or hang the node. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { JobSpec } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import type { ChildMessage, ChildRequest } from "./child-messages.ts";
import type { JobFiles, JobResult, OnProgress } from "./job-result.ts";
import { residentBytes } from "./resident-bytes.ts";

/** Limits of one job: resident memory in bytes, wall time and the watchdog's interval in ms. */
export type ChildLimits = { rssBytes: number; wallMs: number; pollMs: number };

export const CHILD_LIMITS: ChildLimits = { rssBytes: 1536 * 1024 * 1024, wallMs: 120_000, pollMs: 50 };

/** Jobs that one process does before a fresh one takes over, and how long an idle one is kept, ms. */
const JOBS_PER_CHILD = 64;
const IDLE_MS = 60_000;

export type JobRunnerOptions = {
  limits?: Partial<ChildLimits>;
  /** Another child program, for tests. */
  entry?: string;
};

type Warm = { child: ChildProcess; jobs: number; complaint: string };

/** One child process at a time; a job that fails in any way takes its process with it. */
export class JobRunner {
  readonly #limits: ChildLimits;
  readonly #entry: string;
  #warm: Warm | undefined;
  #idle: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: JobRunnerOptions = {}) {
    this.#limits = { ...CHILD_LIMITS, ...options.limits };
    this.#entry = options.entry ?? fileURLToPath(new URL("./child.ts", import.meta.url));
  }

  /**
   * As `runJobSpec`, in the child process; jobs follow each other.
   * @param signal ends the job early
   * @throws ColophonError what the job throws, or JOB_TOO_LARGE (memory), JOB_TOO_SLOW (time), JOB_CANCELED, ENGINE_DIED
   */
  run(spec: JobSpec, files: JobFiles, onProgress?: OnProgress, signal?: AbortSignal): Promise<JobResult> {
    const done = this.#turn.then(() => this.#run(spec, files, onProgress, signal));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Ends the idle process; a job under way is not waited for. */
  close(): void {
    clearTimeout(this.#idle);
    this.#warm?.child.kill("SIGKILL");
    this.#warm = undefined;
  }

  async #run(
    spec: JobSpec,
    files: JobFiles,
    onProgress: OnProgress | undefined,
    signal: AbortSignal | undefined,
  ): Promise<JobResult> {
    if (signal?.aborted) throw canceled();
    clearTimeout(this.#idle);
    const warm = this.#warm ?? this.#start();
    this.#warm = warm;
    warm.jobs++;
    try {
      const result = await this.#watch(warm, { spec, files }, onProgress, signal);
      if (warm.jobs >= JOBS_PER_CHILD) this.close();
      else this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
      return result;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #start(): Warm {
    const child = fork(this.#entry, [], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Nothing of the node's environment (keys, tokens) reaches the process that handles strangers' bytes.
      env: { PATH: process.env["PATH"] },
    });
    const warm: Warm = { child, jobs: 0, complaint: "" };
    child.stderr?.on("data", (text: Buffer) => {
      warm.complaint = (warm.complaint + text.toString()).slice(-2000);
    });
    const forget = () => {
      if (this.#warm === warm) this.#warm = undefined;
    };
    child.once("exit", forget);
    child.once("error", forget);
    // An idle child must not keep a command line from ending.
    child.unref();
    child.channel?.unref();
    return warm;
  }

  #watch(
    warm: Warm,
    request: ChildRequest,
    onProgress: OnProgress | undefined,
    signal: AbortSignal | undefined,
  ): Promise<JobResult> {
    const { child } = warm;
    const limits = this.#limits;
    return new Promise((resolve, reject) => {
      let settled = false;
      const finish = (act: () => void) => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        clearInterval(watch);
        signal?.removeEventListener("abort", cancel);
        child.off("message", onMessage).off("exit", onExit).off("error", onError);
        act();
      };
      const fail = (error: Error) => finish(() => reject(error));
      const cancel = () => fail(canceled());
      const onError = (cause: Error) => fail(died("The job's process did not start.", {}, cause));
      const onExit = (code: number | null, by: NodeJS.Signals | null) =>
        fail(died("The job's process ended early.", { code, signal: by, complaint: warm.complaint }));
      const onMessage = (message: ChildMessage) => {
        if (message.type === "progress") onProgress?.(message.fraction);
        else if (message.type === "done") finish(() => resolve(message.result));
        else fail(new ColophonError(message.error.code, message.error.message, { data: message.error.data }));
      };
      const timer = setTimeout(() => fail(tooSlow(limits.wallMs)), limits.wallMs);
      const watch = setInterval(() => {
        residentBytes(child).then(
          (bytes) => {
            if (bytes > limits.rssBytes) fail(tooLarge(bytes));
          },
          (cause: unknown) => fail(died("The job's memory can't be watched.", {}, cause)),
        );
      }, limits.pollMs);
      signal?.addEventListener("abort", cancel, { once: true });
      child.on("message", onMessage).on("exit", onExit).on("error", onError);
      child.send(request, (cause) => {
        if (cause) fail(died("The job did not reach its process.", {}, cause));
      });
    });
  }
}

const canceled = (): ColophonError => new ColophonError("JOB_CANCELED", "The job was canceled.");

const tooSlow = (wallMs: number): ColophonError =>
  new ColophonError("JOB_TOO_SLOW", "The job took too long and was ended.", { data: { wallMs } });

const tooLarge = (bytes: number): ColophonError =>
  new ColophonError("JOB_TOO_LARGE", "The job took too much memory and was ended.", { data: { bytes } });

const died = (message: string, data: Record<string, unknown>, cause?: unknown): ColophonError =>
  new ColophonError("ENGINE_DIED", message, { data, cause });
