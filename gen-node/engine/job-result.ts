/** What goes into a generation job and what comes out. */
import type { Hash } from "../../common/digest.ts";

/** Bytes of the model and of the licensed input that a specification names by hash. */
export type JobFiles = { model: Uint8Array; input?: Uint8Array };

/** A finished job's output and what computed it. */
export type JobResult = {
  png: Uint8Array;
  width: number;
  height: number;
  engine: { name: string; version: string; wasmSha256: Hash; modelSha256: Hash };
};

/** Part of the generation done, 0 to 1. */
export type OnProgress = (fraction: number) => void;
