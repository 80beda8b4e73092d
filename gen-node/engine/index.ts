/** Generation: one specification in, one picture out, the same bytes everywhere. */
import type { JobSpec } from "../../common/documents.ts";
import type { JobFiles, JobResult, OnProgress } from "./job-result.ts";

export { ENGINE_NAME, ENGINE_VERSION, installedWasmSha256, PINNED_WASM_SHA256 } from "./engine-pin.ts";
export { checkJobSpec, OUTPUT_SIDE } from "./job-limits.ts";
export type { JobFiles, JobResult, OnProgress } from "./job-result.ts";
export { CHILD_LIMITS, type ChildLimits, JobRunner, type JobRunnerOptions } from "./job-runner.ts";
export { type RunInChildOptions, runJobInChild } from "./run-in-child.ts";

/**
 * Runs a specification in this process; see `run-job-spec.ts`. The tensor framework is loaded only here: its handlers
 * for uncaught exceptions have no place in a server, which uses `runJobInChild`.
 */
export async function runJobSpec(spec: JobSpec, files: JobFiles, onProgress?: OnProgress): Promise<JobResult> {
  const engine = await import("./run-job-spec.ts");
  return engine.runJobSpec(spec, files, onProgress);
}
