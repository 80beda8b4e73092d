import type { Fingerprint, FingerprintOptions } from "../../fingerprint/index.ts";
import { ColophonError } from "../../common/errors.ts";
import type { ComparisonReach } from "./comparison-reach.ts";

/** A file's fingerprint, and what look-alikes are compared by. */
export type ComparableFile = {
  fingerprint: Fingerprint;
  /** As `encodeFeatures` gives them; null for files whose picture, text or sound is not read here. */
  features: Uint8Array | null;
  reach: ComparisonReach;
};

export type FingerprintRequest = { id: number; bytes: ArrayBuffer } & (
  | { want: "fingerprint"; options: FingerprintOptions | undefined }
  | { want: "comparable" }
);

export type FingerprintAnswer = { id: number } & (
  | { result: Fingerprint | ComparableFile }
  | { problem: { code: string; message: string } }
);

type Question = { want: "fingerprint"; options: FingerprintOptions | undefined } | { want: "comparable" };

let worker: Worker | null = null;
let requests = 0;

/**
 * Fingerprints bytes in a worker, so that the page stays usable.
 * @throws ColophonError with the fingerprint library's code, or `WORKER_FAILED`
 */
export async function fingerprintFile(bytes: Uint8Array, options?: FingerprintOptions): Promise<Fingerprint> {
  return (await ask(bytes, { want: "fingerprint", options })) as Fingerprint;
}

/**
 * Fingerprints bytes, and takes what the second stage of the look-alike search compares, in the same worker.
 * @throws ColophonError with the fingerprint library's code, or `WORKER_FAILED`
 */
export async function comparableFile(bytes: Uint8Array): Promise<ComparableFile> {
  return (await ask(bytes, { want: "comparable" })) as ComparableFile;
}

function ask(bytes: Uint8Array, question: Question): Promise<Fingerprint | ComparableFile> {
  worker ??= new Worker(new URL("./fingerprint.worker.ts", import.meta.url), { type: "module" });
  const active = worker;
  const id = requests++;
  return new Promise((resolve, reject) => {
    const stop = () => {
      active.removeEventListener("message", onMessage);
      active.removeEventListener("error", onError);
    };
    const onMessage = ({ data }: MessageEvent<FingerprintAnswer>) => {
      if (data.id !== id) return;
      stop();
      if ("result" in data) resolve(data.result);
      else reject(new ColophonError(data.problem.code, data.problem.message));
    };
    const onError = (event: ErrorEvent) => {
      stop();
      worker = null;
      reject(new ColophonError("WORKER_FAILED", event.message || "The fingerprint worker could not start."));
    };
    active.addEventListener("message", onMessage);
    active.addEventListener("error", onError);
    // A copy travels: the caller still needs the bytes for the upload.
    const copy = bytes.slice().buffer;
    active.postMessage({ id, bytes: copy, ...question } satisfies FingerprintRequest, [copy]);
  });
}
