import type { Fingerprint, FingerprintOptions } from "../../fingerprint/index.ts";
import { ColophonError } from "../../common/errors.ts";

export type FingerprintRequest = { id: number; bytes: ArrayBuffer; options: FingerprintOptions | undefined };
export type FingerprintAnswer = { id: number } & (
  | { result: Fingerprint }
  | { problem: { code: string; message: string } }
);

let worker: Worker | null = null;
let requests = 0;

/**
 * Fingerprints bytes in a worker, so that the page stays usable.
 * @throws ColophonError with the fingerprint library's code, or `WORKER_FAILED`
 */
export function fingerprintFile(bytes: Uint8Array, options?: FingerprintOptions): Promise<Fingerprint> {
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
    active.postMessage({ id, bytes: copy, options } satisfies FingerprintRequest, [copy]);
  });
}
