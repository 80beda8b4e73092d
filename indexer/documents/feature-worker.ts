/** Worker thread that makes features of files: decoding a hostile picture must not stop the indexer. */
import { parentPort } from "node:worker_threads";
import { encodeFeatures, matchFeatures } from "../../fingerprint/node.ts";

/** Encoded features; null for files that have none, and for those that cannot be read. */
export type FeatureResponse = Uint8Array | null;

const port = parentPort;
if (!port) throw new Error("runs only as a worker thread");
port.on("message", async (bytes: Uint8Array) => {
  // What is wrong with a file was said when it was brought; here it only has nothing to compare.
  const features = await matchFeatures(bytes).catch(() => null);
  port.postMessage(features && encodeFeatures(features));
});
