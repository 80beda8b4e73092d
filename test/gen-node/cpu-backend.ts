/** The framework's plain JavaScript backend: slow, and right; an oracle for tests only. */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Backend } from "../../gen-node/engine/backend.ts";
import { registerGradients } from "../../gen-node/engine/gradients.ts";

/** Makes the oracle the current backend of this process. */
export async function openCpuBackend(): Promise<Backend> {
  registerGradients();
  await tf.setBackend("cpu");
  return { name: "cpu", version: tf.version_core, wasmSha256: `0x${"00".repeat(32)}`, ops: tf };
}
