/** What a job's child process and its parent say to each other. */
import type { JobSpec } from "../../common/documents.ts";
import type { JobFiles, JobResult } from "./job-result.ts";

export type ChildRequest = { spec: JobSpec; files: JobFiles };

export type ChildMessage =
  | { type: "progress"; fraction: number }
  | { type: "done"; result: JobResult }
  | { type: "failed"; error: { code: string; message: string; data: Record<string, unknown> } };
