/** Takes fingerprints off the page's thread. One message in, one out, matched by `id`. */
import { fingerprint } from "../../fingerprint/browser.ts";
import { ColophonError } from "../../common/errors.ts";
import type { FingerprintAnswer, FingerprintRequest } from "./fingerprint-file.ts";

async function answer(request: FingerprintRequest): Promise<FingerprintAnswer> {
  const { id } = request;
  try {
    const result = await fingerprint(new Uint8Array(request.bytes), request.options);
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
