/** Takes fingerprints off the page's thread. One message in, one out, matched by `id`. */
import { encodeFeatures, fingerprint, matchFeatures } from "../../fingerprint/browser.ts";
import { ColophonError } from "../../common/errors.ts";
import { comparisonReach } from "./comparison-reach.ts";
import type { ComparableFile, FingerprintAnswer, FingerprintRequest } from "./fingerprint-file.ts";

async function comparable(bytes: Uint8Array): Promise<ComparableFile> {
  const print = await fingerprint(bytes);
  const features = await matchFeatures(bytes);
  return {
    fingerprint: print,
    features: features && encodeFeatures(features),
    reach: comparisonReach(print, features),
  };
}

async function answer(request: FingerprintRequest): Promise<FingerprintAnswer> {
  const { id } = request;
  try {
    const bytes = new Uint8Array(request.bytes);
    const result = request.want === "comparable" ? await comparable(bytes) : await fingerprint(bytes, request.options);
    return { id, result };
  } catch (error) {
    // Errors lose their class on the way between threads: code and sentence travel by themselves.
    if (error instanceof ColophonError) return { id, problem: { code: error.code, message: error.message } };
    return {
      id,
      problem: { code: "FINGERPRINT_FAILED", message: error instanceof Error ? error.message : String(error) },
    };
  }
}

self.addEventListener("message", (event: MessageEvent<FingerprintRequest>) => {
  void answer(event.data).then((message) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
    self.postMessage(message);
  });
});
