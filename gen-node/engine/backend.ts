/** The tensor operations that models may use, and nothing else of the framework. */
import type * as tf from "@tensorflow/tfjs-core";
import type { Hash } from "../../common/digest.ts";

/**
 * Names of the operations in use. Each is tested against finite differences on the wasm backend
 * (`test/gen-node/gradients.test.ts`); add one here only together with its test.
 */
export const OPERATIONS = [
  "matMul",
  "add",
  "sub",
  "mul",
  "div",
  "neg",
  "abs",
  "square",
  "sqrt",
  "exp",
  "log1p",
  "relu",
  "tanh",
  "mean",
  "concat",
  "slice",
] as const;

type Runtime = "tensor" | "scalar" | "tidy" | "valueAndGrads" | "dispose" | "memory";

export type Tensor = tf.Tensor;

/** The whitelisted operations and what is needed to hand numbers in and out. */
export type Operations = Pick<typeof tf, (typeof OPERATIONS)[number] | Runtime>;

/** One place where tensors are computed. */
export interface Backend {
  readonly name: "wasm" | "cpu";
  /** Version of the framework, as in receipts. */
  readonly version: string;
  /** SHA-256 of the wasm binary that computes; zero for a backend without one. */
  readonly wasmSha256: Hash;
  readonly ops: Operations;
}
