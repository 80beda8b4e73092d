/** Fingerprints files in a worker thread, one at a time, with a time limit. */
import { Worker } from "node:worker_threads";
import { ColophonError } from "../../../common/errors.ts";
import {
  decodeFeatures,
  type Fingerprint,
  type FingerprintOptions,
  type MatchFeatures,
} from "../../../fingerprint/index.ts";
import type { FingerprintRequest, FingerprintResponse } from "./fingerprint-worker.ts";

/** Longest time for one file, ms; the largest picture that is allowed takes a few seconds. */
const TIMEOUT_MS = 60_000;
/** Files that may wait. */
const QUEUE = 16;

/** A file's fingerprint, and what look-alikes are compared by. */
export type FingerprintedFile = { fingerprint: Fingerprint; features: MatchFeatures | null };

type Waiting = { resolve: (result: FingerprintedFile) => void; reject: (error: Error) => void };

export class Fingerprinter {
  #worker: Worker | null = null;
  #waiting: Waiting | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #nextId = 1;

  /** @throws ColophonError as `fingerprint`, and `BUSY`, `FINGERPRINT_TIMEOUT` */
  fingerprint(bytes: Uint8Array, options: FingerprintOptions): Promise<FingerprintedFile> {
    if (this.#queued >= QUEUE) {
      throw new ColophonError("BUSY", "Too many files are waiting; try again in a moment.", { status: 503 });
    }
    this.#queued += 1;
    const done = this.#turn.then(() => this.#run(bytes, options)).finally(() => (this.#queued -= 1));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = null;
  }

  #run(bytes: Uint8Array, options: FingerprintOptions): Promise<FingerprintedFile> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise<FingerprintedFile>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#discard(new ColophonError("FINGERPRINT_TIMEOUT", "Reading this file takes too long.", { status: 422 }));
      }, TIMEOUT_MS);
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          this.#waiting = null;
          end(value);
        };
      this.#waiting = { resolve: settle(resolve), reject: settle(reject) };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      worker.postMessage({ id, bytes, options } satisfies FingerprintRequest);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./fingerprint-worker.ts", import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    worker.unref();
    worker.on("message", (response: FingerprintResponse) => {
      if ("fingerprint" in response) {
        const { fingerprint, features } = response;
        this.#waiting?.resolve({ fingerprint, features: features && decodeFeatures(features) });
      } else if ("refusal" in response) {
        const { code, message, status, data } = response.refusal;
        this.#waiting?.reject(new ColophonError(code, message, { status, data }));
      } else this.#waiting?.reject(new Error(response.failure));
    });
    worker.on("error", (error) => {
      if (this.#worker === worker) this.#discard(error as Error);
    });
    return worker;
  }

  /** Ends the thread, whatever it does; the next file gets a new one. */
  #discard(error: Error): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
    this.#waiting?.reject(error);
  }
}
