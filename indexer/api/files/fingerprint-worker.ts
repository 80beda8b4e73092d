/** Worker thread that fingerprints files: decoding a hostile picture must not stop the server. */
import { parentPort } from "node:worker_threads";
import { ColophonError } from "../../../common/errors.ts";
import {
  encodeFeatures,
  type Fingerprint,
  fingerprint,
  type FingerprintOptions,
  matchFeatures,
} from "../../../fingerprint/node.ts";

export type FingerprintRequest = { id: number; bytes: Uint8Array; options: FingerprintOptions };
export type FingerprintResponse =
  | { id: number; fingerprint: Fingerprint; features: Uint8Array | null }
  | { id: number; refusal: { code: string; message: string; status: number; data: Record<string, unknown> } }
  | { id: number; failure: string };

const port = parentPort;
if (!port) throw new Error("runs only as a worker thread");
port.on("message", async ({ id, bytes, options }: FingerprintRequest) => {
  port.postMessage(await answer(id, bytes, options));
});

async function answer(id: number, bytes: Uint8Array, options: FingerprintOptions): Promise<FingerprintResponse> {
  try {
    const print = await fingerprint(bytes, options);
    const features = await matchFeatures(bytes);
    return { id, fingerprint: print, features: features && encodeFeatures(features) };
  } catch (error) {
    if (!(error instanceof ColophonError)) return { id, failure: String((error as Error).stack ?? error) };
    const { code, message, status, data } = error;
    return { id, refusal: { code, message, status, data } };
  }
}
