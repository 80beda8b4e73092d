/** One job in a child process of its own. */
import type { JobSpec } from "../../common/documents.ts";
import type { JobFiles, JobResult, OnProgress } from "./job-result.ts";
import { JobRunner, type JobRunnerOptions } from "./job-runner.ts";

export type RunInChildOptions = JobRunnerOptions & { signal?: AbortSignal };

/** As `runJobSpec`, in a child process that ends with the job. Who runs many jobs keeps a `JobRunner`. @throws as `JobRunner.run` */
export async function runJobInChild(
  spec: JobSpec,
  files: JobFiles,
  onProgress?: OnProgress,
  options: RunInChildOptions = {},
): Promise<JobResult> {
  const runner = new JobRunner(options);
  try {
    return await runner.run(spec, files, onProgress, options.signal);
  } finally {
    runner.close();
  }
}
